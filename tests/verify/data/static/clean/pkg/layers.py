"""Layers."""
from __future__ import annotations

import abc
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

if TYPE_CHECKING:
    from pkg.model import Model

try:
    import flash_attn
except ImportError:
    flash_attn = None


class Scorer(Protocol):
    def score(self, x: Tensor) -> Tensor: ...


class Base(abc.ABC):
    @abc.abstractmethod
    def run(self, x):
        raise NotImplementedError

    def hook(self):
        raise NotImplementedError


class Shifted(Base):
    def run(self, x, *, by=1):
        return x + by

    def hook(self):
        return 1


@dataclass
class Sizes:
    width: int
    depth: int = 2
    names: list[str] = field(default_factory=list)


class Pair(NamedTuple):
    a: int
    b: int = 0


class Linear(nn.Module):
    def __init__(self, width: int, *, bias: bool = True) -> None:
        super().__init__()
        self.inner = nn.Linear(width, width, bias=bias)

    def forward(self, x: Tensor, scale: float = 1.0) -> Tensor:
        return F.relu(self.inner(x)) * scale

    @classmethod
    def of(cls, sizes: Sizes) -> Linear:
        return cls(sizes.width)

    @staticmethod
    def norm(x):
        return x / math.sqrt(x.shape[-1])

    @property
    def width(self):
        return self.inner.in_features


def describe(model: Model, *parts, sep=",", **more):
    try:
        import sklearn_extra
    except ModuleNotFoundError:
        sklearn_extra = None
    return sep.join(str(p) for p in parts), model, more, torch.__version__, sklearn_extra
