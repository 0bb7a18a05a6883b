import yaml


def load_config(path):
    with open(path) as f:
        return yaml.safe_load(f)


cfg = load_config("config.yaml")
print(cfg.get("lr", 0.1), cfg.get("epochs", 3.0), cfg.get("opt", {}).get("name", "sgd"), cfg["momentum"])
for k, v in cfg.items():
    print(k, v)
