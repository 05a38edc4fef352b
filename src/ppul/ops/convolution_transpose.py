"""Transposed convolutions: the gradients of convolutions by their inputs, taken as layers.

What is an output here is an input there, so the windows are those of the convolution that leads
back, and the fast forms are those of `convolution`.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import lax

from ppul.core.checks import int_tuple, one_of
from ppul.core.symbolic import has_known_shape
from ppul.core.types import Array, ArrayLike
from ppul.ops import convolution
from ppul.ops.lowering import by_platform
from ppul.ops.tensors import op
from ppul.ops.windows import Windows, channels_last


@op
def conv_transpose(
    inputs: ArrayLike,
    kernel: ArrayLike,
    strides: int | tuple[int, ...] = 1,
    padding: str = "valid",
    output_padding: int | tuple[int, ...] | None = None,
    data_format: str | None = None,
    dilation_rate: int | tuple[int, ...] = 1,
) -> Array:
    """Spread each input over a window of the output: the transpose of `conv`.

    Args:
        inputs: (batch, *spatial, channels), or (batch, channels, *spatial); any float type.
        kernel: (*size, filters, channels). The result has its dtype.
        strides: Distance between windows, one for all axes or one each.
        padding: "valid" (whole windows), or "same" (as long as the input, times the strides).
        output_padding: How much longer each axis is than the shortest that fits; by default as
            long as `padding` says.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        dilation_rate: Distance between the elements of a window, one for all axes or one each.

    Returns:
        The outputs: (batch, *lengths, filters), or with the channels first.

    Raises:
        ValueError: If shapes do not fit each other, or an argument is not one that can be.

    Example:
        >>> conv_transpose(jnp.ones((1, 4, 4, 3)), jnp.ones((2, 2, 5, 3)), strides=2).shape
        (1, 8, 8, 5)
    """
    kernel = jnp.asarray(kernel)
    inputs = jnp.asarray(inputs).astype(kernel.dtype)
    if inputs.ndim != kernel.ndim or inputs.ndim < 3:
        raise ValueError(
            "conv_transpose: `inputs` must be (batch, *spatial, channels) and `kernel` (*size, "
            f"filters, channels), of the same rank; got {inputs.shape} and {kernel.shape}."
        )
    x, moved = channels_last("conv_transpose", inputs, data_format)
    if x.shape[-1] != kernel.shape[-1]:
        raise ValueError(
            f"conv_transpose: an input of {x.shape[-1]} channels does not fit a kernel of shape "
            f"{kernel.shape}, whose last axis must be as long."
        )
    windows = _windows_back(x, kernel, strides, padding, output_padding, dilation_rate)
    y = by_platform(cpu=_on_cpu, other=_by_xla)(x, kernel, windows)
    return jnp.moveaxis(y, -1, 1) if moved else y


def _windows_back(
    x: Array, kernel: Array, strides: Any, padding: Any, output_padding: Any, dilation_rate: Any
) -> Windows:
    """The windows of the convolution that leads from the output back to the input."""
    where, size = "conv_transpose", kernel.shape[:-2]
    rank = len(size)
    strides = int_tuple(where, "strides", strides, rank)
    dilation = int_tuple(where, "dilation_rate", dilation_rate, rank)
    padding = padding.lower() if isinstance(padding, str) else padding
    same = one_of(where, "padding", padding, ("valid", "same")) == "same"
    longer: tuple[int | None, ...] = (None,) * rank
    if output_padding is not None:
        longer = int_tuple(where, "output_padding", output_padding, rank, minimum=0)
    windows = Windows(x.shape[1:-1], size, strides, ((0, 0),) * rank, dilation)
    lengths, edges = [], []
    for n, step, extent, more in zip(x.shape[1:-1], strides, windows.extents, longer, strict=True):
        cut = _cut(extent, step, more, same=same)
        before = max(cut, 0) // 2 if same else 0
        # A negative edge: elements of the output that no window reaches.
        edges.append((before, cut - before))
        lengths.append(n * step + extent - step - cut)
    if any(isinstance(length, int) and length < 1 for length in lengths):
        raise ValueError(
            f"{where}: nothing is left of an output of spatial size {tuple(lengths)}, of an input "
            f"of {x.shape[1:-1]} with output_padding={output_padding}. Use padding='valid'."
        )
    return Windows(tuple(lengths), size, strides, tuple(edges), dilation)


def _cut(extent: int, step: int, more: int | None, *, same: bool) -> int:
    """How much of all windows together is cut off an axis; what is added counts as negative."""
    if more is not None:
        return (extent // 2 * 2 if same else 0) - more
    return extent - step if same else min(extent - step, 0)


def _on_cpu(x: Array, kernel: Array, windows: Windows) -> Array:
    floating = jnp.issubdtype(x.dtype, jnp.floating)
    if not floating or not has_known_shape(x):
        return _by_xla(x, kernel, windows)
    if x.dtype.itemsize == 2:  # there are no fast products of halves
        y = _on_cpu(x.astype(jnp.float32), kernel.astype(jnp.float32), windows)
        return y.astype(x.dtype)
    return convolution._input_gradient(x, kernel, windows)


def _by_xla(x: Array, kernel: Array, windows: Windows) -> Array:
    rank = len(windows.size)
    axes = "UVWXYZ"[:rank]
    return lax.conv_general_dilated(
        x,
        jnp.flip(kernel, range(rank)),
        (1,) * rank,
        convolution._full_padding(windows),
        lhs_dilation=windows.strides,
        rhs_dilation=windows.dilation,
        dimension_numbers=(f"N{axes}C", f"{axes}OI", f"N{axes}C"),
    )
