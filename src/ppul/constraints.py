"""Functions that put a weight back where it is allowed to be, after each update."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core import registry, serialization
from ppul.core.config import Configurable
from ppul.core.settings import epsilon
from ppul.core.types import Array, Axes, Config


class Constraint(Configurable):
    """A function from a weight to the nearest allowed one.

    Example:
        >>> class AtMostOne(Constraint):
        ...     def __call__(self, w):
        ...         return jnp.minimum(w, 1.0)
        >>> AtMostOne()(jnp.array([0.5, 2.0])).tolist()
        [0.5, 1.0]
    """

    def __call__(self, w: Array) -> Array:
        """Return the constrained weight: as it is by default."""
        return w


class MaxNorm(Constraint):
    """Norms along `axis` of at most `max_value` (Srivastava et al. 2014).

    Example:
        >>> MaxNorm(1.0)(jnp.array([[3.0], [4.0]])).round(3).tolist()
        [[0.6000000238418579], [0.800000011920929]]
    """

    def __init__(self, max_value: float = 2, axis: Axes = 0) -> None:
        self.max_value = max_value
        self.axis = axis

    def __call__(self, w: Array) -> Array:
        """Return the constrained weight."""
        norms = _norms(w, self.axis)
        return w * (jnp.clip(norms, 0, self.max_value) / (epsilon() + norms))


class NonNeg(Constraint):
    """No element below zero.

    Example:
        >>> NonNeg()(jnp.array([-1.0, 2.0])).tolist()
        [0.0, 2.0]
    """

    def __call__(self, w: Array) -> Array:
        """Return the constrained weight."""
        return w * (w >= 0).astype(w.dtype)


class UnitNorm(Constraint):
    """Norms along `axis` of one.

    Example:
        >>> UnitNorm()(jnp.array([[3.0], [4.0]])).round(3).tolist()
        [[0.6000000238418579], [0.800000011920929]]
    """

    def __init__(self, axis: Axes = 0) -> None:
        self.axis = axis

    def __call__(self, w: Array) -> Array:
        """Return the constrained weight."""
        return w / (epsilon() + _norms(w, self.axis))


class MinMaxNorm(Constraint):
    """Norms along `axis` between `min_value` and `max_value`, approached by `rate`.

    Example:
        >>> MinMaxNorm(max_value=5.0)(jnp.array([[6.0], [8.0]])).round(3).tolist()
        [[3.0], [4.0]]
    """

    def __init__(
        self, min_value: float = 0.0, max_value: float = 1.0, rate: float = 1.0, axis: Axes = 0
    ) -> None:
        self.min_value = min_value
        self.max_value = max_value
        self.rate = rate
        self.axis = axis

    def __call__(self, w: Array) -> Array:
        """Return the constrained weight."""
        norms = _norms(w, self.axis)
        wanted = (
            self.rate * jnp.clip(norms, self.min_value, self.max_value) + (1 - self.rate) * norms
        )
        return w * (wanted / (epsilon() + norms))


def get(identifier: Any) -> Any:
    """Return a constraint from a name, config, class, object or None."""
    return registry.get("constraints", identifier)


def serialize(constraint: Constraint) -> Config:
    """Return the configuration of a constraint."""
    return serialization.serialize(constraint)


def deserialize(config: Config, custom_objects: dict[str, Any] | None = None) -> Any:
    """Return a constraint from its configuration."""
    return serialization.deserialize(config, custom_objects, kind="constraints")


def _norms(w: Array, axis: Axes) -> Array:
    axes = tuple(axis) if isinstance(axis, (list, tuple)) else axis
    return jnp.sqrt(jnp.sum(jnp.square(w), axis=axes, keepdims=True))


max_norm = MaxNorm
min_max_norm = MinMaxNorm
non_neg = NonNeg
unit_norm = UnitNorm

__all__ = [
    "Constraint",
    "MaxNorm",
    "MinMaxNorm",
    "NonNeg",
    "UnitNorm",
    "deserialize",
    "get",
    "max_norm",
    "min_max_norm",
    "non_neg",
    "serialize",
    "unit_norm",
]
