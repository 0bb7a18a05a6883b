import pytest
import torch

from pkg.layers import Linear


class Fake:
    def step(self):
        pass


def test_shape(width):
    assert Linear(width)(torch.zeros(2, width)).shape == (2, width)


def test_refuses():
    with pytest.raises(TypeError):
        Linear()
