"""Identity: what goes in comes out."""

from __future__ import annotations

from typing import Any

from ppul.core.types import Tree
from ppul.layers.base import Layer


class Identity(Layer):
    """The input, unchanged: a place in a model that may be named, or filled later.

    Args:
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> Identity()(np.array([1.0, 2.0])).tolist()
        [1.0, 2.0]
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.built = True

    def call(self, inputs: Tree) -> Tree:
        """Return the input."""
        return inputs
