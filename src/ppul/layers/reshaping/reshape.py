"""Reshape: other axes for the same elements."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array, Shape
from ppul.layers.base import Layer


class Reshape(Layer):
    """Each sample in another shape.

    Args:
        target_shape: Shape of one sample; one size may be -1.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If the elements do not fit.

    Example:
        >>> import numpy as np
        >>> Reshape((2, -1))(np.ones((5, 6))).shape
        (5, 2, 3)
    """

    def __init__(self, target_shape: Shape, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.target_shape = (
            (target_shape,) if isinstance(target_shape, int) else tuple(target_shape)
        )
        if sum(size == -1 for size in self.target_shape) > 1:
            raise ValueError(
                f"Reshape '{self.name}': only one size of `target_shape` may be -1; got {target_shape}."
            )

    def build(self, input_shape: Shape) -> None:
        """Check that the elements fit, where their number is known."""
        sizes = input_shape[1:]
        if None in sizes:
            return
        have, want = _product(sizes), _product(self.target_shape)
        fits = want != 0 and have % want == 0 if -1 in self.target_shape else have == want
        if not fits:
            raise ValueError(
                f"Reshape '{self.name}': a sample of shape {sizes} has {have} elements, which do not "
                f"fit target_shape={self.target_shape}."
            )

    def call(self, inputs: Array) -> Array:
        """Return the reshaped input."""
        return jnp.reshape(inputs, (inputs.shape[0], *self.target_shape))


def _product(sizes: Any) -> int:
    product = 1
    for size in sizes:
        product *= 1 if size == -1 else size
    return product
