"""Names that are all bound, next to a few that are not; "bad: NAME" marks the lines a problem is expected on."""
import os.path as osp
import xml.etree.ElementTree
from typing import TYPE_CHECKING, Optional, overload

if TYPE_CHECKING:
    from somewhere import Only

counter = 0


def use_global():
    global made_later, counter
    made_later = 1
    counter += 1


def reads_global():
    return made_later + counter


def closure():
    total = 0

    def add(n):
        nonlocal total
        total += n
        return total

    return add


class Scoped:
    width = 3
    double = width * 2
    items = [i for i in range(width)]
    broken = [width for _ in range(2)]  # bad: width

    def method(self):
        print(__class__, self.width)
        return width  # bad: width

    def own(self) -> "Scoped":
        return Scoped()

    where = __qualname__, __module__


def comprehensions(rows):
    flat = [x for row in rows for x in row if x]
    table = {k: v for k, v in zip(flat, flat)}
    if any((last := n) > 1 for n in flat):
        print(last)
    print(x)  # bad: x
    return table, {y for y in flat}, (z for z in flat)


def handlers():
    try:
        risky = osp.join("a", "b")
    except (OSError, ValueError) as error:
        print(error)
    else:
        print(risky)
    try:
        unicode
    except NameError:
        unicode = str
    for i, (a, b) in enumerate([(1, 2)]):
        print(i, a, b)
    with open("f") as f, open("g") as (g, h):
        print(f, g, h)
    del i
    first, *rest = [1, 2]
    print(first, rest, xml.etree.ElementTree)
    return undefined_here  # bad: undefined_here


def late():
    return defined_below()


def defined_below():
    return __file__, __name__, NotImplemented, WindowsError


def annotated(x: "NotThere", y: Optional["Only"] = None) -> "NorThis":
    value: AlsoNotEvaluated = 3
    return lambda q, *a, k=x, **kw: (q, a, k, kw, value, missing)  # bad: missing


def runtime_only():
    return Only()  # bad: Only


@overload
def typed(x: int) -> int: ...


async def streams(source):
    async for item in source:
        yield item
    async with source as s:
        print([t async for t in s])


def typo(model):
    modle.train()  # bad: modle
    return model
