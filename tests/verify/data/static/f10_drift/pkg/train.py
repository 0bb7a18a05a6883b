from pkg.config import Config, load_config


def main():
    cfg = load_config("configs/smoke.yaml")
    print(cfg.model.width, cfg.optimizer.lr)
    print(cfg.model.depth, cfg["optimizer"]["learning_rate"])
    print(cfg.lr, cfg.seed)
    print(cfg.get("seed", 3), getattr(cfg, "warmup", 0), "extra" in cfg)
    cfg.seed = 4
    for key, value in cfg.model.items():
        print(key, value)
    for key in cfg.model.keys():
        print(key)
    data = cfg.data
    return data.root.upper(), build(cfg.model), typed(cfg)


def build(config):
    return config.width + config.height


def typed(settings: Config):
    return settings.optimizer.lr, settings.optimizer.decay
