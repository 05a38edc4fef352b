"""Losses of sets of pixels: how little prediction and truth overlap."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.operation import op
from ppul.core.settings import epsilon
from ppul.core.types import Array, Axes
from ppul.losses.base import LossFunctionWrapper
from ppul.losses.shapes import broadcastable

MEAN = "sum_over_batch_size"


@op
def dice(y_true: Any, y_pred: Any, axis: Axes = None) -> Array:
    """Return 1 - 2 |truth ∩ prediction| / (|truth| + |prediction|).

    Args:
        y_true: Ones where something is, (...).
        y_pred: Probabilities, the same shape.
        axis: Axes that are summed over; all by default.

    Returns:
        One value for each entry of the other axes.

    Source:
        Milletari et al., "V-Net", arXiv:1606.04797.

    Example:
        >>> float(dice([1.0, 1.0, 0.0], [1.0, 0.0, 0.0]))
        0.333
    """
    y_true, y_pred = broadcastable("dice", y_true, y_pred)
    axis = _axes(axis)
    both = jnp.sum(y_true * y_pred, axis=axis)
    sizes = jnp.sum(y_true, axis=axis) + jnp.sum(y_pred, axis=axis)
    return 1.0 - 2.0 * both / (sizes + epsilon())


@op
def tversky(
    y_true: Any, y_pred: Any, alpha: float = 0.5, beta: float = 0.5, axis: Axes = None
) -> Array:
    """Return the Dice loss with false positives and false negatives weighted differently.

    Args:
        y_true: Ones where something is, (...).
        y_pred: Probabilities, the same shape.
        alpha: Weight of what is there and not predicted.
        beta: Weight of what is predicted and not there.
        axis: Axes that are summed over; all by default.

    Returns:
        One value for each entry of the other axes.

    Source:
        Salehi et al., "Tversky loss function for image segmentation", arXiv:1706.05721; its alpha
        is Keras's beta.

    Example:
        >>> float(tversky([1.0, 1.0, 0.0], [1.0, 0.0, 0.0], alpha=1.0, beta=0.5))
        0.5
    """
    y_true, y_pred = broadcastable("tversky", y_true, y_pred)
    axis = _axes(axis)
    both = jnp.sum(y_true * y_pred, axis=axis)
    spurious = jnp.sum((1.0 - y_true) * y_pred, axis=axis)
    missed = jnp.sum(y_true * (1.0 - y_pred), axis=axis)
    return 1.0 - both / (both + alpha * missed + beta * spurious + epsilon())


class Dice(LossFunctionWrapper):
    """How little prediction and truth overlap.

    Args:
        reduction: How the values become one.
        name: Its name.
        axis: Axes that are summed over; all by default.
        dtype: Dtype of the result.

    Example:
        >>> float(Dice(axis=1)([[1.0, 1.0, 0.0]], [[1.0, 0.0, 0.0]]))
        0.333
    """

    def __init__(
        self,
        reduction: str | None = MEAN,
        name: str | None = "dice",
        axis: Axes = None,
        dtype: Any = None,
    ) -> None:
        self.axis = axis if axis is None or isinstance(axis, int) else list(axis)
        super().__init__(dice, reduction, name, dtype, axis=self.axis)


class Tversky(LossFunctionWrapper):
    """The Dice loss with false positives and false negatives weighted differently.

    Args:
        alpha: Weight of what is there and not predicted.
        beta: Weight of what is predicted and not there.
        reduction: How the values become one.
        name: Its name.
        axis: Axes that are summed over; all by default.
        dtype: Dtype of the result.

    Example:
        >>> float(Tversky(alpha=1.0, axis=1)([[1.0, 1.0, 0.0]], [[1.0, 0.0, 0.0]]))
        0.5
    """

    def __init__(
        self,
        alpha: float = 0.5,
        beta: float = 0.5,
        reduction: str | None = MEAN,
        name: str | None = "tversky",
        axis: Axes = None,
        dtype: Any = None,
    ) -> None:
        self.axis = axis if axis is None or isinstance(axis, int) else list(axis)
        self.alpha, self.beta = alpha, beta
        super().__init__(tversky, reduction, name, dtype, alpha=alpha, beta=beta, axis=self.axis)


def _axes(axis: Axes) -> int | tuple[int, ...] | None:
    return axis if axis is None or isinstance(axis, int) else tuple(axis)
