"""Flatten: all axes but the batch as one."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.settings import image_data_format
from ppul.core.types import Array
from ppul.layers.base import Layer
from ppul.layers.input_spec import InputSpec


class Flatten(Layer):
    """The input as a matrix: one row a sample.

    Args:
        data_format: "channels_last" or "channels_first" (channels are moved last before).
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> Flatten()(np.ones((2, 3, 4))).shape
        (2, 12)
    """

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = data_format or image_data_format()
        self.input_spec = InputSpec(min_ndim=1)

    def call(self, inputs: Array) -> Array:
        """Return the flattened input."""
        if self.data_format == "channels_first" and inputs.ndim > 1:
            inputs = jnp.moveaxis(inputs, 1, -1)
        size = 1
        for axis in inputs.shape[1:]:
            size = size * axis
        return jnp.reshape(inputs, (inputs.shape[0], size))
