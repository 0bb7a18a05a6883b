for name in ("alpha", "beta"):
    globals()[name] = len(name)

print(alpha, beta)
