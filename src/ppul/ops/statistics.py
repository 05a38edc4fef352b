"""Averages, quantiles, correlations and counts."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax.core import Tracer

from ppul.core.checks import positive_int
from ppul.core.symbolic import unknown_size
from ppul.core.types import Array
from ppul.ops.conversion import saturate_cast
from ppul.ops.tensors import Axes, Tensor, as_sparse, op


@op
def average(x: Tensor, axis: Axes = None, weights: Tensor | None = None) -> Array:
    """Return the mean, elements counting by their weights.

    Args:
        x: Any shape.
        axis: Axes that are averaged over; all by default.
        weights: The shape of `x`, or a vector along `axis`.

    Example:
        >>> average([1.0, 2.0], weights=[3, 1]).item()
        1.25
    """
    return jnp.average(x, axis, weights)


@op
def moments(
    x: Tensor,
    axes: Axes,
    keepdims: bool = False,
    synchronized: bool = False,  # noqa: ARG001
) -> tuple[Array, Array]:
    """Return the mean and the variance.

    Args:
        x: Any shape.
        axes: Axes that are reduced.
        keepdims: Whether they stay, of size 1.
        synchronized: Whether the samples of all devices count. In one program over all devices
            they always do.

    Example:
        >>> [part.tolist() for part in moments([1.0, 3.0], axes=[0])]
        [2.0, 1.0]
    """
    wide = x.astype(jnp.float32) if x.dtype == jnp.float16 else x
    mean = jnp.mean(wide, axes, keepdims=keepdims)
    variance = jnp.var(wide, axes, keepdims=keepdims)
    if wide is x:
        return mean, variance
    return saturate_cast(mean, x.dtype), saturate_cast(variance, x.dtype)


@op
def median(x: Tensor, axis: Axes = None, keepdims: bool = False) -> Array:
    """Return the element in the middle, or the mean of the two there."""
    return jnp.median(x, axis, keepdims=keepdims)


@op
def nanmedian(x: Tensor, axis: Axes = None, keepdims: bool = False) -> Array:
    """Return the median of what is not NaN."""
    return jnp.nanmedian(x, axis, keepdims=keepdims)


@op
def quantile(
    x: Tensor, q: Tensor, axis: Axes = None, method: str = "linear", keepdims: bool = False
) -> Array:
    """Return the values below which given parts of the elements lie.

    Args:
        x: Any shape.
        q: Parts in [0, 1]: a scalar, or a vector, whose axis comes first in the result.
        axis: Axes that are reduced; all by default.
        method: How to choose between two neighbours: "linear", "lower", "higher", "midpoint" or
            "nearest".
        keepdims: Whether the reduced axes stay, of size 1.

    Example:
        >>> quantile([1.0, 2.0, 4.0], [0.5, 0.75]).tolist()
        [2.0, 3.0]
    """
    return jnp.quantile(x, q, axis, method=method, keepdims=keepdims)


@op
def nanquantile(
    x: Tensor, q: Tensor, axis: Axes = None, method: str = "linear", keepdims: bool = False
) -> Array:
    """Return quantiles of what is not NaN; see `quantile`."""
    return jnp.nanquantile(x, q, axis, method=method, keepdims=keepdims)


@op
def percentile(
    x: Tensor, q: Tensor, axis: Axes = None, method: str = "linear", keepdims: bool = False
) -> Array:
    """Return quantiles for parts in percent; see `quantile`."""
    return jnp.percentile(x, q, axis, method=method, keepdims=keepdims)


@op
def nanpercentile(
    x: Tensor, q: Tensor, axis: Axes = None, method: str = "linear", keepdims: bool = False
) -> Array:
    """Return quantiles of what is not NaN for parts in percent; see `quantile`."""
    return jnp.nanpercentile(x, q, axis, method=method, keepdims=keepdims)


@op
def corrcoef(x: Tensor) -> Array:
    """Return the correlations between the rows of a matrix."""
    return jnp.corrcoef(x)


@op
def correlate(x1: Tensor, x2: Tensor, mode: str = "valid") -> Array:
    """Return the sums of products of a vector with another that is moved along it.

    Args:
        x1: A vector.
        x2: A vector.
        mode: "valid": where they overlap fully; "same": as many as the longer has elements;
            "full": wherever they overlap.

    Example:
        >>> correlate([1.0, 2.0, 3.0], [1.0, 1.0]).tolist()
        [3.0, 5.0]
    """
    dtype = jnp.result_type(x1, x2)
    if not jnp.issubdtype(dtype, jnp.inexact):
        dtype = jnp.float32
    return jnp.correlate(x1.astype(dtype), x2.astype(dtype), mode)


@op
def diff(a: Tensor, n: int = 1, axis: int = -1) -> Array:
    """Return the differences of neighbours, `n` times over.

    Example:
        >>> diff([1, 3, 6]).tolist(), diff([1, 3, 6], n=2).tolist()
        ([2, 3], [1])
    """
    return jnp.diff(a, n, axis)


@op
def trapezoid(y: Tensor, x: Tensor | None = None, dx: float = 1.0, axis: int = -1) -> Array:
    """Return the integral of a curve given by points, joined by straight lines.

    Args:
        y: Values.
        x: Where they are; at equal distances by default.
        dx: That distance.
        axis: Axis along which to integrate.

    Example:
        >>> trapezoid([1.0, 2.0, 3.0]).item()
        4.0
    """
    return jnp.trapezoid(y, x, dx, axis)


@op
def bincount(
    x: Tensor, weights: Tensor | None = None, minlength: int = 0, sparse: bool = False
) -> Any:
    """Return how often each of 0, 1, 2, ... comes.

    Args:
        x: Integers from 0, a vector or rows that are counted each for itself.
        weights: How much each counts; the shape of `x`.
        minlength: For how many numbers there are counts at least; in a compiled program, where
            the largest element is not known, exactly.
        sparse: Whether to return a sparse array.

    Returns:
        Counts, of int32 or of the dtype of the weights.

    Example:
        >>> bincount([1, 2, 2]).tolist(), bincount([[0, 1], [1, 1]]).tolist()
        ([0, 1, 2], [[1, 1], [0, 2]])
    """
    length = _count_of_bins(x, minlength)
    if x.ndim == 1:
        counts = jnp.bincount(x, weights, length=length)
    else:
        rows = (x,) if weights is None else (x, weights)
        counts = jax.vmap(lambda *row: jnp.bincount(*row, length=length))(*rows)
    return as_sparse(counts, x.size) if sparse else counts


def _count_of_bins(x: Array, minlength: int) -> Any:
    if unknown_size() is not None:
        return unknown_size()
    if isinstance(x, Tracer):
        return minlength
    return max(minlength, int(x.max(initial=-1)) + 1)


@op
def histogram(
    x: Tensor, bins: int = 10, range: tuple[float, float] | None = None
) -> tuple[Array, Array]:
    """Return how many elements lie in each of some intervals, and where these end.

    Args:
        x: Any shape.
        bins: Number of intervals, of equal length.
        range: From where to where they go; from the smallest to the largest element by default.

    Raises:
        TypeError: If `bins` is not an integer.
        ValueError: If it is not positive, or `range` is not two increasing numbers.

    Example:
        >>> counts, edges = histogram([1.0, 2.0, 2.5], bins=2, range=(0, 4))
        >>> counts.tolist(), edges.tolist()
        ([1.0, 2.0], [0.0, 2.0, 4.0])
    """
    if not isinstance(bins, int):
        raise TypeError(f"histogram: `bins` must be an integer; got {bins!r}.")
    if range is not None and not (len(range) == 2 and range[0] < range[1]):
        raise ValueError(f"histogram: `range` must be two increasing numbers; got {range!r}.")
    return jnp.histogram(x, positive_int("histogram", "bins", bins), range)


@op
def digitize(x: Tensor, bins: Tensor) -> Array:
    """Return between which two of the increasing `bins` each element lies.

    Example:
        >>> digitize([0.5, 1.0, 9.0], bins=[0, 1, 2]).tolist()
        [1, 2, 3]
    """
    return jnp.digitize(x, bins)
