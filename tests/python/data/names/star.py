from math import *

print(sqrt(pi), who_knows)
