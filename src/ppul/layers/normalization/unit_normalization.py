"""UnitNormalization: vectors brought to length one."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.layers.base import Layer
from ppul.layers.input_spec import InputSpec
from ppul.layers.normalization.axes import given_axes
from ppul.ops.normalization import Axes

# A vector shorter than the root of this is scaled as if it were so long.
_SMALLEST_SQUARE = 1e-12


class UnitNormalization(Layer):
    """Divide each vector by its Euclidean length.

    Args:
        axis: The axis, or axes, along which vectors lie.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> UnitNormalization()(np.array([[3.0, 4.0]])).tolist()
        [[0.6, 0.8]]
    """

    def __init__(self, axis: Axes = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = given_axes(self._where, axis)
        self.supports_masking = True
        self.input_spec = InputSpec(min_ndim=1)
        self.built = True

    def call(self, inputs: Array) -> Array:
        """Return the vectors with length one."""
        axes = self.axis if isinstance(self.axis, int) else tuple(self.axis)
        square = jnp.sum(jnp.square(inputs), axes, keepdims=True)
        return inputs / jnp.sqrt(jnp.maximum(square, _SMALLEST_SQUARE))
