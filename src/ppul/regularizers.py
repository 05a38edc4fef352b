"""Penalties on weights and activities that are added to the loss."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core import registry, serialization
from ppul.core.checks import one_of
from ppul.core.config import Configurable
from ppul.core.scope import Hyperparameter
from ppul.core.types import Array, Config


class Regularizer(Configurable):
    """A function of an array that returns a scalar penalty.

    Example:
        >>> class Sparse(Regularizer):
        ...     def __call__(self, x):
        ...         return jnp.mean(jnp.abs(x))
        >>> float(Sparse()(jnp.array([1.0, -3.0])))
        2.0
    """

    def __call__(self, x: Array) -> Any:
        """Return the penalty: none by default."""
        return 0.0


class L1(Regularizer):
    """Sum of absolute values, times `l1`.

    Example:
        >>> float(L1(0.1)(jnp.array([1.0, -2.0])))
        0.30000001192092896
    """

    l1 = Hyperparameter()

    def __init__(self, l1: float = 0.01) -> None:
        self.l1 = _factor("L1", "l1", 0.01 if l1 is None else l1)

    def __call__(self, x: Array) -> Array:
        """Return the penalty."""
        return self.l1 * jnp.sum(jnp.abs(x))


class L2(Regularizer):
    """Sum of squares, times `l2`.

    Example:
        >>> float(L2(0.5)(jnp.array([1.0, -2.0])))
        2.5
    """

    l2 = Hyperparameter()

    def __init__(self, l2: float = 0.01) -> None:
        self.l2 = _factor("L2", "l2", 0.01 if l2 is None else l2)

    def __call__(self, x: Array) -> Array:
        """Return the penalty."""
        return self.l2 * jnp.sum(jnp.square(x))


class L1L2(Regularizer):
    """Sum of absolute values times `l1` plus sum of squares times `l2`.

    Example:
        >>> float(L1L2(l1=1.0, l2=0.5)(jnp.array([1.0, -2.0])))
        5.5
    """

    l1 = Hyperparameter()
    l2 = Hyperparameter()

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        self.l1 = _factor("L1L2", "l1", 0.0 if l1 is None else l1)
        self.l2 = _factor("L1L2", "l2", 0.0 if l2 is None else l2)

    def __call__(self, x: Array) -> Array:
        """Return the penalty."""
        return self.l1 * jnp.sum(jnp.abs(x)) + self.l2 * jnp.sum(jnp.square(x))


class OrthogonalRegularizer(Regularizer):
    """Mean absolute cosine between the rows, or columns, of a matrix, times `factor`.

    Args:
        factor: What the mean is multiplied by.
        mode: "rows" or "columns".

    Example:
        >>> float(OrthogonalRegularizer(0.1)(jnp.eye(3)))
        0.0
    """

    factor = Hyperparameter()

    def __init__(self, factor: float = 0.01, mode: str = "rows") -> None:
        self.factor = _factor("OrthogonalRegularizer", "factor", factor)
        self.mode = one_of("OrthogonalRegularizer", "mode", mode, ("rows", "columns"))

    def __call__(self, inputs: Array) -> Array:  # the argument's name is Keras's
        """Return the penalty.

        Raises:
            ValueError: If `inputs` is not a matrix.
        """
        if inputs.ndim != 2:
            raise ValueError(f"OrthogonalRegularizer needs a matrix; got shape {inputs.shape}.")
        rows = inputs if self.mode == "rows" else inputs.T
        size = jnp.sqrt(jnp.maximum(jnp.sum(jnp.square(rows), axis=1, keepdims=True), 1e-12))
        cosines = (rows / size) @ (rows / size).T
        count = rows.shape[0]
        off_diagonal = jnp.abs(cosines * (1.0 - jnp.eye(count)))
        return self.factor * 0.5 * jnp.sum(off_diagonal) / (count * (count - 1.0) / 2.0)


def get(identifier: Any) -> Any:
    """Return a regularizer from a name, config, class, object or None."""
    return registry.get("regularizers", identifier)


def serialize(regularizer: Regularizer) -> Config:
    """Return the configuration of a regularizer."""
    return serialization.serialize(regularizer)


def deserialize(config: Config, custom_objects: dict[str, Any] | None = None) -> Any:
    """Return a regularizer from its configuration."""
    return serialization.deserialize(config, custom_objects, kind="regularizers")


def _factor(where: str, argument: str, value: Any) -> float:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not (number and value >= 0):
        raise ValueError(f"{where}: `{argument}` must be a number of at least 0; got {value!r}.")
    return float(value)


l1 = L1
l2 = L2
l1_l2 = L1L2
orthogonal_regularizer = OrthogonalRegularizer

__all__ = [
    "L1",
    "L1L2",
    "L2",
    "OrthogonalRegularizer",
    "Regularizer",
    "deserialize",
    "get",
    "l1",
    "l1_l2",
    "l2",
    "orthogonal_regularizer",
    "serialize",
]
