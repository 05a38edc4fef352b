"""Cross-entropies: losses of probabilities, or of the logits they come from.

Probabilities are kept within [epsilon, 1 - epsilon] before their logarithm is taken. `on_logits`
gives the same loss for the logits before a softmax, where one logarithm a sample is enough. (For
a sigmoid that would save nothing: two logarithms an element remain.)
"""

from __future__ import annotations

import copy
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ppul.core.operation import op
from ppul.core.settings import epsilon
from ppul.core.types import Array
from ppul.losses.base import Loss, LossFunctionWrapper
from ppul.losses.shapes import class_numbers, one_hot_targets, same_shape, warn_single_class
from ppul.ops.nn import crossentropy

MEAN = "sum_over_batch_size"


@op
def categorical_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Array:
    """Return -sum(y_true * log(y_pred)) over the classes.

    Args:
        y_true: One-hot rows or probabilities, (..., classes).
        y_pred: Probabilities, which are divided by their sum, or logits; the same shape.
        from_logits: Whether `y_pred` are logits.
        label_smoothing: Part of the targets that is spread evenly over the classes.
        axis: Axis of the classes.

    Returns:
        One value a sample, (...).

    Raises:
        ValueError: If the shapes differ, for instance because the targets are class numbers.

    Example:
        >>> categorical_crossentropy([[0.0, 1.0]], [[0.5, 0.5]]).round(3).tolist()
        [0.693]
    """
    where = "categorical_crossentropy"
    y_true, y_pred = one_hot_targets(where, y_true, y_pred, axis, instead=f"sparse_{where}")
    warn_single_class(where, y_pred.shape, axis)
    y_true = smooth(y_true, label_smoothing, axis)
    return crossentropy.categorical_crossentropy(y_true, y_pred, from_logits, axis)


@op
def sparse_categorical_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    ignore_class: int | None = None,
    axis: int = -1,
) -> Array:
    """Return -log(y_pred) of the right class.

    Args:
        y_true: Class numbers, (...) or (..., 1).
        y_pred: Probabilities, which are divided by their sum, or logits, (..., classes).
        from_logits: Whether `y_pred` are logits.
        ignore_class: A class number of samples that do not count, such as a void label.
        axis: Axis of the classes.

    Returns:
        One value a sample, (...); 0 for class numbers out of range.

    Raises:
        ValueError: If the shapes do not fit, for instance because the targets are one-hot.

    Example:
        >>> sparse_categorical_crossentropy([1, 0], [[0.5, 0.5], [1.0, 0.0]]).round(3).tolist()
        [0.693, 0.0]
    """
    labels, y_pred = _labels(y_true, y_pred, axis)
    values = crossentropy.sparse_categorical_crossentropy(labels, y_pred, from_logits, axis)
    return values if ignore_class is None else jnp.where(labels == ignore_class, 0, values)


@op
def binary_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Array:
    """Return the mean of -(y_true * log(y_pred) + (1 - y_true) * log(1 - y_pred)).

    Args:
        y_true: Labels 0 and 1, or probabilities, (..., features).
        y_pred: Probabilities or logits, the same shape.
        from_logits: Whether `y_pred` are logits.
        label_smoothing: How far labels are moved towards 0.5.
        axis: Axis that is averaged over.

    Returns:
        One value a sample, (...).

    Raises:
        ValueError: If the shapes differ.

    Example:
        >>> binary_crossentropy([[0.0, 1.0]], [[0.5, 0.5]]).round(3).tolist()
        [0.693]
    """
    y_true, y_pred = same_shape("binary_crossentropy", y_true, y_pred)
    y_true = smooth_binary(y_true, label_smoothing)
    return jnp.mean(crossentropy.binary_crossentropy(y_true, y_pred, from_logits), axis=axis)


