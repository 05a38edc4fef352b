"""Initializers without chance.

Values are made by NumPy and put on the device: `jnp.zeros` and even `jnp.asarray` compile a program
for each shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import numpy as np

from ppul.core.types import Array, ArrayLike
from ppul.initializers.base import Initializer, array_dtype, known_shape


class Constant(Initializer):
    """One value, or an array that broadcasts to the weight.

    Args:
        value: A number, or an array or list of numbers.

    Example:
        >>> Constant(3.0)((2,)).tolist()
        [3.0, 3.0]
        >>> Constant([1, 2])((2, 2)).tolist()
        [[1.0, 2.0], [1.0, 2.0]]
    """

    def __init__(self, value: ArrayLike | list[Any] = 0.0) -> None:
        self.value = value

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Array:
        """Return an array.

        Raises:
            ValueError: If `value` does not broadcast to `shape`.
        """
        sizes = known_shape("Constant", shape)
        value = np.asarray(self.value, array_dtype(dtype))
        try:
            return jax.device_put(np.full(sizes, value))
        except ValueError:
            raise ValueError(
                f"Constant: `value` of shape {value.shape} does not broadcast to a weight of "
                f"shape {sizes}."
            ) from None


class Zeros(Initializer):
    """All zeros.

    Example:
        >>> Zeros()((2,)).tolist()
        [0.0, 0.0]
    """

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Array:
        """Return an array."""
        return jax.device_put(np.zeros(known_shape("Zeros", shape), array_dtype(dtype)))


class Ones(Initializer):
    """All ones.

    Example:
        >>> Ones()((2,)).tolist()
        [1.0, 1.0]
    """

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Array:
        """Return an array."""
        return jax.device_put(np.ones(known_shape("Ones", shape), array_dtype(dtype)))


class Identity(Initializer):
    """`gain` on the diagonal of a matrix, zeros beside it.

    Args:
        gain: The value on the diagonal.

    Example:
        >>> Identity(2.0)((2, 3)).tolist()
        [[2.0, 0.0, 0.0], [0.0, 2.0, 0.0]]
    """

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = gain

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Array:
        """Return a matrix.

        Raises:
            ValueError: If `shape` is not that of a matrix.
        """
        sizes = known_shape("Identity", shape)
        if len(sizes) != 2:
            raise ValueError(
                f"Identity: only a matrix can be an identity; got shape {sizes}. Use `Orthogonal` "
                "for weights of more dimensions."
            )
        kind = array_dtype(dtype)
        return jax.device_put(np.eye(*sizes, dtype=kind) * kind.type(self.gain))
