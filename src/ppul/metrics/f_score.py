"""F-scores: precision and recall as one figure."""

from __future__ import annotations

import math
from typing import Any

import jax.numpy as jnp

from ppul.core.checks import one_of
from ppul.core.types import Array
from ppul.core.variable import Variable
from ppul.losses.shapes import match_weights
from ppul.metrics.base import Metric
from ppul.metrics.confusion import quotient

# The largest prediction of a sample is none at all where it is no larger than this.
_NOTHING = 1e-9
_COUNTS = ("true_positives", "false_positives", "false_negatives", "intermediate_weights")


class FBetaScore(Metric):
    """The harmonic mean of precision and recall, in which recall weighs beta² times as much.

    Args:
        average: How the scores of the classes become one: "micro" (all counted together), "macro"
            (their mean), "weighted" (their mean by number of samples), or None for one a class.
        beta: How much more recall counts.
        threshold: Above which prediction a class is predicted; by default the largest is.
        name: Its name.
        dtype: Dtype of the figure.

    Raises:
        ValueError: If an argument is out of range.

    Source:
        van Rijsbergen, "Information Retrieval", 1979.

    Example:
        >>> y_true = [[1, 1, 1], [1, 0, 0], [1, 1, 0]]
        >>> y_pred = [[0.2, 0.6, 0.7], [0.2, 0.6, 0.6], [0.6, 0.8, 0.0]]
        >>> FBetaScore(beta=2.0, threshold=0.5)(y_true, y_pred).round(3).tolist()
        [0.385, 0.909, 0.833]
    """

    true_positives: Variable
    false_positives: Variable
    false_negatives: Variable
    intermediate_weights: Variable

    def __init__(
        self,
        average: str | None = None,
        beta: float = 1.0,
        threshold: float | None = None,
        name: str | None = "fbeta_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        where = type(self).__name__
        self.average = one_of(where, "average", average, (None, "micro", "macro", "weighted"))
        if not isinstance(beta, (int, float)) or beta <= 0:
            raise ValueError(f"{where}: `beta` must be a number above 0; got {beta!r}.")
        between = isinstance(threshold, (int, float)) and 0 < threshold <= 1
        if threshold is not None and not between:
            raise ValueError(
                f"{where}: `threshold` must be above 0 and at most 1, or None; got {threshold!r}."
            )
        self.beta, self.threshold = beta, threshold

    def build(self, y_true: Any, y_pred: Any) -> None:
        """Make the counts, one for each class.

        Raises:
            ValueError: If the shapes are not (batch, classes), or the classes are others.
        """
        shapes = jnp.asarray(y_true).shape, jnp.asarray(y_pred).shape
        if len(shapes[0]) != 2 or shapes[0] != shapes[1]:
            raise ValueError(
                f"{type(self).__name__}: y_true has shape {shapes[0]} and y_pred {shapes[1]}; "
                "(batch, classes) was expected of both."
            )
        shape = () if self.average == "micro" else shapes[0][1:]
        if not hasattr(self, _COUNTS[0]):
            for name in _COUNTS:
                setattr(self, name, self.add_variable(shape, "zeros", name=name))
        known = self.true_positives.shape
        if known != shape:
            raise ValueError(
                f"{type(self).__name__}: y_pred has shape {shapes[1]}; {math.prod(known)} classes were "
                "expected, as in the batches before."
            )

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch.

        Args:
            y_true: Labels 0 and 1, (batch, classes).
            y_pred: Probabilities, the same shape.
            sample_weight: One weight a sample, or None.

        Raises:
            ValueError: If the shapes do not fit.
        """
        self.build(y_true, y_pred)
        y_true = jnp.asarray(y_true).astype(self.dtype)
        y_pred = jnp.asarray(y_pred).astype(self.dtype)
        if self.threshold is None:
            largest = y_pred >= jnp.max(y_pred, axis=-1, keepdims=True)
            predicted = largest & (abs(y_pred) > _NOTHING)
        else:
            predicted = y_pred > self.threshold
        predicted = predicted.astype(self.dtype)
        weights = jnp.ones((), self.dtype)
        if sample_weight is not None:
            weights = jnp.asarray(sample_weight).astype(self.dtype)
        _, weights = match_weights(y_true, weights)
        axis = None if self.average == "micro" else 0
        for variable, values in (
            (self.true_positives, y_true * predicted),
            (self.false_positives, (1 - y_true) * predicted),
            (self.false_negatives, y_true * (1 - predicted)),
            (self.intermediate_weights, y_true),
        ):
            variable.assign_add(jnp.sum(values * weights, axis=axis))

    def result(self) -> Array:
        """Return the score so far: a scalar, or one for each class."""
        right = self.true_positives.value
        precision = quotient(right, right + self.false_positives.value)
        recall = quotient(right, right + self.false_negatives.value)
        square = self.beta**2
        scores = quotient((1 + square) * precision * recall, square * precision + recall)
        if self.average == "macro":
            return jnp.mean(scores)
        if self.average == "weighted":
            weights = self.intermediate_weights.value
            return jnp.sum(scores * quotient(weights, jnp.sum(weights)))
        return scores


class F1Score(FBetaScore):
    """The harmonic mean of precision and recall.

    Args:
        average: How the scores of the classes become one: "micro" (all counted together), "macro"
            (their mean), "weighted" (their mean by number of samples), or None for one a class.
        threshold: Above which prediction a class is predicted; by default the largest is.
        name: Its name.
        dtype: Dtype of the figure.

    Raises:
        ValueError: If an argument is out of range.

    Example:
        >>> y_true, y_pred = [[1, 0], [0, 1], [0, 1]], [[0.9, 0.1], [0.7, 0.3], [0.2, 0.8]]
        >>> F1Score()(y_true, y_pred).round(3).tolist()
        [0.667, 0.667]
    """

    def __init__(
        self,
        average: str | None = None,
        threshold: float | None = None,
        name: str | None = "f1_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(average, 1.0, threshold, name, dtype)
