LIMIT = 3

from pkg.h import g

print(g)
