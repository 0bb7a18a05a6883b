"""Words."""
from pathlib import Path


def f(x):
    return np.mean(x), math.pi, F.relu(x), Path(resutl)


def g(result):
    return math.e + undefined_thing
