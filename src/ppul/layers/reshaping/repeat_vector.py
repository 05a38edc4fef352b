"""RepeatVector: a vector as a sequence of itself."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.checks import positive_int
from ppul.core.types import Array
from ppul.layers.base import Layer
from ppul.layers.input_spec import InputSpec


class RepeatVector(Layer):
    """The input (batch, features) as (batch, n, features).

    Args:
        n: How often.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If `n` is not positive.

    Example:
        >>> import numpy as np
        >>> RepeatVector(2)(np.array([[1.0, 2.0]])).tolist()
        [[[1.0, 2.0], [1.0, 2.0]]]
    """

    def __init__(self, n: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(n, int):
            raise TypeError(f"{self._where}: `n` must be an integer; got {n!r}.")
        self.n = positive_int(self._where, "n", n)
        self.input_spec = InputSpec(ndim=2)

    def call(self, inputs: Array) -> Array:
        """Return the repeated input."""
        return jnp.repeat(inputs[:, None], self.n, axis=1)
