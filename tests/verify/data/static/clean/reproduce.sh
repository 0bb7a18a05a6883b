#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"
PYTHON="${PYTHON:-python3}"
"$PYTHON" -m pkg.train \
  --config configs/smoke.yaml --dev cpu --set steps=3
python -m pytest -q tests 2>&1 | tail -n 3
