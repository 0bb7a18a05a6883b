"""One line."""
from __future__ import annotations


def f():
    return os.getcwd()
