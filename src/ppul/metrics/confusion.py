"""Counts of true and false positives and negatives, and ratios of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

from ppul.core.checks import in_range
from ppul.core.types import Array
from ppul.core.variable import Variable
from ppul.losses.shapes import fits, match_weights, same_shape
from ppul.metrics.base import Metric

Thresholds = float | Sequence[float] | None


class Confusion(Metric):
    """Counts at thresholds: the base of all metrics here.

    Args:
        counts: Which counts are kept, as names of variables: "true_positives", ...
        thresholds: Probabilities above which a prediction is positive.
        top_k: If given, only the k largest predictions of a sample are positive.
        class_id: If given, only this entry of the last axis counts.
        name: Its name.
        dtype: Dtype of the counts.
    """

    def __init__(
        self,
        counts: Sequence[str],
        thresholds: Sequence[float],
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self._counts, self._thresholds = tuple(counts), list(thresholds)
        self.top_k, self.class_id = top_k, class_id
        self._make_counts((len(self._thresholds),))

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch.

        Args:
            y_true: Labels; those that are not 0 are positive, (...).
            y_pred: Probabilities, the same shape.
            sample_weight: Weights that broadcast to them, or None.

        Raises:
            ValueError: If the shapes do not fit.
        """
        y_true, y_pred, weights = self._prepared(y_true, y_pred, sample_weight)
        self._add(y_true.ravel()[:, None], y_pred.ravel()[:, None], weights.ravel()[:, None])

    def value(self, count: str) -> Array:
        """Return a count so far, one for each threshold."""
        return self._kept[count].value

    def scalar(self, values: Array) -> Array:
        """Return values as they are, or the only one."""
        return values[0] if len(self._thresholds) == 1 else values

    def _make_counts(self, shape: tuple[int, ...]) -> None:
        for count in self._counts:
            setattr(self, count, self.add_variable(shape, "zeros", name=count))

    @property
    def _kept(self) -> dict[str, Any]:
        return {count: getattr(self, count) for count in self._counts}

    def _prepared(self, y_true: Any, y_pred: Any, sample_weight: Any) -> tuple[Array, Array, Array]:
        """Labels as truth values, predictions and weights, of one shape."""
        where = type(self).__name__
        y_true, y_pred = same_shape(where, y_true, y_pred)
        y_pred = y_pred.astype(self.dtype)
        if self.top_k is not None:
            y_pred = _only_top(y_pred, self.top_k)
        if self.class_id is not None:
            if not 0 <= self.class_id < y_pred.shape[-1]:
                raise ValueError(
                    f"{where}: `class_id` is {self.class_id} and y_pred has shape {y_pred.shape}. "
                    f"Give a class from 0 to {y_pred.shape[-1] - 1}."
                )
            y_true, y_pred = y_true[..., self.class_id], y_pred[..., self.class_id]
        weights = jnp.ones((), self.dtype)
        if sample_weight is not None:
            weights = jnp.asarray(sample_weight).astype(self.dtype)
            shape = weights.shape
            _, weights = match_weights(y_pred, weights)
            if not fits(weights.shape, y_pred.shape):
                raise ValueError(
                    f"{where}: `sample_weight` has shape {shape}, which does not fit predictions "
                    f"of shape {y_pred.shape}. Give one weight a sample."
                )
        return y_true != 0, y_pred, jnp.broadcast_to(weights, y_pred.shape)

    def _add(self, y_true: Array, y_pred: Array, weights: Array) -> None:
        """Add to the counts; the second axis of the arguments stands for the thresholds."""
        shape = (1, -1) + (1,) * (y_pred.ndim - 2)
        above = y_pred > jnp.asarray(self._thresholds, y_pred.dtype).reshape(shape)
        for count, variable in self._kept.items():
            right, positive = _RIGHT_AND_POSITIVE[count]
            hit = (above == positive) & (y_true == (positive == right))
            variable.assign_add(jnp.sum(jnp.where(hit, weights, 0), axis=0))


class _Count(Confusion):
    """One count, kept as `accumulator`."""

    count = ""

    def __init__(
        self, thresholds: Thresholds = None, name: str | None = None, dtype: Any = None
    ) -> None:
        self.thresholds = thresholds
        super().__init__([self.count], _checked(type(self), thresholds), name=name, dtype=dtype)

    def _make_counts(self, shape: tuple[int, ...]) -> None:
        self.accumulator = self.add_variable(shape, "zeros", name="accumulator")

    @property
    def _kept(self) -> dict[str, Any]:
        return {self.count: self.accumulator}

    def result(self) -> Array:
        """Return the count so far: a scalar, or one for each threshold."""
        return self.scalar(self.value(self.count))


