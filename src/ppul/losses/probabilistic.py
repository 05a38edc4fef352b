"""Losses of distributions and counts: Kullback-Leibler divergence, Poisson likelihood."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.operation import op
from ppul.core.settings import epsilon
from ppul.core.types import Array
from ppul.losses.base import LossFunctionWrapper
from ppul.losses.shapes import broadcastable

MEAN = "sum_over_batch_size"


@op
def kl_divergence(y_true: Any, y_pred: Any) -> Array:
    """Return the sum of y_true * log(y_true / y_pred).

    Args:
        y_true: Probabilities, (..., outcomes), kept within [epsilon, 1].
        y_pred: Probabilities, the same shape, likewise.

    Returns:
        One value a distribution, (...).

    Example:
        >>> kl_divergence([[0.5, 0.5]], [[0.25, 0.75]]).round(3).tolist()
        [0.144]
    """
    y_true, y_pred = broadcastable("kl_divergence", y_true, y_pred)
    y_true, y_pred = (jnp.clip(y, epsilon(), 1.0) for y in (y_true, y_pred))
    return jnp.sum(y_true * jnp.log(y_true / y_pred), axis=-1)


@op
def poisson(y_true: Any, y_pred: Any) -> Array:
    """Return the mean of y_pred - y_true * log(y_pred): counts under predicted rates.

    Args:
        y_true: Counts, (..., features).
        y_pred: Rates, the same shape.

    Returns:
        One value a sample, (...), up to what does not depend on the rates.

    Example:
        >>> poisson([[1.0, 0.0]], [[1.0, 3.0]]).tolist()
        [2.0]
    """
    y_true, y_pred = broadcastable("poisson", y_true, y_pred)
    return jnp.mean(y_pred - y_true * jnp.log(y_pred + epsilon()), axis=-1)


class KLDivergence(LossFunctionWrapper):
    """The Kullback-Leibler divergence of predicted distributions from true ones.

    Args:
        reduction: How the values of samples become one.
        name: Its name.
        dtype: Dtype of the result.

    Example:
        >>> float(KLDivergence()([[0.5, 0.5]], [[0.25, 0.75]]))
        0.144
    """

    def __init__(
        self, reduction: str | None = MEAN, name: str | None = "kl_divergence", dtype: Any = None
    ) -> None:
        super().__init__(kl_divergence, reduction, name, dtype)


class Poisson(LossFunctionWrapper):
    """The mean of y_pred - y_true * log(y_pred): counts under predicted rates.

    Args:
        reduction: How the values of samples become one.
        name: Its name.
        dtype: Dtype of the result.

    Example:
        >>> float(Poisson()([[1.0], [0.0]], [[1.0], [3.0]]))
        2.0
    """

    def __init__(
        self, reduction: str | None = MEAN, name: str | None = "poisson", dtype: Any = None
    ) -> None:
        super().__init__(poisson, reduction, name, dtype)
