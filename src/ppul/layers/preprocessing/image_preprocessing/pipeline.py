"""Pipeline: layers that prepare data, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ppul.layers.base import Layer


class Pipeline(Layer):
    """Apply layers one after the other: the whole preparation of data as one layer.

    Args:
        layers: The layers.
        name: Its name.

    Raises:
        TypeError: If one is no layer.

    Example:
        >>> import numpy as np
        >>> from ppul.layers.preprocessing.image_preprocessing.center_crop import CenterCrop
        >>> from ppul.layers.preprocessing.rescaling import Rescaling
        >>> Pipeline([CenterCrop(2, 2), Rescaling(0.5)])(np.ones((4, 4, 3))).shape
        (2, 2, 3)
    """

    _unsaved = ("trainable", "dtype")

    def __init__(self, layers: Sequence[Any], name: str | None = None) -> None:
        super().__init__(name=name)
        for layer in layers:
            if not isinstance(layer, Layer):
                raise TypeError(f"{self._where} takes a list of layers; one is {layer!r}.")
        self.layers = list(layers)

    def call(self, inputs: Any, training: bool = True, mask: Any = None) -> Any:
        """Return what the last layer makes of it.

        Args:
            inputs: What the first layer takes.
            training: Whether it is for training.
            mask: Kept for Keras's signature; a mask of the inputs goes along with them.
        """
        for layer in self.layers:
            inputs = layer(inputs)
        return inputs
