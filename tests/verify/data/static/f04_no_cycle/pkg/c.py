import pkg.d


def f():
    return pkg.d.g
