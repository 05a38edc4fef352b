"""Metrics of numbers: the regression losses as means, root of the squared error, R²."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.checks import one_of
from ppul.core.types import Array
from ppul.core.variable import Variable
from ppul.losses import regression
from ppul.losses.shapes import as_float, broadcastable, match_weights
from ppul.metrics.base import Metric
from ppul.metrics.reduction import Mean, MeanMetricWrapper


def cosine_similarity(y_true: Any, y_pred: Any, axis: int = -1) -> Array:
    """Return the cosine of the angle between vectors: 1 where they point alike.

    Args:
        y_true: Targets, vectors along `axis`.
        y_pred: Predictions, the same shape.
        axis: Axis of the vectors.

    Returns:
        One value a vector.

    Example:
        >>> cosine_similarity([[1.0, 0.0]], [[2.0, 0.0]]).tolist()
        [1.0]
    """
    return -regression.cosine_similarity(y_true, y_pred, axis)


class MeanSquaredError(MeanMetricWrapper):
    """The mean of (y_true - y_pred)².

    Args:
        name: Its name.
        dtype: Dtype of the figure.

    Example:
        >>> float(MeanSquaredError()([[0.0], [0.0]], [[1.0], [2.0]]))
        2.5
    """

    def __init__(self, name: str | None = "mean_squared_error", dtype: Any = None) -> None:
        super().__init__(regression.mean_squared_error, name, dtype)


class RootMeanSquaredError(Mean):
    """The square root of the mean of (y_true - y_pred)².

    Args:
        name: Its name.
        dtype: Dtype of the figure.

    Example:
        >>> float(RootMeanSquaredError()([[0.0], [0.0]], [[3.0], [3.0]]))
        3.0
    """

    def __init__(self, name: str | None = "root_mean_squared_error", dtype: Any = None) -> None:
        super().__init__(name, dtype)

    def update_state(  # type: ignore[override]  # what is averaged is computed first
        self, y_true: Any, y_pred: Any, sample_weight: Any = None
    ) -> None:
        """Add a batch.

        Raises:
            ValueError: If targets, predictions and weights do not fit.
        """
        y_true, y_pred = broadcastable("RootMeanSquaredError", y_true, y_pred)
        super().update_state(jnp.square(y_pred - y_true), sample_weight)

    def result(self) -> Array:
        """Return the root of the mean so far."""
        return jnp.sqrt(super().result())


class MeanAbsoluteError(MeanMetricWrapper):
    """The mean of |y_true - y_pred|.

    Args:
        name: Its name.
        dtype: Dtype of the figure.

    Example:
        >>> float(MeanAbsoluteError()([[0.0], [0.0]], [[1.0], [2.0]]))
        1.5
    """

    def __init__(self, name: str | None = "mean_absolute_error", dtype: Any = None) -> None:
        super().__init__(regression.mean_absolute_error, name, dtype)


class MeanAbsolutePercentageError(MeanMetricWrapper):
    """The mean of |y_true - y_pred| / |y_true|, in percent.

    Args:
        name: Its name.
        dtype: Dtype of the figure.

    Example:
        >>> float(MeanAbsolutePercentageError()([[2.0], [4.0]], [[1.0], [5.0]]))
        37.5
    """

    def __init__(
        self, name: str | None = "mean_absolute_percentage_error", dtype: Any = None
    ) -> None:
        super().__init__(regression.mean_absolute_percentage_error, name, dtype)


class MeanSquaredLogarithmicError(MeanMetricWrapper):
    """The mean of squared differences of log(1 + y).

    Args:
        name: Its name.
        dtype: Dtype of the figure.

    Example:
        >>> float(MeanSquaredLogarithmicError()([[0.0]], [[1.0]]))
        0.48
    """

    def __init__(
        self, name: str | None = "mean_squared_logarithmic_error", dtype: Any = None
    ) -> None:
        super().__init__(regression.mean_squared_logarithmic_error, name, dtype)


class LogCoshError(MeanMetricWrapper):
    """The mean of log(cosh(y_pred - y_true)).

    Args:
        name: Its name.
        dtype: Dtype of the figure.

    Example:
        >>> float(LogCoshError()([[0.0]], [[2.0]]))
        1.325
    """

    def __init__(self, name: str | None = "logcosh", dtype: Any = None) -> None:
        super().__init__(regression.log_cosh, name, dtype)


class CosineSimilarity(MeanMetricWrapper):
    """The mean cosine of the angle between targets and predictions.

    Args:
        name: Its name.
        dtype: Dtype of the figure.
        axis: Axis of the vectors.

    Example:
        >>> float(CosineSimilarity()([[1.0, 0.0], [1.0, 0.0]], [[2.0, 0.0], [0.0, 1.0]]))
        0.5
    """

    def __init__(
        self, name: str | None = "cosine_similarity", dtype: Any = None, axis: int = -1
    ) -> None:
        super().__init__(cosine_similarity, name, dtype, axis=axis)


class R2Score(Metric):
    """How much of the targets' variance the predictions explain: 1 is all of it.

    Args:
        class_aggregation: How the scores of several outputs become one: "uniform_average",
            "variance_weighted_average", or None for one score an output.
        num_regressors: Number of explaining variables, for the adjusted score; 0 for none.
        name: Its name.
        dtype: Dtype of the figure.

    Raises:
        ValueError: If an argument is out of range.

    Example:
        >>> float(R2Score()([[1.0], [4.0], [3.0]], [[2.0], [4.0], [4.0]]))
        0.571
    """

    squared_sum: Variable
    sum: Variable
    total_mse: Variable
    count: Variable

    def __init__(
        self,
        class_aggregation: str | None = "uniform_average",
        num_regressors: int = 0,
        name: str | None = "r2_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        allowed = ("uniform_average", "variance_weighted_average", None)
        self.class_aggregation = one_of("R2Score", "class_aggregation", class_aggregation, allowed)
        if num_regressors < 0:
            raise ValueError(f"R2Score: `num_regressors` cannot be negative; got {num_regressors}.")
        self.num_regressors = num_regressors
        self.num_samples = self.add_variable((), "zeros", name="num_samples")

    def build(self, y_true: Any, y_pred: Any) -> None:
        """Make the sums, one for each output.

        Raises:
            ValueError: If the targets are not of shape (batch, outputs).
        """
        if hasattr(self, "squared_sum"):
            return
        shapes = jnp.asarray(y_true).shape, jnp.asarray(y_pred).shape
        if any(len(shape) != 2 for shape in shapes) or shapes[0][1:] != shapes[1][1:]:
            raise ValueError(
                f"R2Score: y_true has shape {shapes[0]} and y_pred {shapes[1]}; (batch, outputs) "
                "was expected of both."
            )
        names = {"squared_sum": "squared_sum", "sum": "sum", "total_mse": "residual"}
        for attribute, name in (names | {"count": "count"}).items():
            setattr(self, attribute, self.add_variable(shapes[1][1:], "zeros", name=name))

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch of (batch, outputs).

        Raises:
            ValueError: If targets, predictions and weights do not fit.
        """
        self.build(y_true, y_pred)
        y_pred = as_float(y_pred).astype(self.dtype)
        y_true = jnp.asarray(y_true).astype(self.dtype)
        weights = jnp.ones((), self.dtype)
        if sample_weight is not None:
            weights = jnp.asarray(sample_weight).astype(self.dtype)
        _, weights = match_weights(y_true, weights)
        self.sum.assign_add(jnp.sum(y_true * weights, axis=0))
        self.squared_sum.assign_add(jnp.sum(y_true * y_true * weights, axis=0))
        self.total_mse.assign_add(jnp.sum(jnp.square(y_true - y_pred) * weights, axis=0))
        self.count.assign_add(jnp.sum(jnp.broadcast_to(weights, y_true.shape), axis=0))
        self.num_samples.assign_add(y_true.size)

    def result(self) -> Array:
        """Return the score so far."""
        mean = self.sum.value / self.count.value
        total = self.squared_sum.value - self.sum.value * mean
        scores = 1.0 - self.total_mse.value / total
        scores = jnp.where(jnp.isinf(scores), 0.0, scores)
        if self.class_aggregation == "uniform_average":
            scores = jnp.mean(scores)
        elif self.class_aggregation == "variance_weighted_average":
            scores = jnp.sum(scores * total / jnp.sum(total))
        return self._adjusted(scores) if self.num_regressors else scores

    def _adjusted(self, scores: Array) -> Array:
        """The score without what as many random regressors would explain, if that is defined."""
        samples = self.num_samples.value
        freedom = samples - self.num_regressors - 1.0
        adjusted = 1.0 - (1.0 - scores) * (samples - 1.0) / jnp.where(freedom > 0, freedom, 1.0)
        return jnp.where(freedom > 0, adjusted, scores)
