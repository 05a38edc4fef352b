"""The windows of convolutions and poolings: where they lie, and copies of what is in them.

Arrays are (batch, *spatial, channels).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import Any

import jax.numpy as jnp
from jax import lax

from ppul.core.checks import int_tuple, one_of
from ppul.core.settings import IMAGE_FORMATS, image_data_format
from ppul.core.types import Array

Padding = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Windows:
    """Windows over the spatial axes of an input; an element of a window is called a tap.

    Args:
        spatial: Lengths of the axes.
        size: Taps along each axis.
        strides: Distance between windows.
        padding: Elements added before and after each axis.
        dilation: Distance between taps.
    """

    spatial: tuple[int, ...]
    size: tuple[int, ...]
    strides: tuple[int, ...]
    padding: Padding
    dilation: tuple[int, ...]

    @property
    def taps(self) -> int:
        """Number of taps of a window."""
        return math.prod(self.size)

    @property
    def extents(self) -> tuple[int, ...]:
        """The length that a window covers of each axis."""
        pairs = zip(self.size, self.dilation, strict=True)
        return tuple((size - 1) * gap + 1 for size, gap in pairs)

    @property
    def counts(self) -> tuple[int, ...]:
        """Number of windows along each axis."""
        axes = zip(self.spatial, self.padding, self.extents, self.strides, strict=True)
        return tuple((n + sum(edges) - extent) // step + 1 for n, edges, extent, step in axes)


def make_windows(
    where: str,
    inputs: Array,
    size: tuple[int, ...],
    strides: Any,
    padding: str,
    dilation: Any = 1,
    paddings: tuple[str, ...] = ("valid", "same"),
) -> Windows:
    """Return the windows over inputs of shape (batch, *spatial, channels), checked.

    Raises:
        ValueError: If a number or a name is not one that can be, or no window fits.
    """
    rank, spatial = len(size), inputs.shape[1:-1]
    strides = int_tuple(where, "strides", strides, rank)
    dilation = int_tuple(where, "dilation_rate", dilation, rank)
    padding = padding.lower() if isinstance(padding, str) else padding
    one_of(where, "padding", padding, paddings)
    windows = Windows(spatial, size, strides, ((0, 0),) * rank, dilation)
    if padding == "causal":
        return replace(windows, padding=tuple((extent - 1, 0) for extent in windows.extents))
    if padding == "same":
        return replace(windows, padding=_same(windows))
    fits = zip(spatial, windows.extents, strict=True)
    if any(isinstance(length, int) and length < extent for length, extent in fits):
        raise ValueError(
            f"{where}: a window of size {size} with dilation_rate={dilation} does not fit an input "
            f"of spatial size {spatial}. Use padding='same', or a smaller window."
        )
    return windows


def channels_last(where: str, inputs: Array, data_format: str | None) -> tuple[Array, bool]:
    """Return (batch, *spatial, channels), and whether the channels were moved there."""
    data_format = data_format or image_data_format()
    moved = one_of(where, "data_format", data_format, IMAGE_FORMATS) == "channels_first"
    return (jnp.moveaxis(inputs, 1, -1) if moved else inputs), moved


def taps(x: Array, windows: Windows, fill: float = 0) -> list[Array]:
    """Return the first element of all windows, the second, ...: each (batch, *count, channels)."""
    x = pad(x, windows.padding, fill)
    parts = [x]
    for axis in range(len(windows.size)):
        parts = [tap for part in parts for tap in axis_taps(part, axis, windows)]
    return parts


def put_back(parts: list[Array], windows: Windows) -> Array:
    """Return the sum of taps, each put where it lay: the transpose of `taps`."""
    for axis in reversed(range(len(windows.size))):
        n = windows.size[axis]
        groups = [parts[i : i + n] for i in range(0, len(parts), n)]
        parts = [axis_put_back(group, axis, windows) for group in groups]
    return parts[0]


def pad(x: Array, padding: Padding, fill: float = 0) -> Array:
    """Return (batch, *spatial, channels) with elements added around, or, if negative, cut off."""
    if not any(before or after for before, after in padding):
        return x
    edges = [(0, 0, 0), *((before, after, 0) for before, after in padding), (0, 0, 0)]
    return lax.pad(x, jnp.asarray(fill, x.dtype), edges)


def axis_taps(x: Array, axis: int, windows: Windows) -> list[Array]:
    """Return the taps along one axis of an input that is padded already."""
    step, gap = windows.strides[axis], windows.dilation[axis]
    length = (windows.counts[axis] - 1) * step + 1
    return [
        lax.slice_in_dim(x, tap * gap, tap * gap + length, step, axis + 1)
        for tap in range(windows.size[axis])
    ]


def axis_put_back(parts: list[Array], axis: int, windows: Windows) -> Array:
    """Return the sum of taps along one axis, each put where it lay before padding."""
    step, gap, before = windows.strides[axis], windows.dilation[axis], windows.padding[axis][0]
    length = (windows.counts[axis] - 1) * step + 1
    placed = []
    for tap, part in enumerate(parts):
        start = tap * gap - before
        edges = [(0, 0, 0)] * part.ndim
        edges[axis + 1] = (start, windows.spatial[axis] - start - length, step - 1)
        placed.append(lax.pad(part, jnp.zeros((), part.dtype), edges))
    return reduce(add, placed)


def _same(windows: Windows) -> Padding:
    """As many windows as there are strides in the input; the odd element is added behind."""
    padding = []
    for length, extent, step in zip(windows.spatial, windows.extents, windows.strides, strict=True):
        # For a stride of 1, always so much; for an unknown length, enough for the right count.
        short = extent - 1
        if step > 1 and isinstance(length, int):
            short = max((-(-length // step) - 1) * step + extent - length, 0)
        padding.append((short // 2, short - short // 2))
    return tuple(padding)
