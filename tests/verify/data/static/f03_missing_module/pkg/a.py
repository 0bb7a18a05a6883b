from pkg.models.net import Net
from pkg.losses import focal
from .missing import thing
import helpers

print(Net, focal, thing, helpers)
