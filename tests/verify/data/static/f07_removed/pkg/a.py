import numpy as np
import torch
from scipy.signal import hann
from sklearn.preprocessing import OneHotEncoder
from transformers import AdamW
from torch import nn

x = np.zeros(3, dtype=np.float)
y = np.float32(1) + np.Inf
values, vectors = torch.symeig(torch.eye(2))
encoder = OneHotEncoder(
    sparse=False,
)
layer = nn.Dropout(rate=0.1)
ok = np.bool_(True), np.bool
print(x, y, values, vectors, encoder, layer, AdamW, hann, ok)
