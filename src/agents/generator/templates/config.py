"""Configuration of {{package}}: one YAML file a profile, read strictly.

Every value lives in ``configs/*.yaml``. There are no defaults in code: asking for a key that the file does
not have is an error that names the key and what is close to it, so a typo never turns into a silently
different experiment.

Example::

    config = load_config("configs/smoke.yaml", overrides=["optimizer.lr=1e-3"])
    config.optimizer.lr        # attribute access
    config["optimizer"]["lr"]  # the same value by item access
    config.to_dict()           # plain nested dictionaries and lists
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

__all__ = ["Config", "load_config"]


class Config:
    """Read-only view of one level of the configuration, by attribute and by item."""

    def __init__(self, values: Mapping[str, Any], prefix: str = "") -> None:
        """Wrap ``values``; ``prefix`` is the dotted path of this level and only serves error messages."""
        wrapped: dict[str, Any] = {}
        for key, value in values.items():
            if not isinstance(key, str):
                raise ValueError(f"configuration key {prefix}{key!r} is not a string; put it in quotes")
            if hasattr(type(self), key):
                raise ValueError(f"configuration key '{prefix}{key}' is reserved; choose another name")
            wrapped[key] = _wrap(value, f"{prefix}{key}.")
        object.__setattr__(self, "_values", wrapped)
        object.__setattr__(self, "_prefix", prefix)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # copy, pickle and debuggers probe for these: no configuration key
            raise AttributeError(name)
        if name in self._values:
            return self._values[name]
        raise AttributeError(self._unknown(name))

    def __getitem__(self, name: str) -> Any:
        if name in self._values:
            return self._values[name]
        raise KeyError(self._unknown(name))

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(
            f"configuration is read-only; set '{self._prefix}{name}' in the YAML file or with an override"
        )

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"configuration is read-only; '{self._prefix}{name}' cannot be removed")

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Config) and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._values})

    def __repr__(self) -> str:
        return f"Config({self.to_dict()!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (Config, (self.to_dict(), self._prefix))

    def keys(self) -> list[str]:
        """Keys of this level; with item access this is what ``Model(**config.model)`` needs."""
        return list(self._values)

    def to_dict(self) -> dict[str, Any]:
        """Return this level and everything below as plain dictionaries and lists."""
        return {key: _unwrap(value) for key, value in self._values.items()}

    def _unknown(self, name: object) -> str:
        message = f"no configuration key '{self._prefix}{name}'"
        near = difflib.get_close_matches(str(name), list(self._values), n=3, cutoff=0.5)
        if near:
            return f"{message}; did you mean {_listed(near, self._prefix)}?"
        return f"{message}; there is {_listed(sorted(self._values), self._prefix) or 'none at this level'}"


def load_config(path: str | Path, overrides: Sequence[str] = ()) -> Config:
    """Read a YAML file and apply ``key=value`` overrides.

    Args:
        path: Configuration file, for example ``configs/smoke.yaml``.
        overrides: Assignments such as ``"optimizer.lr=1e-3"``. The key has to exist, and the value takes the
            type of the one it replaces; lists are written as in YAML (``"model.layers=[64, 64]"``).

    Returns:
        The configuration, read-only.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is no mapping, repeats a key, or an override has the wrong form or type.
        KeyError: An override names a key that the file does not have.
    """
    with open(path, encoding="utf-8") as file:
        values = yaml.load(file, Loader=_StrictLoader)
    if not isinstance(values, dict):
        raise ValueError(f"{path}: expected a mapping of configuration keys, found {type(values).__name__}")
    for override in overrides:
        _apply_override(values, override)
    return Config(values)


class _StrictLoader(yaml.SafeLoader):
    """Safe loader that reads ``1e-5`` as a number, as YAML 1.2 does, and refuses repeated keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                line = key_node.start_mark.line + 1
                raise ValueError(f"configuration key {key!r} appears a second time in line {line}")
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


_StrictLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][-+]?[0-9]+$"),
    list("-+.0123456789"),
)


def _wrap(value: Any, prefix: str) -> Any:
    if isinstance(value, Mapping):
        return Config(value, prefix)
    if isinstance(value, list):
        return [_wrap(item, prefix) for item in value]
    return value


def _unwrap(value: Any) -> Any:
    if isinstance(value, Config):
        return value.to_dict()
    if isinstance(value, list):
        return [_unwrap(item) for item in value]
    return value


def _listed(names: Sequence[str], prefix: str) -> str:
    return ", ".join(f"'{prefix}{name}'" for name in names)


def _apply_override(values: dict[str, Any], override: str) -> None:
    dotted, separator, text = override.partition("=")
    if not separator or not dotted.strip():
        raise ValueError(f"override {override!r} has not the form key=value")
    *parents, last = dotted.strip().split(".")
    level: Any = values
    for part in parents:
        level = level.get(part) if isinstance(level, dict) else None
    if not isinstance(level, dict) or last not in level:
        near = difflib.get_close_matches(dotted.strip(), _leaves(values), n=3, cutoff=0.4)
        hint = f"; did you mean {_listed(near, '')}?" if near else ""
        raise KeyError(f"override {override!r}: no such configuration key{hint}")
    if isinstance(level[last], dict):
        raise ValueError(f"override {override!r}: '{dotted}' is a group; set one of its keys")
    level[last] = _parse_like(level[last], text.strip(), override)


def _leaves(values: Mapping[str, Any], prefix: str = "") -> list[str]:
    leaves: list[str] = []
    for key, value in values.items():
        path = f"{prefix}{key}"
        leaves += _leaves(value, f"{path}.") if isinstance(value, dict) else [path]
    return leaves


def _parse_like(current: Any, text: str, override: str) -> Any:
    """Read ``text`` as a value of the type that ``current`` has."""
    if isinstance(current, str):
        return text
    value = yaml.load(text, Loader=_StrictLoader)
    if current is None or value is None:  # null stands for "switched off" and may be swapped with any value
        return value
    if isinstance(current, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not type(current):
        expected, found = type(current).__name__, type(value).__name__
        raise ValueError(f"override {override!r}: expected {expected}, found {found}")
    return value
