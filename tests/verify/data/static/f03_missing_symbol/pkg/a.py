import pkg.tools as tools
from pkg import Network, helper, net
from pkg.lazy import anything
from pkg.net import Net, biuld
from pkg.tools import build

print(Network, helper, net, anything, Net, biuld, tools.helper(), tools.gone, net.Net.run, build)
