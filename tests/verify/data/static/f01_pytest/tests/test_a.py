import pytest

print(pytest)
