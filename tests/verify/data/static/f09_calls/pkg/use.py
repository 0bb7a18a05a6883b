import pkg.net
from pkg.net import Deep, Net, Plain, Sizes, evaluate, flexible
from .net import Net as Network


def main(x, loader, args, options):
    net = Network(4, width=3)
    net2 = Net(4).to("cpu")
    net2(x, None, 5)
    net2.scale(x)
    evaluate(net, loader)
    evaluate(net, loader, "cpu")
    evaluate(net, loader, device="cpu", verbose=True)
    evaluate(*args, device="cpu")
    evaluate(**options)
    flexible(1, 2, a=3)
    Sizes(1, 2, 3)
    Sizes(depth=2)
    Sizes(1)
    Plain(3)
    Deep(4)
    pkg.net.Net()
    Net.norm(1)
    Net.of(1)
    net2.norm(1, 2)
    net2.eval()
    return net
