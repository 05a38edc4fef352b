"""Permute: the axes of each sample in another order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.layers.base import Layer
from ppul.layers.input_spec import InputSpec


class Permute(Layer):
    """Each sample with its axes in another order.

    Args:
        dims: The axes in their new order, counted from 1: the batch stays in front.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If `dims` are not the numbers from 1 on.

    Example:
        >>> import numpy as np
        >>> Permute((2, 1))(np.ones((5, 3, 4))).shape
        (5, 4, 3)
    """

    def __init__(self, dims: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(dims, (list, tuple)):
            raise TypeError(f"{self._where}: `dims` must be a tuple of axes; got {dims!r}.")
        self.dims = tuple(dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ValueError(
                f"{self._where}: `dims` must be the axes 1 to {len(self.dims)} in some order; got "
                f"{self.dims}. The batch, axis 0, is not counted."
            )
        self.input_spec = InputSpec(ndim=len(self.dims) + 1)

    def call(self, inputs: Array) -> Array:
        """Return the permuted input."""
        return jnp.transpose(inputs, (0, *self.dims))
