"""Losses of numbers: squared, absolute, relative errors, and robust mixtures of them.

Every function returns one value a sample, the mean over the last axis.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ppul.core.operation import op
from ppul.core.settings import epsilon
from ppul.core.types import Array
from ppul.losses.base import LossFunctionWrapper
from ppul.losses.shapes import broadcastable

MEAN = "sum_over_batch_size"


@op
def mean_squared_error(y_true: Any, y_pred: Any) -> Array:
    """Return the mean of (y_true - y_pred)².

    Args:
        y_true: Targets, (..., features).
        y_pred: Predictions, the same shape.

    Returns:
        One value a sample, (...).

    Raises:
        ValueError: If the shapes do not fit.

    Example:
        >>> mean_squared_error([[0.0, 1.0]], [[2.0, 1.0]]).tolist()
        [2.0]
    """
    y_true, y_pred = broadcastable("mean_squared_error", y_true, y_pred)
    return jnp.mean(jnp.square(y_true - y_pred), axis=-1)


@op
def mean_absolute_error(y_true: Any, y_pred: Any) -> Array:
    """Return the mean of |y_true - y_pred|.

    Args:
        y_true: Targets, (..., features).
        y_pred: Predictions, the same shape.

    Returns:
        One value a sample, (...).

    Example:
        >>> mean_absolute_error([[0.0, 1.0]], [[2.0, 1.0]]).tolist()
        [1.0]
    """
    y_true, y_pred = broadcastable("mean_absolute_error", y_true, y_pred)
    return jnp.mean(jnp.abs(y_true - y_pred), axis=-1)


@op
def mean_absolute_percentage_error(y_true: Any, y_pred: Any) -> Array:
    """Return 100 times the mean of |y_true - y_pred| / |y_true|.

    Args:
        y_true: Targets, (..., features); smaller ones than `epsilon()` divide as that.
        y_pred: Predictions, the same shape.

    Returns:
        One value a sample, (...), in percent.

    Example:
        >>> mean_absolute_percentage_error([[2.0, 4.0]], [[1.0, 5.0]]).tolist()
        [37.5]
    """
    y_true, y_pred = broadcastable("mean_absolute_percentage_error", y_true, y_pred)
    relative = jnp.abs((y_true - y_pred) / jnp.maximum(jnp.abs(y_true), epsilon()))
    return 100.0 * jnp.mean(relative, axis=-1)


@op
def mean_squared_logarithmic_error(y_true: Any, y_pred: Any) -> Array:
    """Return the mean of (log(1 + y_true) - log(1 + y_pred))².

    Args:
        y_true: Targets, (..., features); negative ones count as zero.
        y_pred: Predictions, the same shape, likewise.

    Returns:
        One value a sample, (...).

    Example:
        >>> mean_squared_logarithmic_error([[0.0]], [[1.0]]).round(3).tolist()
        [0.48]
    """
    y_true, y_pred = broadcastable("mean_squared_logarithmic_error", y_true, y_pred)
    logs = (jnp.log(jnp.maximum(y, epsilon()) + 1) for y in (y_pred, y_true))
    return jnp.mean(jnp.square(next(logs) - next(logs)), axis=-1)


@op
def huber(y_true: Any, y_pred: Any, delta: float = 1.0) -> Array:
    """Return half the squared error up to `delta`, and a straight line beyond.

    Args:
        y_true: Targets, (..., features).
        y_pred: Predictions, the same shape.
        delta: Error from which on the loss grows linearly.

    Returns:
        One value a sample, (...).

    Source:
        Huber, "Robust Estimation of a Location Parameter", 1964.

    Example:
        >>> huber([[0.0, 0.0]], [[1.0, 3.0]]).tolist()
        [1.5]
    """
    y_true, y_pred = broadcastable("huber", y_true, y_pred)
    error = jnp.abs(y_pred - y_true)
    line = delta * error - 0.5 * delta**2
    return jnp.mean(jnp.where(error <= delta, 0.5 * jnp.square(error), line), axis=-1)


@op
def log_cosh(y_true: Any, y_pred: Any) -> Array:
    """Return the mean of log(cosh(y_pred - y_true)): squared near zero, absolute far off.

    Args:
        y_true: Targets, (..., features).
        y_pred: Predictions, the same shape.

    Returns:
        One value a sample, (...).

    Example:
        >>> log_cosh([[0.0]], [[2.0]]).round(3).tolist()
        [1.325]
    """
    y_true, y_pred = broadcastable("log_cosh", y_true, y_pred)
    error = y_pred - y_true
    return jnp.mean(
        error + jax.nn.softplus(-2.0 * error) - jnp.log(2.0).astype(error.dtype), axis=-1
    )


@op
def cosine_similarity(y_true: Any, y_pred: Any, axis: int = -1) -> Array:
    """Return the negative cosine of the angle between vectors: -1 where they point alike.

    Args:
        y_true: Targets, vectors along `axis`.
        y_pred: Predictions, the same shape.
        axis: Axis of the vectors.

    Returns:
        One value a vector.

    Example:
        >>> cosine_similarity([[1.0, 0.0]], [[2.0, 0.0]]).tolist()
        [-1.0]
    """
    y_true, y_pred = broadcastable("cosine_similarity", y_true, y_pred)
    return -jnp.sum(unit(y_true, axis) * unit(y_pred, axis), axis=axis)


class MeanSquaredError(LossFunctionWrapper):
    """The mean of squared errors.

    Args:
        reduction: How the values of samples become one.
        name: Its name.
        dtype: Dtype of the result.

    Example:
        >>> float(MeanSquaredError()([[0.0], [0.0]], [[1.0], [2.0]]))
        2.5
    """

    def __init__(
        self,
        reduction: str | None = MEAN,
        name: str | None = "mean_squared_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_squared_error, reduction, name, dtype)


class MeanAbsoluteError(LossFunctionWrapper):
    """The mean of absolute errors.

    Args:
        reduction: How the values of samples become one.
        name: Its name.
        dtype: Dtype of the result.

    Example:
        >>> float(MeanAbsoluteError()([[0.0], [0.0]], [[1.0], [2.0]]))
        1.5
    """

    def __init__(
        self,
        reduction: str | None = MEAN,
        name: str | None = "mean_absolute_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_absolute_error, reduction, name, dtype)


class MeanAbsolutePercentageError(LossFunctionWrapper):
    """The mean of absolute errors, in percent of the targets.

    Args:
        reduction: How the values of samples become one.
        name: Its name.
        dtype: Dtype of the result.

    Example:
        >>> float(MeanAbsolutePercentageError()([[2.0], [4.0]], [[1.0], [5.0]]))
        37.5
    """

    def __init__(
        self,
        reduction: str | None = MEAN,
        name: str | None = "mean_absolute_percentage_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_absolute_percentage_error, reduction, name, dtype)


class MeanSquaredLogarithmicError(LossFunctionWrapper):
    """The mean of squared differences of log(1 + y).

    Args:
        reduction: How the values of samples become one.
        name: Its name.
        dtype: Dtype of the result.

    Example:
        >>> float(MeanSquaredLogarithmicError()([[0.0]], [[1.0]]))
        0.48
    """

    def __init__(
        self,
        reduction: str | None = MEAN,
        name: str | None = "mean_squared_logarithmic_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_squared_logarithmic_error, reduction, name, dtype)


class Huber(LossFunctionWrapper):
    """Squared errors near zero, absolute ones beyond `delta`.

    Args:
        delta: Error from which on the loss grows linearly.
        reduction: How the values of samples become one.
        name: Its name.
        dtype: Dtype of the result.

    Example:
        >>> float(Huber(delta=2.0)([[0.0], [0.0]], [[1.0], [4.0]]))
        3.25
    """

    def __init__(
        self,
        delta: float = 1.0,
        reduction: str | None = MEAN,
        name: str | None = "huber_loss",
        dtype: Any = None,
    ) -> None:
        super().__init__(huber, reduction, name, dtype, delta=delta)


class LogCosh(LossFunctionWrapper):
    """The mean of log(cosh(error)).

    Args:
        reduction: How the values of samples become one.
        name: Its name.
        dtype: Dtype of the result.

    Example:
        >>> float(LogCosh()([[0.0]], [[2.0]]))
        1.325
    """

    def __init__(
        self, reduction: str | None = MEAN, name: str | None = "log_cosh", dtype: Any = None
    ) -> None:
        super().__init__(log_cosh, reduction, name, dtype)


class CosineSimilarity(LossFunctionWrapper):
    """The negative cosine of the angle between targets and predictions.

    Args:
        axis: Axis of the vectors.
        reduction: How the values of samples become one.
        name: Its name.
        dtype: Dtype of the result.

    Example:
        >>> float(CosineSimilarity()([[1.0, 0.0]], [[0.0, 3.0]]))
        -0.0
    """

    def __init__(
        self,
        axis: int = -1,
        reduction: str | None = MEAN,
        name: str | None = "cosine_similarity",
        dtype: Any = None,
    ) -> None:
        super().__init__(cosine_similarity, reduction, name, dtype, axis=axis)


def unit(x: Array, axis: int) -> Array:
    """Return vectors of length one; those shorter than `epsilon()` are divided by that."""
    square = jnp.sum(jnp.square(x), axis=axis, keepdims=True)
    return x * jax.lax.rsqrt(jnp.maximum(square, epsilon() ** 2))
