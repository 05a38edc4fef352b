"""Dropout: features left out at random while training."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.scope import Hyperparameter
from ppul.core.types import Array, Shape
from ppul.layers.base import Layer
from ppul.random.bits import keep_mask
from ppul.random.seed_generator import SeedGenerator


class Dropout(Layer):
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
        if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not 0 <= rate <= 1:
            raise ValueError(f"Dropout '{self.name}': `rate` must be in [0, 1]; got {rate!r}.")
        self.rate = rate
        self.seed = seed
        self.noise_shape = None if noise_shape is None else tuple(noise_shape)
        if rate > 0:
            self.seed_generator = SeedGenerator(seed)
        self.supports_masking = True
        self.built = True

    def call(self, inputs: Array, training: bool = False) -> Array:
        """Return the input with a random part set to zero, if training."""
        if not training or "seed_generator" not in self.__dict__:
            return inputs
        shape = inputs.shape
        if self.noise_shape is not None:
            sizes = zip(self.noise_shape, shape, strict=True)
            shape = tuple(own if size is None else size for size, own in sizes)
        keep = keep_mask(self.seed_generator.next(), self.rate, shape)
        scale = jnp.where(self.rate < 1, 1 / (1 - self.rate), 0) if self.rate != 1 else 0.0
        return jnp.where(
            keep, inputs * jnp.asarray(scale, inputs.dtype), jnp.zeros((), inputs.dtype)
        )
