"""Dot: products of vectors in two inputs."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.layers.base import Layer


class Dot(Layer):
    """Products summed over an axis of each of two inputs, sample by sample.

    Args:
        axes: The axis, or one for each input; the batch is axis 0.
        normalize: Whether vectors are brought to length one before (cosine proximity).
        **kwargs: See `Layer`.

    Raises:
        ValueError: If the sizes of the axes differ.

    Example:
        >>> import numpy as np
        >>> Dot(axes=1)([np.ones((2, 3)), np.ones((2, 3))]).tolist()
        [[3.0], [3.0]]
    """

    def __init__(self, axes: int | tuple[int, int], normalize: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axes = axes if isinstance(axes, int) else list(axes)
        self.normalize = normalize
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Check the inputs."""
        if not isinstance(input_shape, list) or len(input_shape) != 2:
            raise ValueError(f"Dot '{self.name}' takes a list of two inputs; got {input_shape}.")
        a, b = self._axes(*map(len, input_shape))
        sizes = input_shape[0][a], input_shape[1][b]
        if None not in sizes and sizes[0] != sizes[1]:
            raise ValueError(
                f"Dot '{self.name}': axis {a} of {input_shape[0]} and axis {b} of {input_shape[1]} "
                "must have the same size."
            )

    def call(self, inputs: list[Array]) -> Array:
        """Return the products."""
        x, y = inputs
        a, b = self._axes(x.ndim, y.ndim)
        if self.normalize:
            x, y = _unit(x, a), _unit(y, b)
        x, y = jnp.moveaxis(x, a, -1), jnp.moveaxis(y, b, -1)
        first = x.reshape(x.shape[0], _size(x.shape[1:-1]), x.shape[-1])
        second = y.reshape(y.shape[0], _size(y.shape[1:-1]), y.shape[-1])
        product = jnp.einsum("bik,bjk->bij", first, second)
        shape = (*x.shape[1:-1], *y.shape[1:-1])
        return product.reshape(x.shape[0], *(shape or (1,)))

    def compute_mask(self, inputs: Any, previous_mask: Any) -> None:
        """Return no mask: the masked axis is gone."""

    def _axes(self, *ranks: int) -> tuple[int, ...]:
        axes = (self.axes,) * 2 if isinstance(self.axes, int) else self.axes
        return tuple(axis % rank for axis, rank in zip(axes, ranks, strict=True))


def dot(inputs: list[Any], axes: int | tuple[int, int] = -1, **kwargs: Any) -> Any:
    """Return `Dot(axes, **kwargs)(inputs)`."""
    return Dot(axes=axes, **kwargs)(inputs)


def _unit(x: Array, axis: int) -> Array:
    return x / jnp.sqrt(jnp.maximum(jnp.sum(jnp.square(x), axis, keepdims=True), 1e-12))


def _size(sizes: Any) -> int:
    size = 1
    for n in sizes:
        size *= n
    return size
