"""Poolings to a given number of windows, as even as the input allows.

Window i of n over a length is [floor(i * length / n), ceil((i + 1) * length / n)): windows differ
in length by one at most, and may overlap. Each axis is pooled by itself: the mean of means over a
row of equal windows is their mean, and so with the largest.
"""

from __future__ import annotations

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np

from ppul.core.checks import int_tuple
from ppul.core.types import Array, ArrayLike
from ppul.ops.tensors import op
from ppul.ops.windows import channels_last


@op
def adaptive_average_pool(
    inputs: ArrayLike,
    output_size: int | tuple[int, ...],
    data_format: str | None = None,
) -> Array:
    """Return the means of so many windows as are asked for.

    Args:
        inputs: (batch, *spatial, channels), or (batch, channels, *spatial).
        output_size: Number of windows, one for all axes or one each.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.

    Returns:
        The pooled array: (batch, *output_size, channels), or with the channels first.

    Raises:
        ValueError: If an argument is not one that can be.

    Example:
        >>> adaptive_average_pool(jnp.arange(5.0).reshape(1, 5, 1), 2).ravel().tolist()
        [1.0, 3.0]
    """
    return _pooled("adaptive_average_pool", _means, inputs, output_size, data_format)


@op
def adaptive_max_pool(
    inputs: ArrayLike,
    output_size: int | tuple[int, ...],
    data_format: str | None = None,
) -> Array:
    """Return the largest values of so many windows as are asked for.

    Args:
        inputs: (batch, *spatial, channels), or (batch, channels, *spatial).
        output_size: Number of windows, one for all axes or one each.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.

    Returns:
        The pooled array: (batch, *output_size, channels), or with the channels first.

    Raises:
        ValueError: If an argument is not one that can be.

    Example:
        >>> adaptive_max_pool(jnp.arange(5.0).reshape(1, 5, 1), 2).ravel().tolist()
        [2.0, 4.0]
    """
    return _pooled("adaptive_max_pool", _largest, inputs, output_size, data_format)


def _pooled(
    where: str,
    pool: Callable[[Array, int, int], Array],
    inputs: ArrayLike,
    output_size: int | tuple[int, ...],
    data_format: str | None,
) -> Array:
    x, moved = channels_last(where, jnp.asarray(inputs), data_format)
    rank = x.ndim - 2
    if rank < 1:
        raise ValueError(
            f"{where}: `inputs` must be (batch, *spatial, channels); got the shape {x.shape}."
        )
    for axis, count in enumerate(int_tuple(where, "output_size", output_size, rank), 1):
        x = pool(x, axis, count)
    return jnp.moveaxis(x, -1, 1) if moved else x


def _edges(length: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The first element of each window, and the one behind the last."""
    numbers = np.arange(count + 1) * length
    return numbers[:-1] // count, -(-numbers[1:] // count)


def _means(x: Array, axis: int, count: int) -> Array:
    first, end = _edges(x.shape[axis], count)
    place = np.arange(x.shape[axis])[:, None]
    matrix = ((place >= first) & (place < end)) / (end - first)
    if not jnp.issubdtype(x.dtype, jnp.inexact):
        x = x.astype(jnp.float32)
    return jnp.moveaxis(jnp.tensordot(x, matrix.astype(x.dtype), (axis, 0)), -1, axis)


def _largest(x: Array, axis: int, count: int) -> Array:
    first, end = _edges(x.shape[axis], count)
    # Shorter windows count their last element twice.
    places = np.minimum(first[:, None] + np.arange((end - first).max()), end[:, None] - 1)
    taps = jnp.take(x, places, axis)
    return jnp.max(taps, axis + 1)
