import argparse
import random

import numpy as np
import torch
import yaml

from pkg.config import load_config
from pkg.model import build


def main(argv=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", required=True)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--set", nargs="*", default=[])
    args = parser.parse_args(argv)
    cfg = load_config(args.config, overrides=args.set)
    random.seed(cfg.seed)
    np.random.seed(cfg["seed"])
    model, *_ = build(cfg)
    optimizer = torch.optim.Adam(model.parameters(), lr=cfg.optimizer.lr, betas=tuple(cfg.optimizer.betas))
    for step in range(cfg.steps):
        optimizer.zero_grad()
        loss = model(torch.zeros(1, cfg.model.width)).sum()
        loss.backward()
        optimizer.step()
    with open("metrics.yaml", "w") as file:
        yaml.safe_dump({"loss": float(loss)}, file)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
