"""Dropout: features left out at random while training."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.scope import Hyperparameter
from ppul.core.types import Array, Shape
from ppul.layers.regularization.base import RandomLayer, fraction
from ppul.random.bits import keep_mask


class Dropout(RandomLayer):
    """Set a random fraction of the input to zero while training, and scale up the rest.

    The numbers come from a counter hash of (seed, step), not from the generator that
    `ppul.random.dropout` uses: drawing them costs next to nothing.

    Args:
        rate: Fraction that is set to zero, in [0, 1].
        noise_shape: Shape of the random mask; sizes of 1 share it along that axis.
        seed: Seed of the numbers.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If `rate` is not in [0, 1].

    Source: Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html

    Example:
        >>> import numpy as np
        >>> Dropout(0.5)(np.ones((2, 3))).tolist()  # not training: unchanged
        [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    """

    rate = Hyperparameter()

    def __init__(
        self, rate: float, noise_shape: Shape | None = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.rate = fraction(self._where, "rate", rate)
        self.noise_shape = None if noise_shape is None else tuple(noise_shape)
        self._seeded(seed, draws=rate > 0)

    def _disturbed(self, inputs: Array, key: Array) -> Array:
        shape = self._mask_shape(self.noise_shape, inputs.shape)
        keep = keep_mask(key, self.rate, shape)
        scale = jnp.where(self.rate < 1, 1 / (1 - self.rate), 0) if self.rate != 1 else 0.0
        return jnp.where(
            keep, inputs * jnp.asarray(scale, inputs.dtype), jnp.zeros((), inputs.dtype)
        )
