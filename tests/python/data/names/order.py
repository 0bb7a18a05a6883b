"""What is read while the module runs must be bound by then."""
early = late_name  # bad: late_name
late_name = 1


def takes(x: Later = None):  # bad: Later
    return Later, x


class Later:
    pass


class Child(Base):  # bad: Base
    pass


class Base:
    pass


for _ in range(2):
    if _:
        print(set_in_loop)
    set_in_loop = 1

handler = lambda: bound_after
bound_after = 2
table = {name: bound_after for name in "ab"}

if __name__ == "__main__":
    print(early, takes, Child, handler, table)
