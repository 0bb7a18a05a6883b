from pkg import b
from pkg.b import *


def f():
    return b
