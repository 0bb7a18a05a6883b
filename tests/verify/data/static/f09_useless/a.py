def f(loss, x):
    loss.backward
    x.detach()
    x == 3
    x.item()
    return x
