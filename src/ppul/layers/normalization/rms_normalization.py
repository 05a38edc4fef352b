"""RMSNormalization: each sample brought to a root mean square of one."""

from __future__ import annotations

from typing import Any

from ppul.core.types import Array, Shape
from ppul.layers.base import Layer
from ppul.layers.input_spec import InputSpec
from ppul.layers.normalization.axes import given_axes, known_sizes
from ppul.ops.normalization import Axes, rms_normalization


class RMSNormalization(Layer):
    """Divide each sample by the root of its mean square, then scale the features.

    Args:
        axis: The axis, or axes, of the features.
        epsilon: Added to the mean square.
        **kwargs: See `Layer`.

    Source: Zhang and Sennrich 2019, arXiv:1910.07467

    Example:
        >>> import numpy as np
        >>> RMSNormalization()(np.array([[3.0, -3.0]])).round(2).tolist()
        [[1.0, -1.0]]
    """

    def __init__(self, axis: Axes = -1, epsilon: float = 1e-6, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        axes = given_axes(self._where, axis)
        self.axis = axes if isinstance(axes, int) else tuple(axes)
        self.epsilon = epsilon
        self.input_spec = InputSpec(min_ndim=1)

    def build(self, input_shape: Shape) -> None:
        """Make the factors."""
        self.scale = self.add_weight(
            known_sizes(self._where, self.axis, input_shape), "ones", name="scale"
        )

    def call(self, x: Array) -> Array:
        """Return the normalized input."""
        return rms_normalization(x, self.scale.value, axis=self.axis, epsilon=self.epsilon)
