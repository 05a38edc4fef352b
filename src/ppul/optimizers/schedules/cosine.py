"""Learning rates that follow a cosine: down once, or again and again (arXiv:1608.03983)."""

from __future__ import annotations

import math
from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.optimizers.schedules.base import LearningRateSchedule, as_float, whole_periods


class CosineDecay(LearningRateSchedule):
    """A rate that falls along half a cosine, after a linear warm-up if asked.

    Args:
        initial_learning_rate: The rate at step 0.
        decay_steps: Steps of the fall.
        alpha: Where it ends, as a fraction of where the fall starts.
        name: Its name.
        warmup_target: The rate at the end of the warm-up, where the fall starts; None for none.
        warmup_steps: Steps of the warm-up.

    Source: Loshchilov and Hutter 2016, arXiv:1608.03983.

    Example:
        >>> rate = CosineDecay(0.0, decay_steps=10, warmup_target=1.0, warmup_steps=4)
        >>> [round(float(rate(step)), 3) for step in (0, 2, 4, 9, 14)]
        [0.0, 0.5, 1.0, 0.5, 0.0]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        alpha: float = 0.0,
        name: str = "CosineDecay",
        warmup_target: float | None = None,
        warmup_steps: int = 0,
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = self.positive("decay_steps", decay_steps)
        self.alpha = alpha
        self.name = name
        self.warmup_target = warmup_target
        self.warmup_steps = warmup_steps

    def __call__(self, step: Any) -> Array:
        """Return the rate after `step` steps."""
        step = as_float(step)
        if self.warmup_target is None:
            return self._fall(self.initial_learning_rate, step)
        done = jnp.minimum(step / max(self.warmup_steps, 1), 1.0)
        span = self.warmup_target - self.initial_learning_rate
        rising = self.initial_learning_rate + span * done
        falling = self._fall(self.warmup_target, step - self.warmup_steps)
        return jnp.where(step < self.warmup_steps, rising, falling)

    def _fall(self, start: float, step: Array) -> Array:
        done = jnp.clip(step / self.decay_steps, 0.0, 1.0)
        cosine = 0.5 * (1 + jnp.cos(math.pi * done))
        return start * ((1 - self.alpha) * cosine + self.alpha)


class CosineDecayRestarts(LearningRateSchedule):
    """A rate that falls along half a cosine, again and again, each time longer or lower.

    Args:
        initial_learning_rate: The rate at step 0.
        first_decay_steps: Steps of the first period.
        t_mul: How many times as long as the one before each period is.
        m_mul: How many times as high as the one before each starts.
        alpha: Where a period ends, as a fraction of `initial_learning_rate`.
        name: Its name.

    Source: Loshchilov and Hutter 2016, arXiv:1608.03983, section 3.

    Example:
        >>> rate = CosineDecayRestarts(1.0, first_decay_steps=10, t_mul=2.0, m_mul=0.5)
        >>> [round(float(rate(step)), 3) for step in (0, 5, 10, 20)]
        [1.0, 0.5, 0.5, 0.25]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: int,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: str = "SGDRDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.first_decay_steps = self.positive("first_decay_steps", first_decay_steps)
        self.t_mul = t_mul
        self.m_mul = m_mul
        self.alpha = alpha
        self.name = name

    def __call__(self, step: Any) -> Array:
        """Return the rate after `step` steps."""
        step = as_float(step)
        if self.t_mul == 1.0:
            period = whole_periods(step, self.first_decay_steps)
        else:
            # Rounding may put the first step of a period at the end of the one before.
            growth = self.t_mul - 1.0
            done = jnp.log1p(step / self.first_decay_steps * growth) / math.log(self.t_mul)
            period = jnp.round(done)
            early = step < self._start(period) * (1 - 1e-6)
            period = jnp.where(early, period - 1, period)
        done = (step - self._start(period)) / (self.first_decay_steps * self.t_mul**period)
        height = jnp.power(self.m_mul, period)
        cosine = 0.5 * height * (1 + jnp.cos(math.pi * done))
        return self.initial_learning_rate * ((1 - self.alpha) * cosine + self.alpha)

    def _start(self, period: Array) -> Array:
        """The first step of a period: those before it last a geometric series."""
        growth = self.t_mul - 1.0
        lengths = (self.t_mul**period - 1) / growth if growth else period
        return self.first_decay_steps * lengths
