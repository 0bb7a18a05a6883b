from net import X

print(X)
