"""Targets, predictions and weights brought to shapes that fit, or an error that shows them.

Shapes are known while a function is traced, so these errors come before the first step.
"""

from __future__ import annotations

import warnings
from typing import Any

import jax.numpy as jnp

from ppul.core.dtypes import is_float_dtype
from ppul.core.settings import floatx
from ppul.core.types import Array, Shape


def match_ranks(x1: Array, x2: Array) -> tuple[Array, Array]:
    """Return two arrays of equal rank where one has a last axis of size one more than the other.

    A vector gets that axis, of larger arrays it is taken: as Keras does, so that values come out
    of the same shape.
    """
    if x1.ndim == x2.ndim + 1 and x1.shape[-1] == 1:
        return (x1, x2[:, None]) if x2.ndim == 1 else (x1[..., 0], x2)
    if x2.ndim == x1.ndim + 1 and x2.shape[-1] == 1:
        return (x1[:, None], x2) if x1.ndim == 1 else (x1, x2[..., 0])
    return x1, x2


def as_float(x: Any) -> Array:
    """Return an array of a float type."""
    x = jnp.asarray(x)
    return x if is_float_dtype(x.dtype) else x.astype(floatx())


def broadcastable(where: str, y_true: Any, y_pred: Any) -> tuple[Array, Array]:
    """Return float targets and predictions of equal rank.

    Raises:
        ValueError: If their ranks differ, or their sizes do not broadcast.
    """
    y_true, y_pred = _same_type(y_true, y_pred)
    scalar = not (y_true.ndim and y_pred.ndim)
    sizes = zip(y_true.shape, y_pred.shape, strict=False)
    if scalar or (y_true.ndim == y_pred.ndim and all(a == b or 1 in (a, b) for a, b in sizes)):
        return y_true, y_pred
    raise _misfit(where, y_true, y_pred)


def same_shape(where: str, y_true: Any, y_pred: Any) -> tuple[Array, Array]:
    """Return float targets and predictions of one shape.

    Raises:
        ValueError: If the shapes differ.
    """
    y_true, y_pred = _same_type(y_true, y_pred)
    if y_true.shape == y_pred.shape:
        return y_true, y_pred
    raise _misfit(where, y_true, y_pred)


def one_hot_targets(
    where: str, y_true: Any, y_pred: Any, axis: int = -1, instead: str | None = None
) -> tuple[Array, Array]:
    """Return float targets and predictions of one shape, with classes on `axis`.

    Args:
        where: Name of the loss or metric.
        y_true: One-hot targets, or probabilities.
        y_pred: Predictions.
        axis: Axis of the classes.
        instead: What to use where the targets are class numbers.

    Raises:
        ValueError: If the shapes differ; class numbers as targets are named as such.
    """
    y_true, y_pred = _same_type(y_true, y_pred)
    if y_true.shape != y_pred.shape and y_true.shape in _label_shapes(y_pred.shape, axis):
        use = f"Use '{instead}', or make" if instead else "Make"
        raise ValueError(
            f"{where}: y_true has shape {y_true.shape} and y_pred {y_pred.shape}: the targets are "
            f"class numbers, one-hot rows were expected. {use} rows by "
            "`ppul.utils.to_categorical`."
        )
    return same_shape(where, y_true, y_pred)


def class_numbers(
    where: str, y_true: Any, y_pred: Any, axis: int = -1, instead: str | None = None
) -> tuple[Array, Array]:
    """Return class numbers without the axis of classes, and predictions as floats.

    Args:
        where: Name of the loss or metric.
        y_true: Class numbers, with or without an axis of size one for the classes.
        y_pred: Predictions.
        axis: Axis of the classes.
        instead: What to use where the targets are one-hot rows.

    Raises:
        ValueError: If the shapes do not fit; one-hot targets are named as such.
    """
    y_pred, labels = as_float(y_pred), jnp.asarray(y_true)
    shapes = _label_shapes(y_pred.shape, axis)
    if y_pred.ndim and labels.shape == shapes[1]:
        return jnp.squeeze(labels, axis), y_pred
    if labels.shape == shapes[0] or labels.shape == (*shapes[0], 1):
        return labels.reshape(shapes[0]), y_pred
    if labels.shape == y_pred.shape:
        use = f"Use '{instead}', or make" if instead else "Make"
        raise ValueError(
            f"{where}: y_true has shape {labels.shape} and y_pred {y_pred.shape}: the targets are "
            f"one-hot rows, class numbers were expected. {use} numbers by `y.argmax({axis})`."
        )
    raise ValueError(
        f"{where}: y_true has shape {labels.shape} and y_pred {y_pred.shape}. Give one class "
        f"number for each prediction: shape {shapes[0]} or {shapes[1]}."
    )


def match_weights(values: Array, weights: Array) -> tuple[Array, Array]:
    """Return values and weights of equal rank.

    Weights that have fewer axes belong to the first ones: one a sample, one a time step.

    Raises:
        ValueError: If the weights do not broadcast to the values.
    """
    values, weights = match_ranks(values, weights)
    given = weights.shape
    while weights.ndim > values.ndim and values.ndim and weights.shape[-1] == 1:
        weights = weights[..., 0]
    missing = values.ndim - weights.ndim
    if missing > 0:
        leading = fits(weights.shape, values.shape[: weights.ndim])
        weights = weights.reshape(
            weights.shape + (1,) * missing if leading else (1,) * missing + weights.shape
        )
    if values.ndim and (missing < 0 or not fits(weights.shape, values.shape)):
        raise ValueError(
            f"`sample_weight` has shape {given}, which does not fit values of shape "
            f"{values.shape}. Give one weight a sample: shape {values.shape[:1]}."
        )
    return values, weights


def fits(shape: Shape, target: Shape) -> bool:
    """Return whether a shape broadcasts to another one of the same rank."""
    return len(shape) == len(target) and all(
        a in (1, b) for a, b in zip(shape, target, strict=True)
    )


def warn_single_class(where: str, shape: Shape, axis: int) -> None:
    """Warn if there is one class only, as which every sample is the right one."""
    if shape and shape[axis] == 1:
        warnings.warn(
            f"{where}: y_pred has shape {shape}, so there is one class and the loss is constant. "
            "For one probability a sample use 'binary_crossentropy'.",
            SyntaxWarning,
            stacklevel=2,
        )


def _misfit(where: str, y_true: Array, y_pred: Array) -> ValueError:
    return ValueError(
        f"{where}: y_true has shape {y_true.shape} and y_pred {y_pred.shape}. Give targets of the "
        "predictions' shape."
    )


def _same_type(y_true: Any, y_pred: Any) -> tuple[Array, Array]:
    """Both as arrays of the predictions' float type, and of equal rank where that is easy."""
    y_pred = as_float(y_pred)
    return match_ranks(jnp.asarray(y_true).astype(y_pred.dtype), y_pred)


def _label_shapes(shape: Shape, axis: int) -> tuple[Shape, Shape]:
    """Shapes that class numbers for predictions of `shape` may have."""
    if not shape:
        return (), ()
    axis %= len(shape)
    return shape[:axis] + shape[axis + 1 :], (*shape[:axis], 1, *shape[axis + 1 :])
