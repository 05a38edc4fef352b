"""Sums, means and extremes along axes, running totals; each also without the NaNs.

`axis` is an axis, several, or None for all; with `keepdims` they stay, of size 1. Sums of booleans
and of small integers are int32 (unsigned ones uint32), means of integers are floats.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ppul.core.types import Array
from ppul.ops.tensors import Axes, Tensor, dtype_name, op


@op
def sum(x: Tensor, axis: Axes = None, keepdims: bool = False) -> Array:
    """Return the sum.

    Example:
        >>> sum([[1, 2], [3, 4]], axis=0).tolist(), sum([True, True]).item()
        ([4, 6], 2)
    """
    return jnp.sum(x, axis, keepdims=keepdims)


@op
def nansum(x: Tensor, axis: Axes = None, keepdims: bool = False) -> Array:
    """Return the sum of what is not NaN."""
    return jnp.nansum(x, axis, keepdims=keepdims)


@op
def prod(x: Tensor, axis: Axes = None, keepdims: bool = False, dtype: Any = None) -> Array:
    """Return the product."""
    return jnp.prod(x, axis, dtype_name(dtype), keepdims=keepdims)


@op
def nanprod(x: Tensor, axis: Axes = None, keepdims: bool = False) -> Array:
    """Return the product of what is not NaN."""
    return jnp.nanprod(x, axis, keepdims=keepdims)


@op
def mean(x: Tensor, axis: Axes = None, keepdims: bool = False) -> Array:
    """Return the mean."""
    return jnp.mean(x, axis, keepdims=keepdims)


@op
def nanmean(x: Tensor, axis: Axes = None, keepdims: bool = False) -> Array:
    """Return the mean of what is not NaN."""
    return jnp.nanmean(x, axis, keepdims=keepdims)


@op
def var(x: Tensor, axis: Axes = None, keepdims: bool = False) -> Array:
    """Return the variance: the mean of the squared distances from the mean."""
    return jnp.var(x, axis, keepdims=keepdims)


@op
def nanvar(x: Tensor, axis: Axes = None, keepdims: bool = False) -> Array:
    """Return the variance of what is not NaN."""
    return jnp.nanvar(x, axis, keepdims=keepdims)


@op
def std(x: Tensor, axis: Axes = None, keepdims: bool = False) -> Array:
    """Return the standard deviation, the root of the variance."""
    return jnp.std(x, axis, keepdims=keepdims)


@op
def nanstd(x: Tensor, axis: Axes = None, keepdims: bool = False) -> Array:
    """Return the standard deviation of what is not NaN."""
    return jnp.nanstd(x, axis, keepdims=keepdims)


@op
def max(
    x: Tensor, axis: Axes = None, keepdims: bool = False, initial: Tensor | None = None
) -> Array:
    """Return the largest element.

    Args:
        x: Any shape.
        axis: Axes that are reduced; all by default.
        keepdims: Whether they stay, of size 1.
        initial: What the result is at least; needed where there are no elements.

    Example:
        >>> max([1, 5, 3]).item(), max([1, 5, 3], initial=7).item()
        (5, 7)
    """
    return jnp.max(x, axis, keepdims=keepdims, initial=initial)


@op
def nanmax(x: Tensor, axis: Axes = None, keepdims: bool = False) -> Array:
    """Return the largest element that is not NaN."""
    return jnp.nanmax(x, axis, keepdims=keepdims)


@op
def min(
    x: Tensor, axis: Axes = None, keepdims: bool = False, initial: Tensor | None = None
) -> Array:
    """Return the smallest element.

    Args:
        x: Any shape.
        axis: Axes that are reduced; all by default.
        keepdims: Whether they stay, of size 1.
        initial: What the result is at most; needed where there are no elements.
    """
    return jnp.min(x, axis, keepdims=keepdims, initial=initial)


@op
def nanmin(x: Tensor, axis: Axes = None, keepdims: bool = False) -> Array:
    """Return the smallest element that is not NaN."""
    return jnp.nanmin(x, axis, keepdims=keepdims)


@op
def amax(x: Tensor, axis: Axes = None, keepdims: bool = False) -> Array:
    """Return the largest element, as `max` does."""
    return jnp.max(x, axis, keepdims=keepdims)


@op
def amin(x: Tensor, axis: Axes = None, keepdims: bool = False) -> Array:
    """Return the smallest element, as `min` does."""
    return jnp.min(x, axis, keepdims=keepdims)


@op
def ptp(x: Tensor, axis: Axes = None, keepdims: bool = False) -> Array:
    """Return the largest element less the smallest.

    Example:
        >>> ptp([3, 9, 4]).item()
        6
    """
    return jnp.ptp(x, axis, keepdims=keepdims)


@op
def count_nonzero(x: Tensor, axis: Axes = None) -> Array:
    """Return the number of elements that are not zero."""
    return jnp.count_nonzero(x, axis)


@op
def logsumexp(x: Tensor, axis: Axes = None, keepdims: bool = False) -> Array:
    """Return `log(sum(exp(x)))`, without overflow.

    Example:
        >>> logsumexp([1000.0, 1000.0]).round(2).item()
        1000.69
    """
    return jax.nn.logsumexp(x, axis, keepdims=keepdims)


@op
def argmax(x: Tensor, axis: int | None = None, keepdims: bool = False) -> Array:
    """Return the place of the largest element, the first of equal ones.

    Example:
        >>> argmax([[1, 5], [7, 2]], axis=1).tolist(), argmax([[1, 5], [7, 2]]).item()
        ([1, 0], 2)
    """
    return jnp.argmax(x, axis, keepdims=keepdims)


@op
def argmin(x: Tensor, axis: int | None = None, keepdims: bool = False) -> Array:
    """Return the place of the smallest element, the first of equal ones."""
    return jnp.argmin(x, axis, keepdims=keepdims)


@op
def nanargmax(x: Tensor, axis: int | None = None, keepdims: bool = False) -> Array:
    """Return the place of the largest element that is not NaN, -1 where all are."""
    return jnp.nanargmax(x, axis, keepdims=keepdims)


@op
def nanargmin(x: Tensor, axis: int | None = None, keepdims: bool = False) -> Array:
    """Return the place of the smallest element that is not NaN, -1 where all are."""
    return jnp.nanargmin(x, axis, keepdims=keepdims)


@op
def cumsum(x: Tensor, axis: int | None = None, dtype: Any = None) -> Array:
    """Return the sums of the first element, the first two, ...; of all, where no axis is given.

    Example:
        >>> cumsum([1, 2, 3]).tolist()
        [1, 3, 6]
    """
    return jnp.cumsum(x, axis, dtype_name(dtype))


@op
def cumprod(x: Tensor, axis: int | None = None, dtype: Any = None) -> Array:
    """Return the products of the first element, the first two, ..."""
    return jnp.cumprod(x, axis, dtype_name(dtype))


@op
def nancumsum(x: Tensor, axis: int | None = None, dtype: Any = None) -> Array:
    """Return the sums of the first element, the first two, ..., NaNs counting as 0."""
    return jnp.nancumsum(x, axis, dtype_name(dtype))


@op
def nancumprod(x: Tensor, axis: int | None = None, dtype: Any = None) -> Array:
    """Return the products of the first element, the first two, ..., NaNs counting as 1."""
    return jnp.nancumprod(x, axis, dtype_name(dtype))
