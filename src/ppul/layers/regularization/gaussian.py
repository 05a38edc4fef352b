"""GaussianNoise and GaussianDropout: normal numbers added to, or multiplied with, the input."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.scope import Hyperparameter
from ppul.core.types import Array
from ppul.layers.regularization.base import RandomLayer, fraction
from ppul.random.bits import normal


class GaussianNoise(RandomLayer):
    """Add normal numbers of mean 0 while training.

    Args:
        stddev: Their standard deviation, in [0, 1].
        seed: Seed of the numbers.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If `stddev` is not in [0, 1].

    Example:
        >>> import numpy as np
        >>> noise = GaussianNoise(0.5, seed=1)(np.zeros((100, 100)), training=True)
        >>> abs(float(noise.std()) - 0.5) < 0.05
        True
    """

    stddev = Hyperparameter()

    def __init__(self, stddev: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.stddev = fraction(self._where, "stddev", stddev)
        self._seeded(seed, draws=stddev > 0)

    def _disturbed(self, inputs: Array, key: Array) -> Array:
        return inputs + normal(key, inputs.shape, self.compute_dtype) * self.stddev


class GaussianDropout(RandomLayer):
    """Multiply with normal numbers of mean 1 while training.

    Args:
        rate: Their variance is `rate / (1 - rate)`, that of dropout at this rate; in [0, 1).
        seed: Seed of the numbers.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If `rate` is not in [0, 1).

    Source: Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html

    Example:
        >>> import numpy as np
        >>> factors = GaussianDropout(0.2, seed=1)(np.ones((100, 100)), training=True)
        >>> abs(float(factors.mean()) - 1) < 0.05, abs(float(factors.std()) - 0.5) < 0.05
        (True, True)
    """

    rate = Hyperparameter()

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate = fraction(self._where, "rate", rate, below_one=True)
        self._seeded(seed, draws=rate > 0)

    def _disturbed(self, inputs: Array, key: Array) -> Array:
        deviation = jnp.sqrt(self.rate / (1 - self.rate)).astype(self.compute_dtype)
        return inputs * (1 + normal(key, inputs.shape, self.compute_dtype) * deviation)
