"""Layers that scale what a block adds to its input, under the names Keras's files have for them."""

from __future__ import annotations

from typing import Any

from ppul.core.types import Array, Shape
from ppul.initializers.constants import Constant
from ppul.layers.base import Layer


class CustomScaleLayer(Layer):
    """`inputs[0] + scale * inputs[1]`: a residual scaled down, in Inception-ResNet.

    Args:
        scale: Factor of the residual.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> CustomScaleLayer(0.5)([np.ones(2), np.ones(2)]).tolist()
        [1.5, 1.5]
    """

    def __init__(self, scale: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale = scale

    def call(self, inputs: list[Array]) -> Array:
        """Return the sum."""
        return inputs[0] + inputs[1] * self.scale


class LayerScale(Layer):
    """A learned factor for each channel, small in the beginning, in ConvNeXt (arXiv:2103.17239).

    Args:
        init_values: Its value in the beginning.
        projection_dim: Number of channels.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> LayerScale(0.5, 3)(np.ones((1, 3))).tolist()
        [[0.5, 0.5, 0.5]]
    """

    def __init__(self, init_values: float, projection_dim: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.init_values = init_values
        self.projection_dim = projection_dim

    def build(self, input_shape: Shape) -> None:
        """Make the factors."""
        self.gamma = self.add_weight((self.projection_dim,), Constant(self.init_values))

    def call(self, inputs: Array) -> Array:
        """Return the scaled channels."""
        return inputs * self.gamma
