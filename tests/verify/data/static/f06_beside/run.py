from .tool import f
from . import tool

print(f, tool)
