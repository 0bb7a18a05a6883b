from __future__ import annotations


def takes(x: NotImported, *args: Other) -> Also:
    field: Unknown = 1
    return x, args, field


class Row:
    cell: NeverEvaluated = 2

    def next(self) -> Row:
        return nothing  # bad: nothing
