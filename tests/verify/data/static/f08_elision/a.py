import abc


def f(x):
    # ... rest of the code unchanged
    return x


def g(x):
    y = x
    ...
    return y


def h(x):
    # TODO: implement this
    # TODO: implement pruning
    # your code here
    return x  # ...


def i(x):
    # ...
    return x


class Model:
    def loss(self):
        raise NotImplementedError

    def inverse(self):
        raise NotImplementedError("only for square inputs")

    def later(self):
        raise NotImplementedError("to be implemented")

    def nothing(self):
        pass

    def __exit__(self, *args):
        pass


class Base(abc.ABC):
    def run(self):
        raise NotImplementedError
