from dataclasses import dataclass

import torch
from torch import nn


@dataclass
class Sizes:
    width: int
    depth: int = 2


class Net(nn.Module):
    def __init__(self, width, depth=2):
        super().__init__()
        self.width = width

    def forward(self, x, mask=None):
        return self.scale(x, 2, 3)

    def scale(self, x, by):
        return x * by

    @classmethod
    def of(cls, sizes):
        return cls(sizes.width, layers=3)

    @staticmethod
    def norm(x):
        return x


class Deep(Net):
    def __init__(self, width):
        super().__init__(width, 3, 4)


class Plain:
    pass


@torch.no_grad()
def evaluate(model, loader, *, device):
    return model, loader, device


def flexible(*args, **kwargs):
    return args, kwargs
