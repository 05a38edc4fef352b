"""Blocks of pixels moved into channels and back, windows taken out and put back."""

from __future__ import annotations

import jax.numpy as jnp

from ppul.core.checks import int_tuple, positive_int
from ppul.core.types import Array
from ppul.ops.tensors import Tensor, op
from ppul.ops.windows import Windows, channels_last, put_back, taps

Ints = int | tuple[int, ...]


@op
def depth_to_space(x: Tensor, block_size: int, data_format: str = "channels_last") -> Array:
    """Return pictures in which each pixel has become a block, its channels spread over it.

    Args:
        x: (batch, height, width, channels), or with the channels first.
        block_size: Height and width of a block; its square must divide the channels.
        data_format: "channels_last": the channels are those of a block's first pixel, of its
            second, ...; or "channels_first": those that become one channel stand together.

    Returns:
        (batch, height * block_size, width * block_size, channels / block_size^2), likewise.

    Raises:
        ValueError: If the shape does not fit.

    Example:
        >>> depth_to_space(jnp.arange(4.0).reshape(1, 1, 1, 4), 2)[0, ..., 0].tolist()
        [[0.0, 1.0], [2.0, 3.0]]
    """
    x, size, first = _pictures("depth_to_space", x, block_size, data_format)
    batch, height, width, channels = x.shape
    if channels % size**2:
        raise ValueError(
            f"depth_to_space: {channels} channels cannot be spread over blocks of {size} x {size}; "
            f"their number must be a multiple of {size**2}."
        )
    rest = channels // size**2
    if first:  # of the channels, those of one block stand together
        parts = x.reshape(batch, height, width, rest, size, size).transpose(0, 1, 4, 2, 5, 3)
    else:
        parts = x.reshape(batch, height, width, size, size, rest).transpose(0, 1, 3, 2, 4, 5)
    y = parts.reshape(batch, height * size, width * size, rest)
    return jnp.moveaxis(y, -1, 1) if first else y


@op
def space_to_depth(x: Tensor, block_size: int, data_format: str = "channels_last") -> Array:
    """Return pictures in which each block has become a pixel: the inverse of `depth_to_space`.

    Args:
        x: (batch, height, width, channels), or with the channels first.
        block_size: Height and width of a block; it must divide those of the pictures.
        data_format: "channels_last" or "channels_first".

    Returns:
        (batch, height / block_size, width / block_size, channels * block_size^2), likewise.

    Raises:
        ValueError: If the shape does not fit.

    Example:
        >>> space_to_depth(jnp.arange(4.0).reshape(1, 2, 2, 1), 2).tolist()
        [[[[0.0, 1.0, 2.0, 3.0]]]]
    """
    x, size, first = _pictures("space_to_depth", x, block_size, data_format)
    batch, height, width, channels = x.shape
    if any(isinstance(n, int) and n % size for n in (height, width)):
        raise ValueError(
            f"space_to_depth: pictures of {height} x {width} cannot be cut into blocks of {size} x "
            f"{size}. Pad or crop them."
        )
    parts = x.reshape(batch, height // size, size, width // size, size, channels)
    y = parts.transpose((0, 1, 3, 5, 2, 4) if first else (0, 1, 3, 2, 4, 5))
    y = y.reshape(batch, height // size, width // size, size**2 * channels)
    return jnp.moveaxis(y, -1, 1) if first else y


@op
def unfold(
    x: Tensor, kernel_size: Ints, dilation: Ints = 1, padding: Ints = 0, stride: Ints = 1
) -> Array:
    """Return the windows of pictures as columns.

    Args:
        x: (batch, channels, height, width).
        kernel_size: Height and width of a window, one number for both or two.
        dilation: Distance between the elements of a window.
        padding: Rows and columns of zeros that are added on each side.
        stride: Distance between windows.

    Returns:
        (batch, channels * height * width of a window, number of windows).

    Raises:
        ValueError: If `x` has not four axes, or no window fits.

    Example:
        >>> unfold(jnp.arange(4.0).reshape(1, 1, 2, 2), (1, 2))[0].tolist()
        [[0.0, 2.0], [1.0, 3.0]]
    """
    if x.ndim != 4:
        raise ValueError(
            f"unfold: `x` must be (batch, channels, height, width); got the shape {x.shape}."
        )
    windows = _windows("unfold", x.shape[2:], kernel_size, dilation, padding, stride)
    columns = jnp.stack(taps(jnp.moveaxis(x, 1, -1), windows), axis=-1)
    batch, rows, across, channels, size = columns.shape
    return columns.reshape(batch, rows * across, channels * size).swapaxes(1, 2)


@op
def fold(
    x: Tensor,
    output_size: Ints,
    kernel_size: Ints,
    dilation: Ints = 1,
    padding: Ints = 0,
    stride: Ints = 1,
) -> Array:
    """Return pictures into which windows were added where they lie; see `unfold`.

    Args:
        x: (batch, channels * height * width of a window, number of windows).
        output_size: Height and width of the pictures.
        kernel_size: Height and width of a window.
        dilation: Distance between the elements of a window.
        padding: Rows and columns on each side that are dropped.
        stride: Distance between windows.

    Returns:
        (batch, channels, height, width).

    Raises:
        ValueError: If the windows do not fit the pictures.

    Example:
        >>> fold(jnp.ones((1, 2, 2)), (1, 3), (1, 2)).tolist()
        [[[[1.0, 2.0, 1.0]]]]
    """
    size = int_tuple("fold", "output_size", output_size, 2)
    windows = _windows("fold", size, kernel_size, dilation, padding, stride)
    rows, across = windows.counts
    if x.ndim != 3 or x.shape[1] % windows.taps or x.shape[2] != rows * across:
        raise ValueError(
            f"fold: `x` must be (batch, channels * {windows.taps}, {rows * across}), for windows of "
            f"{windows.size} in pictures of {size}; got the shape {x.shape}."
        )
    channels = x.shape[1] // windows.taps
    columns = x.swapaxes(1, 2).reshape(x.shape[0], rows, across, channels, windows.taps)
    parts = [columns[..., tap] for tap in range(windows.taps)]
    return jnp.moveaxis(put_back(parts, windows), -1, 1)


def _pictures(where: str, x: Array, block_size: int, data_format: str) -> tuple[Array, int, bool]:
    if x.ndim != 4:
        raise ValueError(
            f"{where}: `x` must be pictures, (batch, height, width, channels) or with the channels "
            f"first; got the shape {x.shape}."
        )
    x, first = channels_last(where, x, data_format)
    return x, positive_int(where, "block_size", block_size), first


def _windows(
    where: str,
    spatial: tuple[int, ...],
    kernel_size: Ints,
    dilation: Ints,
    padding: Ints,
    stride: Ints,
) -> Windows:
    edges = int_tuple(where, "padding", padding, 2, minimum=0)
    windows = Windows(
        spatial,
        int_tuple(where, "kernel_size", kernel_size, 2),
        int_tuple(where, "stride", stride, 2),
        tuple((edge, edge) for edge in edges),
        int_tuple(where, "dilation", dilation, 2),
    )
    if any(isinstance(count, int) and count < 1 for count in windows.counts):
        raise ValueError(
            f"{where}: a window of {windows.size} with dilation={dilation} does not fit pictures of "
            f"{spatial} with padding={padding}."
        )
    return windows
