from pkg import VERSION


class Net:
    version = VERSION
