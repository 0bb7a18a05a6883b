from pkg.net import Net

VERSION = 1
