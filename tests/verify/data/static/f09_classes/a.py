import torch.nn as nn
from torch.nn import Linear


class NoSuper(nn.Module):
    def __init__(self):
        self.inner = nn.Linear(1, 2)

    def forward(x):
        return x


class Late(nn.Module):
    def __init__(self):
        self.width = 2
        self.inner = Linear(1, 2)
        super().__init__()

    def helper():
        return 1

    def forward(self, x):
        return self.helper()


class Early(nn.Module):
    def __init__(self):
        self.width = 2
        nn.Module.__init__(self)
        self.inner = Linear(1, 2)


class Inherits(Early):
    def forward(self, x):
        return x


class Child(Early):
    def __init__(self, n):
        self.n = n


class Plain:
    def __init__(self):
        self.inner = nn.Linear(1, 2)
