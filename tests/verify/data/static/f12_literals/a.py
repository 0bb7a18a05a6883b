import torch


def f(params, cfg):
    torch.optim.Adam(params, lr=1e-4, weight_decay=0.0)
    torch.optim.SGD(params, lr=cfg.lr)
