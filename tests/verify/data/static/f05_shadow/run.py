from random import shuffle_rows
from datasets import load_toy
from pkg.types import A
import random

print(shuffle_rows, load_toy, A, random)
