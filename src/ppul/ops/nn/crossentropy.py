"""Cross-entropies of each sample, and the ratio of a signal to its noise.

Probabilities are kept within [epsilon, 1 - epsilon] before their logarithm is taken.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from ppul.core.settings import epsilon
from ppul.core.types import Array
from ppul.ops.tensors import Tensor, op


@op
def categorical_crossentropy(
    target: Tensor, output: Tensor, from_logits: bool = False, axis: int = -1
) -> Array:
    """Return -sum(target * log(output)) over the classes.

    Args:
        target: One-hot rows or probabilities, (..., classes).
        output: Probabilities, which are divided by their sum, or logits; the same shape.
        from_logits: Whether `output` are logits.
        axis: Axis of the classes.

    Returns:
        One value a sample, (...).

    Raises:
        ValueError: If the shapes differ.

    Example:
        >>> categorical_crossentropy([[0.0, 1.0]], [[0.5, 0.5]]).round(3).tolist()
        [0.693]
    """
    _check_same_shape("categorical_crossentropy", target, output)
    if output.ndim < 1:
        raise ValueError(
            "categorical_crossentropy: `target` and `output` need an axis of classes; got scalars."
        )
    log = jax.nn.log_softmax(output, axis) if from_logits else jnp.log(normalized(output, axis))
    return -jnp.sum(target * log, axis=axis)


@op
def sparse_categorical_crossentropy(
    target: Tensor, output: Tensor, from_logits: bool = False, axis: int = -1
) -> Array:
    """Return -log(output) of the right class.

    Args:
        target: Class numbers, (...) or (..., 1).
        output: Probabilities, which are divided by their sum, or logits, (..., classes).
        from_logits: Whether `output` are logits.
        axis: Axis of the classes.

    Returns:
        One value a sample, (...); 0 for class numbers out of range.

    Raises:
        ValueError: If the shapes do not fit.

    Example:
        >>> sparse_categorical_crossentropy([1, 0], [[0.5, 0.5], [1.0, 0.0]]).round(3).tolist()
        [0.693, 0.0]
    """
    labels = target.astype(jnp.int32)
    if labels.ndim == output.ndim and labels.shape[-1] == 1:
        labels = labels[..., 0]
    rest = list(output.shape)
    rest.pop(axis)
    if labels.shape != tuple(rest):
        raise ValueError(
            "sparse_categorical_crossentropy: `target` must be class numbers, of the shape of "
            f"`output` without axis {axis}; got {target.shape} and {output.shape}."
        )
    if from_logits:
        log = pick(jax.nn.log_softmax(output, axis), labels, axis)
    else:
        log = jnp.log(_clip(pick(output, labels, axis) / jnp.sum(output, axis=axis)))
    return jnp.where((labels >= 0) & (labels < output.shape[axis]), -log, 0)


@op
def binary_crossentropy(target: Tensor, output: Tensor, from_logits: bool = False) -> Array:
    """Return -(target * log(output) + (1 - target) * log(1 - output)) of each element.

    Args:
        target: Labels 0 and 1, or probabilities.
        output: Probabilities or logits, the same shape.
        from_logits: Whether `output` are logits.

    Raises:
        ValueError: If the shapes differ.

    Example:
        >>> binary_crossentropy([0.0, 1.0], [0.5, 0.5]).round(3).tolist()
        [0.693, 0.693]
    """
    _check_same_shape("binary_crossentropy", target, output)
    if from_logits:
        # The two logarithms of sigmoid(z) and 1 - sigmoid(z) have log(1 + exp(-|z|)) in common.
        common = jnp.log1p(jnp.exp(-jnp.abs(output)))
        return jnp.maximum(output, 0) - target * output + common
    p = _clip(output)
    return -(target * jnp.log(p) + (1.0 - target) * jnp.log(1.0 - p))


@op
def psnr(x1: Tensor, x2: Tensor, max_val: float) -> Array:
    """Return the peak signal-to-noise ratio of two pictures, in decibels.

    Args:
        x1: Any shape.
        x2: The same shape.
        max_val: The largest value a pixel may have.

    Returns:
        A scalar: -20 * log10 of the root of the mean squared difference, as a part of `max_val`.

    Raises:
        ValueError: If the shapes differ.

    Example:
        >>> psnr([255.0], [0.0], max_val=255).item()
        0.0
    """
    _check_same_shape("psnr", x1, x2)
    mean = jnp.mean(jnp.square(x1 - x2))
    return 20 * jnp.log10(jnp.asarray(max_val, mean.dtype)) - 10 * jnp.log10(mean)


def normalized(p: Array, axis: int) -> Array:
    """Return probabilities divided by their sum, away from 0 and 1."""
    return _clip(p / jnp.sum(p, axis=axis, keepdims=True))


def pick(x: Array, labels: Array, axis: int) -> Array:
    """Return the element of the right class, by a sum: a gather's gradient would be a scatter."""
    classes = jax.lax.broadcasted_iota(labels.dtype, x.shape, axis % x.ndim)
    return jnp.sum(jnp.where(classes == jnp.expand_dims(labels, axis), x, 0), axis=axis)


def _clip(p: Array) -> Array:
    return jnp.clip(p, epsilon(), 1.0 - epsilon())


def _check_same_shape(where: str, first: Array, second: Array) -> None:
    if first.shape != second.shape:
        raise ValueError(
            f"{where}: both tensors must have the same shape; got {first.shape} and {second.shape}."
        )
