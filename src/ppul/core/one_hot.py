"""Class numbers as one-hot rows."""

from __future__ import annotations

from typing import Any

import numpy as np


def to_categorical(x: Any, num_classes: int | None = None) -> np.ndarray:
    """Return class numbers as rows of zeros with a one.

    Args:
        x: Class numbers of any shape, from 0; a last axis of size 1 is dropped.
        num_classes: Number of classes; the largest number plus one by default.

    Returns:
        Array of float64, of the shape of `x` and `num_classes`.

    Raises:
        ValueError: If a number is not in [0, num_classes).

    Example:
        >>> to_categorical([0, 2]).tolist()
        [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    labels = np.asarray(x).astype(np.int64)
    if labels.ndim > 1 and labels.shape[-1] == 1:
        labels = labels[..., 0]
    count = int(num_classes or (labels.max() + 1 if labels.size else 0))
    if labels.size and (labels.min() < 0 or labels.max() >= count):
        raise ValueError(
            f"to_categorical: class numbers must be in [0, {count}); got {labels.min()} to "
            f"{labels.max()}."
        )
    return np.eye(count)[labels]
