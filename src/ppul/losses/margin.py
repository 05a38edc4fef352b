"""Hinge losses: nothing to learn from what is right by a margin."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.operation import op
from ppul.core.types import Array
from ppul.losses.base import LossFunctionWrapper
from ppul.losses.shapes import broadcastable

MEAN = "sum_over_batch_size"


@op
def hinge(y_true: Any, y_pred: Any) -> Array:
    """Return the mean of max(1 - y_true * y_pred, 0).

    Args:
        y_true: Labels -1 and 1, or 0 and 1, (..., features).
        y_pred: Predictions, the same shape.

    Returns:
        One value a sample, (...).

    Example:
        >>> hinge([[-1.0, 1.0]], [[-0.5, 2.0]]).tolist()
        [0.25]
    """
    y_true, y_pred = broadcastable("hinge", y_true, y_pred)
    return jnp.mean(jnp.maximum(1.0 - _signs(y_true) * y_pred, 0.0), axis=-1)


@op
def squared_hinge(y_true: Any, y_pred: Any) -> Array:
    """Return the mean of max(1 - y_true * y_pred, 0)².

    Args:
        y_true: Labels -1 and 1, or 0 and 1, (..., features).
        y_pred: Predictions, the same shape.

    Returns:
        One value a sample, (...).

    Example:
        >>> squared_hinge([[-1.0, 1.0]], [[-0.5, 2.0]]).tolist()
        [0.125]
    """
    y_true, y_pred = broadcastable("squared_hinge", y_true, y_pred)
    return jnp.mean(jnp.square(jnp.maximum(1.0 - _signs(y_true) * y_pred, 0.0)), axis=-1)


@op
def categorical_hinge(y_true: Any, y_pred: Any) -> Array:
    """Return how far the largest wrong score comes closer than 1 to the right one's.

    Args:
        y_true: One-hot rows, (..., classes).
        y_pred: Scores, the same shape.

    Returns:
        One value a sample, (...).

    Example:
        >>> categorical_hinge([[0.0, 1.0]], [[0.5, 0.75]]).tolist()
        [0.75]
    """
    y_true, y_pred = broadcastable("categorical_hinge", y_true, y_pred)
    right = jnp.sum(y_true * y_pred, axis=-1)
    wrong = jnp.max((1.0 - y_true) * y_pred, axis=-1)
    return jnp.maximum(wrong - right + 1.0, 0.0)


class Hinge(LossFunctionWrapper):
    """The mean of max(1 - y_true * y_pred, 0), for labels -1 and 1 or 0 and 1.

    Args:
        reduction: How the values of samples become one.
        name: Its name.
        dtype: Dtype of the result.

    Example:
        >>> float(Hinge()([[-1.0], [1.0]], [[-0.5], [2.0]]))
        0.25
    """

    def __init__(
        self, reduction: str | None = MEAN, name: str | None = "hinge", dtype: Any = None
    ) -> None:
        super().__init__(hinge, reduction, name, dtype)


class SquaredHinge(LossFunctionWrapper):
    """The mean of max(1 - y_true * y_pred, 0)², for labels -1 and 1 or 0 and 1.

    Args:
        reduction: How the values of samples become one.
        name: Its name.
        dtype: Dtype of the result.

    Example:
        >>> float(SquaredHinge()([[-1.0], [1.0]], [[-0.5], [2.0]]))
        0.125
    """

    def __init__(
        self, reduction: str | None = MEAN, name: str | None = "squared_hinge", dtype: Any = None
    ) -> None:
        super().__init__(squared_hinge, reduction, name, dtype)


class CategoricalHinge(LossFunctionWrapper):
    """How far the largest wrong score comes closer than 1 to the right one's.

    Args:
        reduction: How the values of samples become one.
        name: Its name.
        dtype: Dtype of the result.

    Example:
        >>> float(CategoricalHinge()([[0.0, 1.0]], [[0.5, 0.75]]))
        0.75
    """

    def __init__(
        self,
        reduction: str | None = MEAN,
        name: str | None = "categorical_hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(categorical_hinge, reduction, name, dtype)


def _signs(labels: Array) -> Array:
    """Labels 0 and 1 as -1 and 1; any others, in any place, leave all as they are."""
    binary = jnp.all((labels == 0) | (labels == 1))
    return jnp.where(binary, 2.0 * labels - 1.0, labels)
