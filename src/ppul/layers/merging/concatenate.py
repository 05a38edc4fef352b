"""Concatenate: several inputs side by side."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.layers.base import Layer


class Concatenate(Layer):
    """The inputs joined along an axis.

    Args:
        axis: The axis.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If the other sizes differ.

    Example:
        >>> import numpy as np
        >>> Concatenate()([np.ones((2, 3)), np.ones((2, 4))]).shape
        (2, 7)
    """

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Check that all sizes but those along the axis agree."""
        if not isinstance(input_shape, list):
            raise ValueError(
                f"Concatenate '{self.name}' takes a list of inputs; got one of shape {input_shape}."
            )
        ranks = {len(shape) for shape in input_shape}
        rank = max(ranks)
        if len(ranks) > 1 or not -rank <= self.axis < rank:
            raise ValueError(
                f"Concatenate '{self.name}': inputs of shapes {input_shape} cannot be joined along "
                f"axis {self.axis}: they must have the same number of axes."
            )
        for axis, sizes in enumerate(zip(*input_shape, strict=True)):
            if axis != self.axis % rank and len({size for size in sizes if size is not None}) > 1:
                raise ValueError(
                    f"Concatenate '{self.name}': inputs of shapes {input_shape} differ in axis {axis}; "
                    f"only axis {self.axis} may differ."
                )

    def call(self, inputs: list[Array]) -> Array:
        """Return the joined input."""
        return jnp.concatenate(inputs, axis=self.axis)

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """Return the masks joined; an input without a mask counts everywhere."""
        if previous_mask is None or all(mask is None for mask in previous_mask):
            return None
        masks = []
        for x, mask in zip(inputs, previous_mask, strict=True):
            if mask is None:
                masks.append(jnp.ones(x.shape, bool))
            else:
                masks.append(
                    jnp.broadcast_to(jnp.expand_dims(mask, -1), x.shape)
                    if mask.ndim < x.ndim
                    else mask
                )
        return jnp.all(jnp.concatenate(masks, axis=self.axis), axis=-1)


def concatenate(inputs: list[Any], axis: int = -1, **kwargs: Any) -> Any:
    """Return `Concatenate(axis, **kwargs)(inputs)`."""
    return Concatenate(axis=axis, **kwargs)(inputs)
