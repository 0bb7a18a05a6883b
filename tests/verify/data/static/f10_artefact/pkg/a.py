from pkg.config import load_config

cfg = load_config("x")
print(cfg.model.width, cfg.model.depth)
