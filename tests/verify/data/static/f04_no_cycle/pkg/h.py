from pkg.e import LIMIT


def g():
    return LIMIT
