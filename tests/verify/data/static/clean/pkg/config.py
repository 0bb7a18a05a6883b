import yaml


class Config:
    def __init__(self, values):
        object.__setattr__(self, "_values", values)

    def __getattr__(self, name):
        return self._values[name]

    def __getitem__(self, name):
        return self._values[name]

    def __setattr__(self, name, value):
        raise AttributeError(name)

    def keys(self):
        return list(self._values)

    def to_dict(self):
        return dict(self._values)


def load_config(path, overrides=()):
    with open(path, encoding="utf-8") as file:
        return Config(yaml.safe_load(file))
