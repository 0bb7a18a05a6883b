import pytest

from pkg.net import Net


def test_refuses():
    with pytest.raises(TypeError):
        Net()


def test_width():
    Net(width=1, wdth=2)
