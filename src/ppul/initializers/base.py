"""The base of initializers: what weights are before training."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, Self

import jax
import jax.numpy as jnp
import numpy as np

from ppul.core.config import Configurable
from ppul.core.dtypes import standardize_dtype
from ppul.core.types import Array


class Initializer(Configurable):
    """A function of a shape and a dtype that returns the first value of a weight.

    Example:
        >>> class Halves(Initializer):
        ...     def __call__(self, shape, dtype=None):
        ...         return np.full(shape, 0.5, dtype)
        >>> Halves()((2,), "float32").tolist()
        [0.5, 0.5]
    """

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Array:
        """Return an array.

        Args:
            shape: Its shape.
            dtype: Its dtype; None is the default float type.
        """
        raise NotImplementedError(f"{type(self).__name__} must define `__call__(shape, dtype)`.")

    def clone(self) -> Self:
        """Return an initializer of the same configuration; without a seed it draws a new one."""
        return self.from_config(self.get_config())


def known_shape(where: str, shape: Sequence[int | None]) -> tuple[int, ...]:
    """Return a shape as a tuple of ints.

    Raises:
        ValueError: If a size is unknown or negative.
    """
    try:
        sizes = tuple(operator.index(size) for size in shape)  # type: ignore[arg-type]
    except TypeError:
        sizes = (-1,)
    if min(sizes, default=0) < 0:
        raise ValueError(f"{where}: a shape is a tuple of whole sizes, all known; got {shape!r}.")
    return sizes


def array_dtype(dtype: Any) -> np.dtype:
    """Return the dtype that an array asked for as `dtype` has in JAX."""
    return np.dtype(jax.dtypes.canonicalize_dtype(jnp.dtype(standardize_dtype(dtype))))