class CategoricalCrossentropy(LossFunctionWrapper):
    """The cross-entropy of one-hot targets and predicted distributions over classes.

    Args:
        from_logits: Whether predictions are logits.
        label_smoothing: Part of the targets that is spread evenly over the classes.
        axis: Axis of the classes.
        reduction: How the values of samples become one.
        name: Its name.
        dtype: Dtype of the result.

    Example:
        >>> float(CategoricalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]]))
        0.693
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = MEAN,
        name: str | None = "categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        arguments = {"from_logits": from_logits, "label_smoothing": label_smoothing, "axis": axis}
        super().__init__(categorical_crossentropy, reduction, name, dtype, **arguments)
        self.from_logits, self.label_smoothing, self.axis = from_logits, label_smoothing, axis


class SparseCategoricalCrossentropy(LossFunctionWrapper):
    """The cross-entropy of class numbers and predicted distributions over classes.

    Args:
        from_logits: Whether predictions are logits.
        ignore_class: A class number of samples that do not count.
        reduction: How the values of samples become one.
        axis: Axis of the classes.
        name: Its name.
        dtype: Dtype of the result.

    Example:
        >>> float(SparseCategoricalCrossentropy(ignore_class=-1)([1, -1], [[0.5, 0.5], [0.9, 0.1]]))
        0.693
    """

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        reduction: str | None = MEAN,
        axis: int = -1,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        arguments = {"from_logits": from_logits, "ignore_class": ignore_class, "axis": axis}
        super().__init__(sparse_categorical_crossentropy, reduction, name, dtype, **arguments)
        self.from_logits, self.ignore_class, self.axis = from_logits, ignore_class, axis

    def valid(self, y_true: Any, y_pred: Any) -> Array | None:
        """Return which samples are of another class than the ignored one."""
        if self.ignore_class is None:
            return None
        return _labels(y_true, y_pred, self.axis)[0] != self.ignore_class


class BinaryCrossentropy(LossFunctionWrapper):
    """The cross-entropy of labels 0 and 1 and predicted probabilities of 1.

    Args:
        from_logits: Whether predictions are logits.
        label_smoothing: How far labels are moved towards 0.5.
        axis: Axis that is averaged over.
        reduction: How the values of samples become one.
        name: Its name.
        dtype: Dtype of the result.

    Example:
        >>> float(BinaryCrossentropy(from_logits=True)([[1.0], [0.0]], [[0.0], [0.0]]))
        0.693
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = MEAN,
        name: str | None = "binary_crossentropy",
        dtype: Any = None,
    ) -> None:
        arguments = {"from_logits": from_logits, "label_smoothing": label_smoothing, "axis": axis}
        super().__init__(binary_crossentropy, reduction, name, dtype, **arguments)
        self.from_logits, self.label_smoothing, self.axis = from_logits, label_smoothing, axis


def on_logits(loss: Any) -> Loss | None:
    """Return the loss that is to logits what `loss` is to their softmax, if there is one.

    Args:
        loss: A loss of probabilities that a softmax over the last axis made.

    Example:
        >>> loss = on_logits(SparseCategoricalCrossentropy())
        >>> float(loss([0], [[0.0, 0.0]]))
        0.693
        >>> on_logits(CategoricalCrossentropy(from_logits=True)) is None
        True
    """
    if not isinstance(loss, LossFunctionWrapper) or type(loss).call is not LossFunctionWrapper.call:
        return None
    arguments = dict(loss._fn_kwargs)
    from_logits, axis = arguments.pop("from_logits", False), arguments.get("axis", -1)
    if from_logits or axis != -1 or loss.fn not in _ON_LOGITS:
        return None
    twin = copy.copy(loss)
    twin.fn, twin._fn_kwargs = _ON_LOGITS[loss.fn], arguments
    return twin


def smooth(y_true: Array, label_smoothing: float, axis: int) -> Array:
    """Return one-hot targets with a part spread evenly over the classes."""
    if not label_smoothing:
        return y_true
    return y_true * (1.0 - label_smoothing) + label_smoothing / y_true.shape[axis]


def smooth_binary(y_true: Array, label_smoothing: float) -> Array:
    """Return labels 0 and 1 moved towards 0.5."""
    if not label_smoothing:
        return y_true
    return y_true * (1.0 - label_smoothing) + 0.5 * label_smoothing


def _softmax_categorical(
    y_true: Any, logits: Any, label_smoothing: float = 0.0, axis: int = -1
) -> Array:
    where = "categorical_crossentropy"
    y_true, logits = one_hot_targets(where, y_true, logits, axis, instead=f"sparse_{where}")
    warn_single_class(where, logits.shape, axis)
    log = _clip_log(jax.nn.log_softmax(logits, axis))
    return -jnp.sum(smooth(y_true, label_smoothing, axis) * log, axis=axis)


def _softmax_sparse(
    y_true: Any, logits: Any, ignore_class: int | None = None, axis: int = -1
) -> Array:
    labels, logits = _labels(y_true, logits, axis)
    counts = (labels >= 0) & (labels < logits.shape[axis])
    if ignore_class is not None:
        counts &= labels != ignore_class
    log = _clip_log(crossentropy.pick(jax.nn.log_softmax(logits, axis), labels, axis))
    return jnp.where(counts, -log, 0)


_ON_LOGITS = {
    categorical_crossentropy: _softmax_categorical,
    sparse_categorical_crossentropy: _softmax_sparse,
}


def _labels(y_true: Any, y_pred: Any, axis: int) -> tuple[Array, Array]:
    where = "sparse_categorical_crossentropy"
    labels, y_pred = class_numbers(where, y_true, y_pred, axis, instead="categorical_crossentropy")
    warn_single_class(where, y_pred.shape, axis)
    return labels.astype("int32"), y_pred


def _clip_log(log: Array) -> Array:
    """Logarithms of probabilities, kept where those of clipped ones are."""
    low, high = np.array([epsilon(), 1.0 - epsilon()], log.dtype).astype("float64")
    return jnp.clip(log, float(np.log(low)), float(np.log(high)))
