from src.net import X

print(X)
