"""ActivityRegularization: a penalty on what passes through."""

from __future__ import annotations

from typing import Any

from ppul.core.types import Array
from ppul.layers.base import Layer
from ppul.regularizers import L1L2


class ActivityRegularization(Layer):
    """The input unchanged, with a penalty on it added to the loss.

    The penalty is divided by the batch size.

    Args:
        l1: Factor of the sum of absolute values.
        l2: Factor of the sum of squares.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> layer = ActivityRegularization(l2=0.5)
        >>> _ = layer(np.ones((3, 2)))
        >>> [float(loss) for loss in layer.losses]
        [1.0]
    """

    _unsaved = ("activity_regularizer",)

    def __init__(self, l1: float = 0.0, l2: float = 0.0, **kwargs: Any) -> None:
        super().__init__(activity_regularizer=L1L2(l1=l1, l2=l2), **kwargs)
        self.supports_masking = True
        self.l1 = l1
        self.l2 = l2
        self.built = True

    def call(self, inputs: Array) -> Array:
        """Return the input."""
        return inputs
