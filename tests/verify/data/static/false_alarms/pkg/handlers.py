import sys
import typing as t
from dataclasses import dataclass

import oddity

if t.TYPE_CHECKING:
    import typing_extensions as te

    P = te.ParamSpec("P")

if sys.version_info < (3, 11):
    from exceptiongroup import ExceptionGroup
    number = long


class Holder:
    factory = dict
    converter: type = int

    def make(self, value):
        return self.factory(value), self.converter(value)


@dataclass
class Marked:
    mark: int

    def __init__(self, mark, *, hidden=False):
        self.mark = mark


class Store(t.Generic[t.TypeVar("T")]):
    def load(self):
        raise NotImplementedError


class Memory(Store[int]):
    def load(self):
        return 1


class Typed:
    if t.TYPE_CHECKING:

        @property
        def size(self) -> int: ...


class RedirectMixin:
    def send(self, request) -> int: ...


def use():
    # directories are open to the rest of the code.
    # ... otherwise, we would
    # ...
    try:
        Marked(1, hidden=True)
    except ValueError:
        ...
    return Holder().make(1), oddity
