"""Activation: a function as a layer."""

from __future__ import annotations

from typing import Any

from ppul import activations
from ppul.core.types import Array
from ppul.layers.base import Layer


class Activation(Layer):
    """An activation function applied to the input.

    Args:
        activation: Its name, or a function.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> Activation("relu")(np.array([-1.0, 2.0])).tolist()
        [0.0, 2.0]
    """

    def __init__(self, activation: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = activations.get(activation)
        self.supports_masking = True

    def call(self, inputs: Array) -> Array:
        """Return the activated input."""
        return self.activation(inputs)
