"""Learning rates that shrink with the step: by a formula, or step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.optimizers.schedules.base import LearningRateSchedule, as_float, whole_periods


class ExponentialDecay(LearningRateSchedule):
    """A rate multiplied by `decay_rate` every `decay_steps` steps.

    Args:
        initial_learning_rate: The rate at step 0.
        decay_steps: Steps after which the rate is `decay_rate` times as large.
        decay_rate: The factor.
        staircase: Whether the rate changes only every `decay_steps` steps.
        name: Its name.

    Example:
        >>> float(ExponentialDecay(0.5, decay_steps=10, decay_rate=0.5)(20))
        0.125
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        decay_rate: float,
        staircase: bool = False,
        name: str = "ExponentialDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = self.positive("decay_steps", decay_steps)
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def __call__(self, step: Any) -> Array:
        """Return the rate after `step` steps."""
        passed = whole_periods if self.staircase else jnp.divide
        periods = passed(as_float(step), self.decay_steps)
        return self.initial_learning_rate * jnp.power(self.decay_rate, periods)


class InverseTimeDecay(LearningRateSchedule):
    """A rate divided by `1 + decay_rate * step / decay_steps`.

    Args:
        initial_learning_rate: The rate at step 0.
        decay_steps: Steps after which the divisor has grown by `decay_rate`.
        decay_rate: The growth.
        staircase: Whether the rate changes only every `decay_steps` steps.
        name: Its name.

    Example:
        >>> float(InverseTimeDecay(0.5, decay_steps=10, decay_rate=1.0)(30))
        0.125
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        decay_rate: float,
        staircase: bool = False,
        name: str = "InverseTimeDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = self.positive("decay_steps", decay_steps)
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def __call__(self, step: Any) -> Array:
        """Return the rate after `step` steps."""
        passed = whole_periods if self.staircase else jnp.divide
        periods = passed(as_float(step), self.decay_steps)
        return self.initial_learning_rate / (1 + self.decay_rate * periods)


class PolynomialDecay(LearningRateSchedule):
    """A rate that falls to `end_learning_rate` in `decay_steps` steps, by a power of what is left.

    Args:
        initial_learning_rate: The rate at step 0.
        decay_steps: Steps until the end.
        end_learning_rate: The rate from there on.
        power: The power; 1 is a straight line.
        cycle: Whether to begin anew at the end, each time with `decay_steps` more steps to go.
        name: Its name.

    Example:
        >>> float(PolynomialDecay(1.0, decay_steps=10, end_learning_rate=0.0)(5))
        0.5
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str = "PolynomialDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = self.positive("decay_steps", decay_steps)
        self.end_learning_rate = end_learning_rate
        self.power = power
        self.cycle = cycle
        self.name = name

    def __call__(self, step: Any) -> Array:
        """Return the rate after `step` steps."""
        step, steps = as_float(step), as_float(self.decay_steps)
        if self.cycle:
            steps = steps * jnp.maximum(1.0, -whole_periods(-step, steps))
        left = 1 - jnp.minimum(step, steps) / steps
        span = self.initial_learning_rate - self.end_learning_rate
        return span * jnp.power(left, self.power) + self.end_learning_rate


class PiecewiseConstantDecay(LearningRateSchedule):
    """A rate from a table: `values[i]` up to and including step `boundaries[i]`.

    Args:
        boundaries: Steps, increasing.
        values: Rates, one more than boundaries.
        name: Its name.

    Raises:
        ValueError: If there is not one value more than boundaries.

    Example:
        >>> rate = PiecewiseConstantDecay([100, 200], [1.0, 0.5, 0.25])
        >>> [float(rate(step)) for step in (100, 101, 201)]
        [1.0, 0.5, 0.25]
    """

    def __init__(
        self,
        boundaries: Sequence[float],
        values: Sequence[float],
        name: str = "PiecewiseConstant",
    ) -> None:
        if len(boundaries) != len(values) - 1:
            raise ValueError(
                f"{name}: `values` must have one more element than `boundaries`; got {len(values)} "
                f"and {len(boundaries)}."
            )
        self.boundaries = boundaries
        self.values = values
        self.name = name

    def __call__(self, step: Any) -> Array:
        """Return the rate after `step` steps."""
        passed = jnp.sum(jnp.asarray(step) > jnp.asarray(self.boundaries))
        return jnp.asarray(self.values, "float32")[passed]
