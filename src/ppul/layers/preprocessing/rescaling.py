"""Rescaling: inputs brought to another range."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.layers.preprocessing.data_layer import DataLayer


class Rescaling(DataLayer):
    """`inputs * scale + offset`.

    Args:
        scale: Factor, or one a channel.
        offset: Added, or one a channel.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> Rescaling(1 / 255)(np.array([[0, 255]])).tolist()
        [[0.0, 1.0]]
    """

    def __init__(self, scale: Any, offset: Any = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale = scale
        self.offset = offset
        self.supports_masking = True
        self.built = True

    def call(self, inputs: Array) -> Array:
        """Return the rescaled input."""
        dtype = self.compute_dtype
        scale, offset = jnp.asarray(self.scale, dtype), jnp.asarray(self.offset, dtype)
        return inputs.astype(dtype) * scale + offset
