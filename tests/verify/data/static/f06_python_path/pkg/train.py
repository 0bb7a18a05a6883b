from pkg.net import X

print(X)
