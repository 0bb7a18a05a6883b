import os
import pickle
import subprocess
from os import system

import numpy as np
import torch
import yaml
from transformers import AutoModel


def f(model, text, path):
    model.eval()
    eval(text)
    eval("1 + 1")
    os.system("ls")
    system("ls")
    pickle.load(path)
    torch.load(path, weights_only=False)
    torch.load(path, weights_only=True)
    np.load(path, allow_pickle=True)
    yaml.load(path)
    yaml.load(path, Loader=yaml.SafeLoader)
    subprocess.run("ls", shell=True)
    subprocess.run(["ls"])
    AutoModel.from_pretrained("x", trust_remote_code=True)
    open("/etc/hosts")
    open("/etc/hosts", "w")
    os.remove("~/x")
    return model
