"""The model [R-001]."""
import torch
from torch import nn
from sklearn.metrics import f1_score
from tqdm import tqdm

from .layers import Linear, Pair, Shifted, Sizes, describe
from . import layers as L


class Model(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.blocks = nn.ModuleList([Linear(cfg.model.width) for _ in cfg.model.layers])
        self.head = Linear(cfg.model.width, bias=False)
        self.name = cfg.model.name

    def forward(self, x, mask=None):
        for block in self.blocks:
            x = block(x)
        return self.head(x, scale=2.0)

    def score(self, x):
        return self.helper(x, 1)

    def helper(self, x, k):
        return L.Linear.norm(x) * k


class Wide(Model):
    def __init__(self, cfg, extra):
        super().__init__(cfg)
        self.extra = extra

    def score(self, x):
        return super().score(x)


def build(cfg):
    # Rest is up to the caller, who may
    # ... pass more.
    sizes = Sizes(3, depth=4)
    pair = Pair(1, b=2)
    Shifted().run(1, by=2)
    described = describe(None, 1, 2, sep=";", other=3)
    options = {"bias": True}
    return Model(cfg), Linear(sizes.width, **options), Linear.of(sizes), pair, described, f1_score, tqdm
