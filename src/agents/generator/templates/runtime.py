"""What every program of {{package}} shares: seeds, device, command line, output directory, metrics.

A program is a parser with the standard arguments and a ``main`` that begins with :func:`standard_setup`::

    def main(argv: list[str] | None = None) -> int:
        parser = add_standard_arguments(argparse.ArgumentParser(description=__doc__))
        config, output_dir = standard_setup(parser.parse_args(argv))
        set_seed(config.seed)
        ...
        write_metrics(output_dir, {"test/rmse": rmse})
        return 0
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

{{third_party_imports}}

from {{package}}.config import Config, load_config

__all__ = [
    "add_standard_arguments",
    "get_device",
    "make_output_dir",
    "set_seed",
    "standard_setup",
    "write_metrics",
]

_DEFAULT_CONFIG = Path(__file__).resolve().parents[{{depth}}] / "configs" / "smoke.yaml"


{{framework_functions}}


def make_output_dir(path: str | Path) -> Path:
    """Create the directory and its parents when they are missing, and return it."""
    directory = Path(path)
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def write_metrics(path: str | Path, metrics: Mapping[str, Any]) -> Path:
    """Write metrics as JSON, so that a reader sees the old file or the whole new one.

    Args:
        path: Output directory, then the file is ``metrics.json`` in it; or a path that ends in ``.json``.
        metrics: Names to numbers, strings, booleans, ``None``, or lists and mappings of these. Tensors and
            arrays are written as their numbers.

    Returns:
        The file written.

    Raises:
        ValueError: A number is NaN or infinite; the message names it. A diverged run is no result.
        TypeError: A value cannot be written as JSON.
    """
    target = Path(path)
    if target.suffix != ".json":
        target = target / "metrics.json"
    text = json.dumps(_plain(metrics, "metrics"), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    make_output_dir(target.parent)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, target)
    return target


def add_standard_arguments(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Add ``--config``, ``--output`` and ``--set`` to a parser and return it."""
    parser.add_argument(
        "--config",
        default=str(_DEFAULT_CONFIG),
        metavar="FILE",
        help="configuration file (default: configs/smoke.yaml of this repository)",
    )
    parser.add_argument(
        "--output",
        default=f"outputs/{Path(parser.prog).stem}",
        metavar="DIR",
        help="where results go (default: outputs/<name of the program>)",
    )
    parser.add_argument(
        "--set",
        dest="overrides",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="override one configuration value, e.g. --set optimizer.lr=1e-3; may be repeated",
    )
    return parser


def standard_setup(args: argparse.Namespace) -> tuple[Config, Path]:
    """Load the configuration and make the output directory that the standard arguments ask for.

    The configuration as used, overrides included, is stored as ``config.yaml`` in the output directory.
    Seeding is left to the program: call ``set_seed`` with the seed of the configuration.

    Returns:
        The configuration and the output directory, which exists.
    """
    config = load_config(args.config, args.overrides)
    output_dir = make_output_dir(args.output)
    with open(output_dir / "config.yaml", "w", encoding="utf-8") as file:
        yaml.safe_dump(config.to_dict(), file, sort_keys=False, allow_unicode=True)
    return config, output_dir


def _plain(value: Any, name: str) -> Any:
    """Return ``value`` in JSON's own types; ``name`` is its place for error messages."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item, f"{name}.{key}") for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, f"{name}[{index}]") for index, item in enumerate(value)]
    if hasattr(value, "tolist"):  # tensors, arrays and their scalars
        return _plain(value.tolist(), name)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{name} is {value}, not a finite number")
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"{name} has type {type(value).__name__}, which metrics cannot hold")
