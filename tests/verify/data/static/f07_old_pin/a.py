import numpy as np

print(np.float, np.bool)
