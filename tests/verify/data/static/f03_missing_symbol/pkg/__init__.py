from pkg.net import Net as Network
from pkg.tools import *
