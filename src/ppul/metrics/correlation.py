"""How targets and predictions vary together: Pearson's and the concordance correlation."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.settings import epsilon
from ppul.core.types import Array
from ppul.losses.shapes import broadcastable
from ppul.metrics.reduction import MeanMetricWrapper


def pearson_correlation(y_true: Any, y_pred: Any, axis: int = -1) -> Array:
    """Return the covariance over the standard deviations: 1 on a rising line.

    Args:
        y_true: Targets, series along `axis`.
        y_pred: Predictions, the same shape.
        axis: Axis of the series.

    Returns:
        One value a series; NaN where one is constant.

    Example:
        >>> pearson_correlation([[0.0, 1.0, 2.0]], [[1.0, 3.0, 5.0]]).tolist()
        [1.0]
    """
    y_true, y_pred = broadcastable("pearson_correlation", y_true, y_pred)
    true, pred = (y - jnp.mean(y, axis=axis, keepdims=True) for y in (y_true, y_pred))
    true, pred = (y / jnp.std(y, axis=axis, keepdims=True) for y in (true, pred))
    return jnp.mean(true * pred, axis=axis)


def concordance_correlation(y_true: Any, y_pred: Any, axis: int = -1) -> Array:
    """Return the correlation with the line y_true = y_pred: 1 where they are equal.

    Args:
        y_true: Targets, series along `axis`.
        y_pred: Predictions, the same shape.
        axis: Axis of the series.

    Returns:
        One value a series.

    Source:
        Lin, "A Concordance Correlation Coefficient to Evaluate Reproducibility", 1989.

    Example:
        >>> concordance_correlation([[0.0, 1.0, 2.0]], [[0.0, 2.0, 4.0]]).round(3).tolist()
        [0.615]
    """
    y_true, y_pred = broadcastable("concordance_correlation", y_true, y_pred)
    mean_true, mean_pred = (jnp.mean(y, axis=axis, keepdims=True) for y in (y_true, y_pred))
    both = jnp.mean((y_true - mean_true) * (y_pred - mean_pred), axis=axis)
    variances = jnp.var(y_true, axis=axis) + jnp.var(y_pred, axis=axis)
    apart = jnp.squeeze(jnp.square(mean_true - mean_pred), axis)
    return 2.0 * both / (variances + apart + epsilon())


class PearsonCorrelation(MeanMetricWrapper):
    """The mean correlation of targets and predictions.

    Args:
        name: Its name.
        dtype: Dtype of the figure.
        axis: Axis of the series.

    Example:
        >>> float(PearsonCorrelation()([[0.0, 1.0, 2.0]], [[1.0, 3.0, 5.0]]))
        1.0
    """

    def __init__(
        self, name: str | None = "pearson_correlation", dtype: Any = None, axis: int = -1
    ) -> None:
        super().__init__(pearson_correlation, name, dtype, axis=axis)
        self.axis = axis


class ConcordanceCorrelation(MeanMetricWrapper):
    """The mean correlation of targets and predictions with the line on which they are equal.

    Args:
        name: Its name.
        dtype: Dtype of the figure.
        axis: Axis of the series.

    Example:
        >>> float(ConcordanceCorrelation()([[0.0, 1.0, 2.0]], [[0.0, 2.0, 4.0]]))
        0.615
    """

    def __init__(
        self, name: str | None = "concordance_correlation", dtype: Any = None, axis: int = -1
    ) -> None:
        super().__init__(concordance_correlation, name, dtype, axis=axis)
        self.axis = axis
