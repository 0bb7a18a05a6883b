from pkg.a import f


def g():
    return f