class TruePositives(_Count):
    """How many positive samples were predicted to be so.

    Args:
        thresholds: Probabilities above which a prediction is positive; 0.5 by default.
        name: Its name.
        dtype: Dtype of the count.

    Example:
        >>> float(TruePositives()([0, 1, 1, 1], [1.0, 0.0, 1.0, 1.0]))
        2.0
    """

    count = "true_positives"


class FalsePositives(_Count):
    """How many negative samples were predicted to be positive.

    Args:
        thresholds: Probabilities above which a prediction is positive; 0.5 by default.
        name: Its name.
        dtype: Dtype of the count.

    Example:
        >>> float(FalsePositives()([0, 1, 0, 0], [0.0, 0.0, 1.0, 1.0]))
        2.0
    """

    count = "false_positives"


class TrueNegatives(_Count):
    """How many negative samples were predicted to be so.

    Args:
        thresholds: Probabilities above which a prediction is positive; 0.5 by default.
        name: Its name.
        dtype: Dtype of the count.

    Example:
        >>> float(TrueNegatives()([0, 1, 0, 0], [1.0, 1.0, 0.0, 0.0]))
        2.0
    """

    count = "true_negatives"


class FalseNegatives(_Count):
    """How many positive samples were predicted to be negative.

    Args:
        thresholds: Probabilities above which a prediction is positive; 0.5 by default.
        name: Its name.
        dtype: Dtype of the count.

    Example:
        >>> float(FalseNegatives()([0, 1, 1, 1], [0.0, 1.0, 0.0, 0.0]))
        2.0
    """

    count = "false_negatives"


class _Ratio(Confusion):
    """Part of the true positives in them and another count."""

    other = ""

    def __init__(
        self,
        thresholds: Thresholds = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        self.thresholds = thresholds
        default = 0.5 if top_k is None else -jnp.inf
        used = _checked(type(self), thresholds, default)
        super().__init__(["true_positives", self.other], used, top_k, class_id, name, dtype)

    def result(self) -> Array:
        """Return the part so far: a scalar, or one for each threshold."""
        right = self.value("true_positives")
        return self.scalar(quotient(right, right + self.value(self.other)))


class Precision(_Ratio):
    """Which part of the positive predictions are right.

    Args:
        thresholds: Probabilities above which a prediction is positive; 0.5 by default.
        top_k: If given, only the k largest predictions of a sample are positive.
        class_id: If given, only this class counts.
        name: Its name.
        dtype: Dtype of the figure.

    Example:
        >>> float(Precision()([0, 1, 1, 1], [1.0, 0.0, 1.0, 1.0]))
        0.667
    """

    true_positives: Variable
    false_positives: Variable
    other = "false_positives"


class Recall(_Ratio):
    """Which part of the positive samples are found.

    Args:
        thresholds: Probabilities above which a prediction is positive; 0.5 by default.
        top_k: If given, only the k largest predictions of a sample are positive.
        class_id: If given, only this class counts.
        name: Its name.
        dtype: Dtype of the figure.

    Example:
        >>> float(Recall()([0, 1, 1, 1], [1.0, 0.0, 1.0, 1.0]))
        0.667
    """

    true_positives: Variable
    false_negatives: Variable
    other = "false_negatives"


def quotient(a: Array, b: Array) -> Array:
    """Return a / b, and zero where b is."""
    return jnp.where(b == 0, 0, a / jnp.where(b == 0, 1, b))


# Whether what is counted is predicted rightly, and predicted positive.
_RIGHT_AND_POSITIVE = {
    "true_positives": (True, True),
    "false_positives": (False, True),
    "true_negatives": (True, False),
    "false_negatives": (False, False),
}


def _checked(cls: type, thresholds: Thresholds, default: float = 0.5) -> list[float]:
    if thresholds is None:
        return [default]
    given = list(thresholds) if isinstance(thresholds, Sequence) else [thresholds]
    if not given:
        raise ValueError(f"{cls.__name__}: `thresholds` is empty. Give at least one.")
    return [in_range(cls.__name__, "thresholds", value, 0, 1) for value in given]


def _only_top(y_pred: Array, k: int) -> Array:
    """Predictions of which all but the k largest of a sample are minus infinity."""
    _, places = jax.lax.top_k(y_pred, k)
    classes = jax.lax.broadcasted_iota(places.dtype, (*places.shape, y_pred.shape[-1]), places.ndim)
    kept = jnp.any(classes == places[..., None], axis=-2)
    return jnp.where(kept, y_pred, -jnp.inf)
