"""Accuracies: how many predictions are right."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.settings import floatx
from ppul.core.types import Array
from ppul.losses.shapes import broadcastable, class_numbers, one_hot_targets
from ppul.metrics.reduction import MeanMetricWrapper
from ppul.ops.nn.crossentropy import pick


def accuracy(y_true: Any, y_pred: Any) -> Array:
    """Return 1 where y_true equals y_pred, else 0.

    Args:
        y_true: Targets, (...).
        y_pred: Predictions, the same shape.

    Returns:
        One value an element.

    Example:
        >>> accuracy([1, 2, 3], [1, 2, 4]).tolist()
        [1.0, 1.0, 0.0]
    """
    y_true, y_pred = broadcastable("accuracy", y_true, y_pred)
    return (y_true == y_pred).astype(floatx())


def binary_accuracy(y_true: Any, y_pred: Any, threshold: float = 0.5) -> Array:
    """Return 1 where a probability is on the right side of the threshold, else 0.

    Args:
        y_true: Labels 0 and 1, (...).
        y_pred: Probabilities, the same shape.
        threshold: Probability above which 1 is predicted.

    Returns:
        One value an element.

    Example:
        >>> binary_accuracy([1.0, 0.0], [0.7, 0.6]).tolist()
        [1.0, 0.0]
    """
    y_true, y_pred = broadcastable("binary_accuracy", y_true, y_pred)
    predicted = (y_pred > jnp.asarray(threshold, y_pred.dtype)).astype(y_true.dtype)
    return (y_true == predicted).astype(floatx())


def categorical_accuracy(y_true: Any, y_pred: Any) -> Array:
    """Return 1 where the largest prediction is that of the right class, else 0.

    Args:
        y_true: One-hot rows, (..., classes).
        y_pred: Probabilities or scores, the same shape.

    Returns:
        One value a sample, (...).

    Raises:
        ValueError: If the shapes differ, for instance because the targets are class numbers.

    Example:
        >>> categorical_accuracy([[0, 1], [0, 1]], [[0.3, 0.7], [0.6, 0.4]]).tolist()
        [1.0, 0.0]
    """
    where = "categorical_accuracy"
    y_true, y_pred = one_hot_targets(where, y_true, y_pred, instead=f"sparse_{where}")
    return (jnp.argmax(y_true, axis=-1) == jnp.argmax(y_pred, axis=-1)).astype(floatx())


def sparse_categorical_accuracy(y_true: Any, y_pred: Any) -> Array:
    """Return 1 where the largest prediction is that of the right class, else 0.

    Args:
        y_true: Class numbers, (...) or (..., 1).
        y_pred: Probabilities or scores, (..., classes).

    Returns:
        One value a sample, (...).

    Raises:
        ValueError: If the shapes do not fit, for instance because the targets are one-hot.

    Example:
        >>> sparse_categorical_accuracy([1, 1], [[0.3, 0.7], [0.6, 0.4]]).tolist()
        [1.0, 0.0]
    """
    where = "sparse_categorical_accuracy"
    labels, y_pred = class_numbers(where, y_true, y_pred, instead="categorical_accuracy")
    return (jnp.argmax(y_pred, axis=-1) == labels).astype(floatx())


def top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> Array:
    """Return 1 where fewer than k predictions are larger than that of the right class, else 0.

    Args:
        y_true: One-hot rows, (..., classes).
        y_pred: Probabilities or scores, the same shape.
        k: How many guesses are allowed.

    Returns:
        One value a sample, (...).

    Raises:
        ValueError: If the shapes differ, for instance because the targets are class numbers.

    Example:
        >>> top_k_categorical_accuracy([[0, 0, 1]], [[0.5, 0.2, 0.3]], k=2).tolist()
        [1.0]
    """
    where = "top_k_categorical_accuracy"
    y_true, y_pred = one_hot_targets(where, y_true, y_pred, instead=f"sparse_{where}")
    return _in_top(jnp.argmax(y_true, axis=-1), y_pred, k)


def sparse_top_k_categorical_accuracy(
    y_true: Any, y_pred: Any, k: int = 5, from_sorted_ids: bool = False
) -> Array:
    """Return 1 where fewer than k predictions are larger than that of the right class, else 0.

    Args:
        y_true: Class numbers, (...) or (..., 1).
        y_pred: Probabilities or scores, (..., classes); or class numbers, the best first.
        k: How many guesses are allowed.
        from_sorted_ids: Whether `y_pred` are class numbers.

    Returns:
        One value a sample, shaped like `y_true`.

    Raises:
        ValueError: If the shapes do not fit, for instance because the targets are one-hot.

    Example:
        >>> sparse_top_k_categorical_accuracy([2], [[0.5, 0.2, 0.3]], k=2).tolist()
        [1.0]
    """
    where = "sparse_top_k_categorical_accuracy"
    labels, scores = class_numbers(where, y_true, y_pred, instead="top_k_categorical_accuracy")
    if from_sorted_ids:
        right = jnp.any(scores[..., :k] == labels[..., None], axis=-1).astype(floatx())
    else:
        right = _in_top(labels, scores, k)
    return right.reshape(jnp.asarray(y_true).shape)


class Accuracy(MeanMetricWrapper):
    """How often predictions equal targets.

    Args:
        name: Its name.
        dtype: Dtype of the figure.

    Example:
        >>> float(Accuracy()([1, 2, 3, 4], [0, 2, 3, 4]))
        0.75
    """

    def __init__(self, name: str | None = "accuracy", dtype: Any = None) -> None:
        super().__init__(accuracy, name, dtype)


class BinaryAccuracy(MeanMetricWrapper):
    """How often probabilities are on the right side of a threshold.

    Args:
        name: Its name.
        dtype: Dtype of the figure.
        threshold: Probability above which 1 is predicted.

    Example:
        >>> float(BinaryAccuracy()([1.0, 0.0], [0.7, 0.6]))
        0.5
    """

    def __init__(
        self, name: str | None = "binary_accuracy", dtype: Any = None, threshold: float = 0.5
    ) -> None:
        super().__init__(binary_accuracy, name, dtype, threshold=threshold)
        self.threshold = threshold


class CategoricalAccuracy(MeanMetricWrapper):
    """How often the largest prediction is that of the right class, given as one-hot rows.

    Args:
        name: Its name.
        dtype: Dtype of the figure.

    Example:
        >>> float(CategoricalAccuracy()([[0, 1], [0, 1]], [[0.3, 0.7], [0.6, 0.4]]))
        0.5
    """

    def __init__(self, name: str | None = "categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(categorical_accuracy, name, dtype)


class SparseCategoricalAccuracy(MeanMetricWrapper):
    """How often the largest prediction is that of the right class, given as class numbers.

    Args:
        name: Its name.
        dtype: Dtype of the figure.

    Example:
        >>> float(SparseCategoricalAccuracy()([1, 1], [[0.3, 0.7], [0.6, 0.4]]))
        0.5
    """

    def __init__(self, name: str | None = "sparse_categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(sparse_categorical_accuracy, name, dtype)


class TopKCategoricalAccuracy(MeanMetricWrapper):
    """How often the right class, given as one-hot rows, is among the k largest predictions.

    Args:
        k: How many guesses are allowed.
        name: Its name.
        dtype: Dtype of the figure.

    Example:
        >>> float(TopKCategoricalAccuracy(k=2)([[0, 0, 1]], [[0.5, 0.2, 0.3]]))
        1.0
    """

    def __init__(
        self, k: int = 5, name: str | None = "top_k_categorical_accuracy", dtype: Any = None
    ) -> None:
        super().__init__(top_k_categorical_accuracy, name, dtype, k=k)
        self.k = k


class SparseTopKCategoricalAccuracy(MeanMetricWrapper):
    """How often the right class, given as a class number, is among the k largest predictions.

    Args:
        k: How many guesses are allowed.
        name: Its name.
        dtype: Dtype of the figure.
        from_sorted_ids: Whether predictions are class numbers, the best first.

    Example:
        >>> float(SparseTopKCategoricalAccuracy(k=2)([2], [[0.5, 0.2, 0.3]]))
        1.0
    """

    def __init__(
        self,
        k: int = 5,
        name: str | None = "sparse_top_k_categorical_accuracy",
        dtype: Any = None,
        from_sorted_ids: bool = False,
    ) -> None:
        arguments = {"k": k, "from_sorted_ids": from_sorted_ids}
        super().__init__(sparse_top_k_categorical_accuracy, name, dtype, **arguments)
        self.k, self.from_sorted_ids = k, from_sorted_ids


def _in_top(labels: Array, scores: Array, k: int) -> Array:
    """1 where fewer than k scores are larger than the label's. A NaN is larger than any."""
    labels = labels.astype("int32")
    own = pick(scores, labels, -1)
    ahead = jnp.sum(~(scores <= own[..., None]), axis=-1)
    known = (labels >= 0) & (labels < scores.shape[-1])
    return ((ahead < k) & known).astype(floatx())
