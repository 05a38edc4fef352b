"""Poolings over any number of spatial axes.

On CPU, XLA reduces windows one element at a time, and scatters the gradient. Here windows are
strided slices of the whole input, compared or added as arrays; what was largest is remembered by
its number, so the gradient is a comparison, too (docs/decisions/003).
"""

from __future__ import annotations

import functools
import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.core import Tracer

from ppul.core.checks import int_tuple
from ppul.core.symbolic import has_known_shape
from ppul.core.types import Array, ArrayLike
from ppul.ops.lowering import by_platform, materialize, on_cpu
from ppul.ops.tensors import op
from ppul.ops.windows import Windows, channels_last, make_windows, pad, put_back, taps

# Slices of larger windows would be compiled for longer than they run.
_MOST_TAPS = 64
# The same of all places, where one maximum takes so many at once.
_MOST_PLACES = 256
_AT_ONCE = 16


@op
def max_pool(
    inputs: ArrayLike,
    pool_size: int | tuple[int, ...],
    strides: int | tuple[int, ...] | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Array:
    """Return the largest value of each window; the first of equal ones gets the gradient.

    Args:
        inputs: (batch, *spatial, channels), or (batch, channels, *spatial).
        pool_size: Sizes of the window, one for all axes or one each.
        strides: Distance between windows; `pool_size` by default.
        padding: "valid", or "same": as many windows as there are strides in the input.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.

    Returns:
        The pooled array: (batch, *counts, channels), or with the channels first.

    Raises:
        ValueError: If an argument is not one that can be, or no window fits.

    Example:
        >>> max_pool(jnp.arange(16.0).reshape(1, 4, 4, 1), 2).ravel().tolist()
        [5.0, 7.0, 13.0, 15.0]
    """
    x, windows, moved = _prepare("max_pool", inputs, pool_size, strides, padding, data_format)
    y = by_platform(cpu=_max_on_cpu, other=_max_by_xla)(x, windows)
    return jnp.moveaxis(y, -1, 1) if moved else y


@op
def average_pool(
    inputs: ArrayLike,
    pool_size: int | tuple[int, ...],
    strides: int | tuple[int, ...] | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Array:
    """Return the mean of each window; padding does not count.

    Args:
        inputs: (batch, *spatial, channels), or (batch, channels, *spatial).
        pool_size: Sizes of the window, one for all axes or one each.
        strides: Distance between windows; `pool_size` by default.
        padding: "valid", or "same": as many windows as there are strides in the input.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.

    Returns:
        The pooled array: (batch, *counts, channels), or with the channels first.

    Raises:
        ValueError: If an argument is not one that can be, or no window fits.

    Example:
        >>> average_pool(jnp.arange(16.0).reshape(1, 4, 4, 1), 2).ravel().tolist()
        [2.5, 4.5, 10.5, 12.5]
    """
    x, windows, moved = _prepare("average_pool", inputs, pool_size, strides, padding, data_format)
    if not jnp.issubdtype(x.dtype, jnp.inexact):
        x = x.astype(jnp.float32)
    y = by_platform(cpu=_sum_on_cpu, other=_sum_by_xla)(x, windows) / _counted(x, windows)
    return jnp.moveaxis(y, -1, 1) if moved else y


def _prepare(
    where: str,
    inputs: ArrayLike,
    pool_size: Any,
    strides: Any,
    padding: str,
    data_format: str | None,
) -> tuple[Array, Windows, bool]:
    x, moved = channels_last(where, jnp.asarray(inputs), data_format)
    rank = x.ndim - 2
    if rank < 1:
        raise ValueError(
            f"{where}: `inputs` must be (batch, *spatial, channels); got the shape {x.shape}."
        )
    size = int_tuple(where, "pool_size", pool_size, rank)
    windows = make_windows(where, x, size, size if strides is None else strides, padding)
    return x, windows, moved


def _counted(x: Array, windows: Windows) -> Any:
    """The number of elements in each window, without padding."""
    if not any(map(any, windows.padding)):
        return windows.taps
    if not all(isinstance(n, int) for n in windows.spatial):
        return _sum_by_xla(jnp.ones((1, *windows.spatial, 1), x.dtype), windows)
    counts = []
    for axis, length in enumerate(windows.spatial):
        first = np.arange(windows.counts[axis]) * windows.strides[axis] - windows.padding[axis][0]
        counts.append(np.minimum(first + windows.size[axis], length) - np.maximum(first, 0))
    # Multiplied as traced arrays, so that asking for a shape alone makes no picture of them.
    product = functools.reduce(lambda a, b: a[..., None] * b, map(jnp.asarray, counts))
    return product[..., None].astype(x.dtype)


def _lowest(dtype: Any) -> Any:
    """The value that is no larger than any other."""
    if dtype == jnp.bool_:
        return False
    return -jnp.inf if jnp.issubdtype(dtype, jnp.inexact) else jnp.iinfo(dtype).min


def _max_by_xla(x: Array, windows: Windows) -> Array:
    return _reduced(x, _lowest(x.dtype), lax.max, windows)


def _sum_by_xla(x: Array, windows: Windows) -> Array:
    return _reduced(x, 0, lax.add, windows)


def _reduced(x: Array, start: Any, function: Any, windows: Windows) -> Array:
    edges = ((0, 0), *windows.padding, (0, 0))
    start = np.asarray(start, x.dtype)[()]
    return lax.reduce_window(
        x, start, function, (1, *windows.size, 1), (1, *windows.strides, 1), edges
    )


def _max_on_cpu(x: Array, windows: Windows) -> Array:
    return (_max_pool if _sliced(x, windows) else _max_by_xla)(x, windows)


def _sum_on_cpu(x: Array, windows: Windows) -> Array:
    return (_sum_pool if _sliced(x, windows) else _sum_by_xla)(x, windows)


def _sliced(x: Array, windows: Windows) -> bool:
    return windows.taps <= _MOST_TAPS and has_known_shape(x)


@functools.partial(jax.custom_vjp, nondiff_argnums=(1,))
def _max_pool(x: Array, windows: Windows) -> Array:
    return functools.reduce(jnp.maximum, taps(x, windows, _lowest(x.dtype)))


def _max_pool_forward(x: Array, windows: Windows) -> tuple[Array, Array]:
    # The barrier keeps these slices apart from those of the maximum: shared ones would be copies.
    number = _number_of_largest(taps(lax.optimization_barrier(x), windows, _lowest(x.dtype)))
    return materialize(_max_pool(x, windows)), materialize(number)


def _max_pool_backward(windows: Windows, number: Array, dy: Array) -> tuple[Array]:
    dy = materialize(dy)
    if _tiles(windows):
        numbers = np.arange(windows.taps, dtype=number.dtype).reshape(_axes_of_taps(windows))
        mine = jnp.where(_windowed(number) == numbers, _windowed(dy), 0)
        return (_joined(mine, windows),)
    return (put_back([jnp.where(number == n, dy, 0) for n in range(windows.taps)], windows),)


_max_pool.defvjp(_max_pool_forward, _max_pool_backward)


def _number_of_largest(parts: list[Array]) -> Array:
    """The number of the first tap that is largest.

    The taps are compared with each other: compared with a maximum computed elsewhere, none need be
    equal to it, as one and the same expression may be rounded in two ways in two kernels. They are
    compared in pairs, and only numbers are selected: a selection between two floats would be a
    branch, foreseen as badly as the data are random, where the channels do not fill a vector.
    """
    found = [(part, jnp.full(part.shape, n, "uint8")) for n, part in enumerate(parts)]
    while len(found) > 1:
        pairs = [_larger(*found[i : i + 2]) for i in range(0, len(found) - 1, 2)]
        found = pairs + found[2 * len(pairs) :]
    return found[0][1]


def _larger(first: tuple[Array, Array], second: tuple[Array, Array]) -> tuple[Array, Array]:
    (a, a_number), (b, b_number) = first, second
    return jnp.maximum(a, b), jnp.where(a >= b, a_number, b_number)


@functools.partial(jax.custom_vjp, nondiff_argnums=(1,))
def _sum_pool(x: Array, windows: Windows) -> Array:
    parts = taps(x, windows)
    return sum(parts[1:], parts[0])


def _sum_pool_backward(windows: Windows, _: None, dy: Array) -> tuple[Array]:
    dy = materialize(dy)
    if _tiles(windows):
        ones = np.ones(_axes_of_taps(windows), dy.dtype)
        return (_joined(_windowed(dy) * ones, windows),)
    return (put_back([dy] * windows.taps, windows),)


_sum_pool.defvjp(lambda x, windows: (_sum_pool(x, windows), None), _sum_pool_backward)


# Windows that lie side by side: (batch, count, size, count, size, ..., channels).


def _tiles(windows: Windows) -> bool:
    return windows.strides == windows.size


def _axes_of_taps(windows: Windows) -> list[int]:
    return [n for size in windows.size for n in (1, size)] + [1]


def _windowed(y: Array) -> Array:
    """(batch, *counts, channels) with an axis of length 1 behind each spatial one."""
    return jnp.expand_dims(y, tuple(range(2, 2 * y.ndim - 3, 2)))


def _joined(x: Array, windows: Windows) -> Array:
    """The windows side by side, as long as the input was."""
    covered = [n * size for n, size in zip(windows.counts, windows.size, strict=True)]
    axes = zip(covered, windows.spatial, windows.padding, strict=True)
    edges = tuple((-before, length + before - n) for n, length, (before, _) in axes)
    return pad(x.reshape(x.shape[0], *covered, x.shape[-1]), edges)


# One window: all places.


def global_max(x: Array, axis: tuple[int, ...], keepdims: bool = False) -> Array:
    """Return the largest value over axes side by side; equal ones share the gradient.

    Args:
        x: Any shape.
        axis: The axes.
        keepdims: Whether they stay, with size 1.

    Example:
        >>> global_max(jnp.arange(8.0).reshape(1, 4, 2), axis=(1,)).tolist()
        [[6.0, 7.0]]
    """
    if not _is_combined(x, axis):
        return jnp.max(x, axis, keepdims=keepdims)
    y = _largest(x.reshape(*x.shape[: axis[0]], -1, *x.shape[axis[-1] + 1 :]), axis[0])
    return jnp.expand_dims(y, axis) if keepdims else y


def _is_combined(x: Array, axis: tuple[int, ...]) -> bool:
    if not on_cpu() or not isinstance(x, Tracer) or not has_known_shape(x):
        return False
    in_vectors = axis[-1] < x.ndim - 1 and jnp.issubdtype(x.dtype, jnp.floating)
    return in_vectors and 1 < math.prod(x.shape[i] for i in axis) <= _MOST_PLACES


@functools.partial(jax.custom_jvp, nondiff_argnums=(1,))
def _largest(x: Array, axis: int) -> Array:
    return _combined(x, axis, jnp.maximum)


@_largest.defjvp
def _largest_tangent(axis: int, primals: Any, tangents: Any) -> tuple[Array, Array]:
    # Computed once: rounded in two ways, none would be equal to the largest.
    x, dx = materialize(primals[0]), tangents[0]
    y = _largest(x, axis)
    equal = materialize((x == jnp.expand_dims(y, axis)).astype(x.dtype))
    share = 1 / _combined(equal, axis, jnp.add)
    return y, (equal * jnp.expand_dims(share, axis) * dx).sum(axis)


def _combined(x: Array, axis: int, function: Any) -> Array:
    """Combine many places in one loop over the channels, a few of them at once.

    XLA's own reduction makes windows of 32 places, whose elements it takes one by one.
    """
    while x.shape[axis] > 1:
        places = [lax.index_in_dim(x, i, axis, keepdims=False) for i in range(x.shape[axis])]
        groups = [places[i : i + _AT_ONCE] for i in range(0, len(places), _AT_ONCE)]
        x = materialize(jnp.stack([functools.reduce(function, group) for group in groups], axis))
    return lax.index_in_dim(x, 0, axis, keepdims=False)
