"""Metrics of predicted distributions: cross-entropies, divergence, likelihood."""

from __future__ import annotations

from typing import Any

from ppul.losses.crossentropy import (
    binary_crossentropy,
    categorical_crossentropy,
    sparse_categorical_crossentropy,
)
from ppul.losses.probabilistic import kl_divergence, poisson
from ppul.metrics.reduction import MeanMetricWrapper


class BinaryCrossentropy(MeanMetricWrapper):
    """The mean cross-entropy of labels 0 and 1 and predicted probabilities of 1.

    Args:
        name: Its name.
        dtype: Dtype of the figure.
        from_logits: Whether predictions are logits.
        label_smoothing: How far labels are moved towards 0.5.

    Example:
        >>> float(BinaryCrossentropy()([[1.0], [0.0]], [[0.5], [0.5]]))
        0.693
    """

    def __init__(
        self,
        name: str | None = "binary_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
    ) -> None:
        arguments = {"from_logits": from_logits, "label_smoothing": label_smoothing}
        super().__init__(binary_crossentropy, name, dtype, **arguments)
        self.from_logits, self.label_smoothing = from_logits, label_smoothing


class CategoricalCrossentropy(MeanMetricWrapper):
    """The mean cross-entropy of one-hot targets and predicted distributions over classes.

    Args:
        name: Its name.
        dtype: Dtype of the figure.
        from_logits: Whether predictions are logits.
        label_smoothing: Part of the targets that is spread evenly over the classes.
        axis: Axis of the classes.

    Example:
        >>> float(CategoricalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]]))
        0.693
    """

    def __init__(
        self,
        name: str | None = "categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
        axis: int = -1,
    ) -> None:
        arguments = {"from_logits": from_logits, "label_smoothing": label_smoothing, "axis": axis}
        super().__init__(categorical_crossentropy, name, dtype, **arguments)
        self.from_logits, self.label_smoothing, self.axis = from_logits, label_smoothing, axis


class SparseCategoricalCrossentropy(MeanMetricWrapper):
    """The mean cross-entropy of class numbers and predicted distributions over classes.

    Args:
        name: Its name.
        dtype: Dtype of the figure.
        from_logits: Whether predictions are logits.
        ignore_class: A class number of samples whose cross-entropy is 0.
        axis: Axis of the classes.

    Example:
        >>> float(SparseCategoricalCrossentropy()([1], [[0.5, 0.5]]))
        0.693
    """

    def __init__(
        self,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        ignore_class: int | None = None,
        axis: int = -1,
    ) -> None:
        arguments = {"from_logits": from_logits, "ignore_class": ignore_class, "axis": axis}
        super().__init__(sparse_categorical_crossentropy, name, dtype, **arguments)
        self.from_logits, self.ignore_class, self.axis = from_logits, ignore_class, axis


class KLDivergence(MeanMetricWrapper):
    """The mean Kullback-Leibler divergence of predicted distributions from true ones.

    Args:
        name: Its name.
        dtype: Dtype of the figure.

    Example:
        >>> float(KLDivergence()([[0.5, 0.5]], [[0.25, 0.75]]))
        0.144
    """

    def __init__(self, name: str | None = "kl_divergence", dtype: Any = None) -> None:
        super().__init__(kl_divergence, name, dtype)


class Poisson(MeanMetricWrapper):
    """The mean of y_pred - y_true * log(y_pred): counts under predicted rates.

    Args:
        name: Its name.
        dtype: Dtype of the figure.

    Example:
        >>> float(Poisson()([[1.0], [0.0]], [[1.0], [3.0]]))
        2.0
    """

    def __init__(self, name: str | None = "poisson", dtype: Any = None) -> None:
        super().__init__(poisson, name, dtype)
