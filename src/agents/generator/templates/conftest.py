"""Shared test set-up: the repository on the import path, fixed seeds, the smoke configuration."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))  # so that tests run from any working directory

# Tests must not open windows, log in anywhere or reach the network; set before any library is imported.
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("WANDB_MODE", "disabled")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

from {{package}}.config import Config, load_config  # noqa: E402
from {{package}}.runtime import set_seed  # noqa: E402


@pytest.fixture(autouse=True)
def _fixed_seed() -> None:
    """Give every test the same random numbers, whichever tests ran before it."""
    set_seed(0)


@pytest.fixture
def smoke_config() -> Config:
    """The configuration of the smoke profile."""
    return load_config(REPOSITORY / "configs" / "smoke.yaml")
