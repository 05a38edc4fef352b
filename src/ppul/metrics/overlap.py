"""How far predicted and true regions overlap: intersection over union, class by class."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp

from ppul.core.checks import positive_int
from ppul.core.types import Array
from ppul.losses.shapes import fits, match_weights
from ppul.metrics.base import Metric
from ppul.metrics.confusion import quotient


class IoU(Metric):
    """The mean, over some classes, of true positives / (predicted or true).

    Pixels are counted in a matrix of true and predicted classes, gathered over batches.

    Args:
        num_classes: Number of classes; numbers that are none of theirs do not count.
        target_class_ids: The classes whose figures are averaged; one that was neither seen nor
            predicted is left out.
        name: Its name.
        dtype: Dtype of the counts; int32 by default, in which weights are cut to whole numbers.
        ignore_class: A true class whose pixels do not count.
        sparse_y_true: Whether targets are class numbers, not one-hot.
        sparse_y_pred: Whether predictions are class numbers, not one number a class.
        axis: Axis of the classes, where there is one.

    Raises:
        ValueError: If a class is out of range.

    Example:
        >>> float(IoU(num_classes=2, target_class_ids=[0])([0, 0, 1, 1], [0, 1, 0, 1]))
        0.333
    """

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(name=name, dtype="int32" if dtype is None else dtype)
        where = type(self).__name__
        self.num_classes = positive_int(where, "num_classes", num_classes)
        strange = [c for c in target_class_ids if not 0 <= c < num_classes]
        if strange:
            raise ValueError(
                f"{where}: `target_class_ids` must be classes from 0 to {num_classes - 1}; got "
                f"{strange}."
            )
        self.target_class_ids = list(target_class_ids)
        self.ignore_class = ignore_class
        self.sparse_y_true, self.sparse_y_pred = sparse_y_true, sparse_y_pred
        self.axis = axis
        shape = (self.num_classes, self.num_classes)
        self.total_cm = self.add_variable(shape, "zeros", name="total_confusion_matrix")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch.

        Args:
            y_true: Class numbers, (...), or one-hot.
            y_pred: Class numbers, the same shape, or a number for each class.
            sample_weight: Weights that broadcast to the class numbers, or None.

        Raises:
            ValueError: If the shapes do not fit.
        """
        true = self._numbers(y_true, sparse=self.sparse_y_true)
        pred = self._numbers(y_pred, sparse=self.sparse_y_pred)
        if true.size != pred.size:
            raise ValueError(
                f"{type(self).__name__}: there are targets of shape {true.shape} and predictions "
                f"of shape {pred.shape}. Give one of each for every pixel."
            )
        weights = self._weights(sample_weight, true)
        counts = (true >= 0) & (true < self.num_classes)
        if self.ignore_class is not None:
            counts &= true != self.ignore_class
        counts = counts.ravel() & (pred.ravel() >= 0) & (pred.ravel() < self.num_classes)
        places = jnp.where(counts, true.ravel() * self.num_classes + pred.ravel(), 0)
        flat = jnp.zeros(self.num_classes**2, self.dtype)
        flat = flat.at[places].add(jnp.where(counts, weights.ravel(), 0))
        self.total_cm.assign_add(flat.reshape(self.total_cm.shape))

    def result(self) -> Array:
        """Return the mean so far, zero where none of the classes was seen."""
        matrix = self.total_cm.value.astype(jnp.promote_types(self.dtype, "float32"))
        both = jnp.diagonal(matrix)
        either = jnp.sum(matrix, axis=0) + jnp.sum(matrix, axis=1) - both
        chosen = jnp.asarray(self.target_class_ids)
        seen = jnp.sum(either[chosen] != 0)
        return quotient(jnp.sum(quotient(both, either)[chosen]), seen.astype(matrix.dtype))

    def _numbers(self, values: Any, *, sparse: bool) -> Array:
        values = jnp.asarray(values)
        return (values if sparse else jnp.argmax(values, self.axis)).astype("int32")

    def _weights(self, sample_weight: Any, true: Array) -> Array:
        if sample_weight is None:
            return jnp.ones(true.shape, self.dtype)
        given = jnp.asarray(sample_weight)
        if jnp.issubdtype(given.dtype, jnp.floating) and jnp.issubdtype(self.dtype, jnp.integer):
            warnings.warn(
                f"{type(self).__name__} counts in {self.dtype}, as in Keras: weights are cut to "
                "whole numbers, 0.5 to 0. Make it with `dtype='float32'` to have them counted.",
                stacklevel=3,
            )
        _, weights = match_weights(true, given.astype(self.dtype))
        if not fits(weights.shape, true.shape):
            raise ValueError(
                f"{type(self).__name__}: `sample_weight` has shape {given.shape}, which does not "
                f"fit targets of shape {true.shape}. Give one weight a sample."
            )
        return jnp.broadcast_to(weights, true.shape)


