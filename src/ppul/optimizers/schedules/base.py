"""The base of learning-rate schedules: a function of the step, traced into the program."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.config import Configurable
from ppul.core.types import Array
from ppul.core.variable import Variable


class LearningRateSchedule(Configurable):
    """A learning rate that depends on the number of steps taken.

    Example:
        >>> class Halving(LearningRateSchedule):
        ...     def __init__(self, start):
        ...         self.start = start
        ...
        ...     def __call__(self, step):
        ...         return self.start * 0.5**step
        >>> Halving(0.8)(2)
        0.2
    """

    def __call__(self, step: Any) -> Any:
        """Return the learning rate after `step` steps."""
        raise NotImplementedError(f"{type(self).__name__} must define `__call__`.")

    def positive(self, argument: str, value: float) -> float:
        """Return a constructor argument if it is above zero, else raise a ValueError."""
        if isinstance(value, (int, float)) and value > 0:
            return value
        raise ValueError(
            f"{type(self).__name__}: `{argument}` must be a number above 0; got {value!r}."
        )


def as_float(step: Any) -> Array:
    """Return a step, given as a number, an array or a variable, as a float32 scalar."""
    return jnp.asarray(step.value if isinstance(step, Variable) else step, "float32")


def whole_periods(step: Array, period: float) -> Array:
    """Return how many whole periods a step has passed, rounded down.

    XLA divides by a constant as it multiplies by the reciprocal, and 41 times that of 41 is less
    than 1: the floor of such a quotient is one too low.
    """
    return jnp.floor_divide(step, period)
