import numpy as np
import torch
import transformers
import yaml
# ---
def set_seed(seed: int) -> None:
    """Seed Python, NumPy, PyTorch on every device, and Transformers."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)
    transformers.set_seed(seed % 2**32)  # what its Trainer and generation rely on
    torch.backends.cudnn.benchmark = False  # the autotuner may choose other kernels in every run


def get_device(name: str = "auto") -> torch.device:
    """Return the device called ``name``; ``"auto"`` means the GPU when there is one, else the CPU.

    Raises:
        RuntimeError: A GPU is asked for by name and there is none.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    device = torch.device(name)
    if device.type == "cuda" and not torch.cuda.is_available():
        raise RuntimeError(f"device '{name}' was asked for, but PyTorch sees no GPU; use 'auto' or 'cpu'")
    return device
