import net
from net import Net

print(Net, net.Net)