class BinaryIoU(IoU):
    """Intersection over union of two classes that a threshold tells apart.

    Args:
        target_class_ids: `[0]`, `[1]` or both.
        threshold: From which prediction on class 1 is predicted.
        name: Its name.
        dtype: Dtype of the counts; int32 by default, in which weights are cut to whole numbers.

    Raises:
        ValueError: If a class is neither 0 nor 1.

    Example:
        >>> float(BinaryIoU(threshold=0.3)([0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7]))
        0.333
    """

    def __init__(
        self,
        target_class_ids: Sequence[int] = (0, 1),
        threshold: float = 0.5,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(2, target_class_ids, name, dtype)
        self.threshold = threshold

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch of labels 0 and 1 and predictions, (...).

        Raises:
            ValueError: If the shapes do not fit.
        """
        super().update_state(y_true, jnp.asarray(y_pred) >= self.threshold, sample_weight)


class MeanIoU(IoU):
    """The mean of intersection over union over all classes.

    Args:
        num_classes: Number of classes.
        name: Its name.
        dtype: Dtype of the counts; int32 by default, in which weights are cut to whole numbers.
        ignore_class: A true class whose pixels do not count.
        sparse_y_true: Whether targets are class numbers, not one-hot.
        sparse_y_pred: Whether predictions are class numbers, not one number a class.
        axis: Axis of the classes, where there is one.

    Example:
        >>> float(MeanIoU(num_classes=2)([0, 0, 1, 1], [0, 1, 0, 1]))
        0.333
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes,
            range(num_classes),
            name,
            dtype,
            ignore_class,
            sparse_y_true,
            sparse_y_pred,
            axis,
        )


class OneHotIoU(IoU):
    """Intersection over union where targets are one-hot.

    Args:
        num_classes: Number of classes.
        target_class_ids: The classes whose figures are averaged.
        name: Its name.
        dtype: Dtype of the counts; int32 by default, in which weights are cut to whole numbers.
        ignore_class: A true class whose pixels do not count.
        sparse_y_pred: Whether predictions are class numbers, not one number a class.
        axis: Axis of the classes.

    Example:
        >>> metric = OneHotIoU(num_classes=2, target_class_ids=[1])
        >>> float(metric([[1, 0], [0, 1]], [[0.3, 0.7], [0.4, 0.6]]))
        0.5
    """

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes,
            target_class_ids,
            name,
            dtype,
            ignore_class,
            sparse_y_true=False,
            sparse_y_pred=sparse_y_pred,
            axis=axis,
        )


class OneHotMeanIoU(MeanIoU):
    """The mean of intersection over union over all classes, where targets are one-hot.

    Args:
        num_classes: Number of classes.
        name: Its name.
        dtype: Dtype of the counts; int32 by default, in which weights are cut to whole numbers.
        ignore_class: A true class whose pixels do not count.
        sparse_y_pred: Whether predictions are class numbers, not one number a class.
        axis: Axis of the classes.

    Example:
        >>> float(OneHotMeanIoU(num_classes=2)([[1, 0], [0, 1]], [[0.3, 0.7], [0.4, 0.6]]))
        0.25
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes,
            name,
            dtype,
            ignore_class,
            sparse_y_true=False,
            sparse_y_pred=sparse_y_pred,
            axis=axis,
        )
