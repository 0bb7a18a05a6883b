from sub.y import Y


class X(Y):
    pass
