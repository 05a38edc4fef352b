"""Seeds of the whole process, and starting anew."""

from __future__ import annotations

import gc
import random as python_random

import numpy as np

from ppul.core.names import reset_names


def set_random_seed(seed: int) -> None:
    """Fix Python's, NumPy's and ppul's random numbers.

    Args:
        seed: An int in [0, 2**32).

    Raises:
        ValueError: If it is not.

    Example:
        >>> from ppul.random.seed_generator import make_default_seed
        >>> set_random_seed(1)
        >>> first = make_default_seed()
        >>> set_random_seed(1)
        >>> first == make_default_seed()
        True
    """
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
        raise ValueError(f"set_random_seed: `seed` must be an integer; got {seed!r}.")
    python_random.seed(int(seed))
    np.random.seed(int(seed))  # noqa: NPY002  (users draw from it)


def clear_session(free_memory: bool = True) -> None:
    """Start automatic names anew, and let go of what is not used any more.

    Args:
        free_memory: Whether to collect garbage now.
    """
    reset_names()
    if free_memory:
        gc.collect()
