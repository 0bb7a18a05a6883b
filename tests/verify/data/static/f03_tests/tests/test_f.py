from helpers import g
from pkg.net import f, h

print(f, g, h)
