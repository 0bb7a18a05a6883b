#!/usr/bin/env python3
"""Writes tests/goldens/dtype.json: blocks of every quantized type with the floats ggml's Python package reads from them, and rows of floats with
the blocks it writes.

    python3 -m venv env && env/bin/pip install gguf==0.19.0 numpy
    env/bin/python tests/goldens/make_dtype.py
"""
import json
import pathlib

import numpy as np
from gguf import GGMLQuantizationType as T
from gguf import GGML_QUANT_SIZES, quants

OUT = pathlib.Path(__file__).resolve().parent / "dtype.json"
TYPES = {"q8_0": T.Q8_0, "q4_0": T.Q4_0, "q4_1": T.Q4_1, "q5_0": T.Q5_0, "q5_1": T.Q5_1, "q4_k": T.Q4_K, "q5_k": T.Q5_K, "q6_k": T.Q6_K}
WRITTEN = ["q8_0", "q4_0", "q4_1", "q5_0", "q5_1"]
HALVES = {"q8_0": [0], "q4_0": [0], "q4_1": [0, 2], "q5_0": [0], "q5_1": [0, 2], "q4_k": [0, 2], "q5_k": [0, 2], "q6_k": [208]}  # where scales stand


def hexadecimal(array):
    return np.ascontiguousarray(array).tobytes().hex()


def main():
    rng = np.random.default_rng(20261123)
    read, written = [], []
    for name, kind in TYPES.items():
        block, size = GGML_QUANT_SIZES[kind]
        for _ in range(4):
            data = rng.integers(0, 256, size=(1, size), dtype=np.uint8)
            for at in HALVES[name]:  # random bits could be an infinity
                data[0, at:at + 2] = np.frombuffer(np.float16(rng.normal()).tobytes(), dtype=np.uint8)
            values = quants.dequantize(data, kind).astype("<f4")
            read.append({"type": name, "bytes": hexadecimal(data), "floats": hexadecimal(values)})
    rows = [rng.normal(size=64), rng.uniform(-1e-3, 1e-3, size=64), np.zeros(64), np.full(64, -2.5), np.concatenate([rng.normal(size=63) * 0.01, [50.0]]),
            np.concatenate([np.arange(32) - 16, np.arange(32)])]
    for row in rows:
        row = row.astype("<f4").reshape(1, -1)
        for name in WRITTEN:
            data = quants.quantize(row, TYPES[name])
            written.append({"type": name, "floats": hexadecimal(row), "bytes": hexadecimal(data)})
    OUT.write_text(json.dumps({"read": read, "written": written}, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
