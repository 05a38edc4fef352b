"""Wrapper: a layer that has another inside."""

from __future__ import annotations

from typing import Any

from ppul.layers.base import Layer


class Wrapper(Layer):
    """The base of layers that change what another one does.

    Args:
        layer: The layer inside.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If `layer` is not a layer.

    Example:
        >>> import numpy as np
        >>> from ppul.layers.core.dense import Dense
        >>> class Twice(Wrapper):
        ...     def call(self, inputs):
        ...         return 2 * self.layer(inputs)
        >>> Twice(Dense(1, kernel_initializer="ones"))(np.ones((1, 3))).tolist()
        [[6.0]]
    """

    def __init__(self, layer: Layer, **kwargs: Any) -> None:
        if not isinstance(layer, Layer):
            raise ValueError(
                f"{type(self).__name__}: `layer` must be a layer; got {layer!r} of type "
                f"{type(layer).__name__}."
            )
        super().__init__(**kwargs)
        self.layer = layer

    def build(self, input_shape: Any = None) -> None:
        """Build the layer inside."""
        if not self.layer.built:
            self.layer.build(input_shape)
