"""What layers learn from: arrays, or batches of them, one after another."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from ppul.layers.preprocessing.texts import as_host_array


def batches_of(data: Any, steps: int | None = None) -> Iterator[np.ndarray]:
    """Yield data as NumPy arrays: one, or one a batch.

    Args:
        data: An array, list, frame or series, or something that yields arrays.
        steps: How many batches to read; all by default.

    Raises:
        TypeError: If what it yields is not one array.

    Example:
        >>> [batch.tolist() for batch in batches_of(iter([np.ones(2), np.zeros(1)]))]
        [[1.0, 1.0], [0.0]]
    """
    if _is_array(data):
        yield as_host_array(data)
        return
    for batch in itertools.islice(data, steps):
        if isinstance(batch, (tuple, dict)):
            raise TypeError(
                f"adapt: the data yield a {type(batch).__name__} and must yield single arrays. "
                "Take the inputs alone, as by `dataset.map(lambda x, y: x)`."
            )
        yield as_host_array(batch)


def _is_array(data: Any) -> bool:
    if isinstance(data, (str, bytes, list, tuple, np.generic, int, float)):
        return True
    return hasattr(data, "__array__") or hasattr(data, "to_numpy")
