from pkg.b import g


def f():
    return g
