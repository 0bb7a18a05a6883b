import pkg.c


def g():
    return pkg.c.f
