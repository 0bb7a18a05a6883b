#!/usr/bin/env python3
"""Words
over lines.
"""


def f():
    return json.dumps(1)
