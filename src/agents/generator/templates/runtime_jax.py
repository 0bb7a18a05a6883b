import jax
import numpy as np
import yaml
# ---
def set_seed(seed: int) -> jax.Array:
    """Seed Python and NumPy, and return the root key of JAX's random numbers.

    JAX keeps no random state: pass the key on, split it for every use, and use no key twice.
    """
    random.seed(seed)
    np.random.seed(seed % 2**32)
    return jax.random.PRNGKey(seed)


def get_device(name: str = "auto") -> jax.Device:
    """Return the first device of a platform ("cpu", "gpu", "tpu"); ``"auto"`` means JAX's own choice.

    Raises:
        RuntimeError: JAX has no device of that platform.
    """
    return jax.devices(None if name == "auto" else name)[0]
