"""AlphaDropout: dropout that keeps mean and variance of self-normalizing networks."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.scope import Hyperparameter
from ppul.core.types import Array, Shape
from ppul.layers.regularization.base import RandomLayer, fraction
from ppul.random.bits import keep_mask

# What `selu` tends to for large negative inputs: -scale * alpha.
_LOWEST = -1.7580993408473766


class AlphaDropout(RandomLayer):
    """Set a random fraction to the lowest value of `selu` while training.

    The result is scaled and shifted so that inputs of mean 0 and variance 1 keep them.

    Args:
        rate: Fraction that is set, in [0, 1).
        noise_shape: Shape of the random mask; sizes of 1 share it along that axis.
        seed: Seed of the numbers.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If `rate` is not in [0, 1).

    Source: Klambauer et al. 2017, arXiv:1706.02515

    Example:
        >>> import numpy as np
        >>> outputs = AlphaDropout(0.3, seed=1)(np.random.normal(size=(100, 100)), training=True)
        >>> abs(float(outputs.mean())) < 0.1, abs(float(outputs.std()) - 1) < 0.1
        (True, True)
    """

    rate = Hyperparameter()

    def __init__(
        self, rate: float, noise_shape: Shape | None = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.rate = fraction(self._where, "rate", rate, below_one=True)
        self.noise_shape = None if noise_shape is None else tuple(noise_shape)
        self._seeded(seed, draws=rate > 0)

    def _disturbed(self, inputs: Array, key: Array) -> Array:
        rate = self.rate
        keep = keep_mask(key, rate, self._mask_shape(self.noise_shape, inputs.shape))
        factor = ((1 - rate) * (1 + rate * _LOWEST**2)) ** -0.5
        shift = -factor * rate * _LOWEST
        set_ = jnp.where(keep, inputs, jnp.asarray(_LOWEST, inputs.dtype))
        return (set_ * factor + shift).astype(inputs.dtype)
