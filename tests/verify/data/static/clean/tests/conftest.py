import pytest


@pytest.fixture
def width():
    return 4
