"""Merging: several inputs to one, element by element."""

from __future__ import annotations

from functools import reduce
from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.layers.base import Layer

_AT_LEAST = 2


class Merge(Layer):
    """What layers that combine a list of inputs share; shapes are broadcast."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Check the inputs."""
        if not isinstance(input_shape, list) or len(input_shape) < 1:
            raise ValueError(
                f"{type(self).__name__} '{self.name}' takes a list of inputs; got one of shape "
                f"{input_shape}. Call it as layer([a, b])."
            )
        self._check_shapes(input_shape)

    def _check_shapes(self, shapes: list[Any]) -> None:
        """Sizes must be equal or 1, from the last axis backwards."""
        for sizes in zip(*(reversed(shape[1:]) for shape in shapes), strict=False):
            known = {size for size in sizes if size not in (None, 1)}
            if len(known) > 1:
                raise ValueError(
                    f"{type(self).__name__} '{self.name}': inputs of shapes {shapes} cannot be "
                    "combined element by element. Give them equal sizes."
                )

    def call(self, inputs: list[Array]) -> Array:
        """Return the inputs combined."""
        return self.merge(_same_rank(inputs))

    def merge(self, inputs: list[Array]) -> Array:
        """Return arrays of equal rank combined."""
        raise NotImplementedError(f"{type(self).__name__} must define `merge`.")

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """Return where all inputs count; an input without a mask counts everywhere."""
        masks = [mask for mask in previous_mask or [] if mask is not None]
        if len(masks) < len(previous_mask or []):
            return None
        return reduce(jnp.logical_and, masks) if masks else None


class Add(Merge):
    """The sum of the inputs.

    Example:
        >>> import numpy as np
        >>> Add()([np.ones((1, 2)), np.ones((1, 2))]).tolist()
        [[2.0, 2.0]]
    """

    def merge(self, inputs: list[Array]) -> Array:
        """Return the sum."""
        return reduce(jnp.add, inputs)


class Subtract(Merge):
    """The first of two inputs less the second.

    Example:
        >>> import numpy as np
        >>> Subtract()([np.ones((1, 2)), np.ones((1, 2))]).tolist()
        [[0.0, 0.0]]
    """

    def build(self, input_shape: Any) -> None:
        """Check that there are two inputs."""
        if not isinstance(input_shape, list) or len(input_shape) != _AT_LEAST:
            raise ValueError(
                f"Subtract '{self.name}' takes a list of two inputs; got {input_shape}."
            )
        self._check_shapes(input_shape)

    def merge(self, inputs: list[Array]) -> Array:
        """Return the difference."""
        return jnp.subtract(*inputs)


class Multiply(Merge):
    """The product of the inputs.

    Example:
        >>> import numpy as np
        >>> Multiply()([np.full((1, 2), 2.0), np.full((1, 2), 3.0)]).tolist()
        [[6.0, 6.0]]
    """

    def merge(self, inputs: list[Array]) -> Array:
        """Return the product."""
        return reduce(jnp.multiply, inputs)


class Average(Merge):
    """The mean of the inputs.

    Example:
        >>> import numpy as np
        >>> Average()([np.zeros((1, 2)), np.ones((1, 2))]).tolist()
        [[0.5, 0.5]]
    """

    def merge(self, inputs: list[Array]) -> Array:
        """Return the mean."""
        return reduce(jnp.add, inputs) / len(inputs)


class Maximum(Merge):
    """The largest of the inputs.

    Example:
        >>> import numpy as np
        >>> Maximum()([np.zeros((1, 2)), np.ones((1, 2))]).tolist()
        [[1.0, 1.0]]
    """

    def merge(self, inputs: list[Array]) -> Array:
        """Return the maximum."""
        return reduce(jnp.maximum, inputs)


class Minimum(Merge):
    """The smallest of the inputs.

    Example:
        >>> import numpy as np
        >>> Minimum()([np.zeros((1, 2)), np.ones((1, 2))]).tolist()
        [[0.0, 0.0]]
    """

    def merge(self, inputs: list[Array]) -> Array:
        """Return the minimum."""
        return reduce(jnp.minimum, inputs)


def add(inputs: list[Any], **kwargs: Any) -> Any:
    """Return `Add(**kwargs)(inputs)`."""
    return Add(**kwargs)(inputs)


def subtract(inputs: list[Any], **kwargs: Any) -> Any:
    """Return `Subtract(**kwargs)(inputs)`."""
    return Subtract(**kwargs)(inputs)


def multiply(inputs: list[Any], **kwargs: Any) -> Any:
    """Return `Multiply(**kwargs)(inputs)`."""
    return Multiply(**kwargs)(inputs)


def average(inputs: list[Any], **kwargs: Any) -> Any:
    """Return `Average(**kwargs)(inputs)`."""
    return Average(**kwargs)(inputs)


def maximum(inputs: list[Any], **kwargs: Any) -> Any:
    """Return `Maximum(**kwargs)(inputs)`."""
    return Maximum(**kwargs)(inputs)


def minimum(inputs: list[Any], **kwargs: Any) -> Any:
    """Return `Minimum(**kwargs)(inputs)`."""
    return Minimum(**kwargs)(inputs)


def _same_rank(inputs: list[Array]) -> list[Array]:
    """Inputs with axes of size one after the batch where they have fewer than others."""
    rank = max(x.ndim for x in inputs)
    return [
        x if x.ndim == rank else jnp.expand_dims(x, tuple(range(1, 1 + rank - x.ndim)))
        for x in inputs
    ]
