def wanted():
    pass


def also():
    """Words."""


def free():
    pass
