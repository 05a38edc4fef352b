"""Convolutions over any number of spatial axes.

On CPU, XLA computes them fast in one form only: channels last, the kernel as it is stored, and
nothing transposed. The gradients that it derives have other forms, and take a hundred times as
long. So the gradients are written here, in forms that are fast (docs/decisions/003): each of the
three maps below is linear in both arguments, and the gradients of each are the two others.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jax.custom_batching import custom_vmap

from ppul.core.symbolic import has_known_shape
from ppul.core.types import Array, ArrayLike
from ppul.ops.lowering import by_platform, channel_sum, materialize
from ppul.ops.tensors import op
from ppul.ops.windows import (
    Padding,
    Windows,
    axis_put_back,
    axis_taps,
    channels_last,
    make_windows,
    pad,
    put_back,
    taps,
)

# Below so many input channels, copying patches costs less than the short inner loops of XLA's own.
_FEW_CHANNELS = 4
# A full correlation multiplies as often as there are inputs, patches as often as outputs; up to
# this ratio it is the cheaper of the two for the gradient of the inputs.
_MOST_SURPLUS = 1.25
# The sum of so many products of one channel is still compiled quickly.
_MOST_PRODUCTS = 64
# Inner loops over fewer filters do not fill a vector register.
_VECTOR = 16


@op
def conv(
    inputs: ArrayLike,
    kernel: ArrayLike,
    strides: int | tuple[int, ...] = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: int | tuple[int, ...] = 1,
) -> Array:
    """Convolve, as neural networks mean it: the kernel is not flipped.

    Args:
        inputs: (batch, *spatial, channels), or (batch, channels, *spatial); any float type.
        kernel: (*size, channels / groups, filters); the number of groups follows. The result has
            its dtype.
        strides: Distance between windows, one for all axes or one each.
        padding: "valid" (windows inside the input), "same" (as many outputs as inputs, for strides
            of 1), or, with one axis, "causal" (no output sees later inputs).
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        dilation_rate: Distance between the elements of a window, one for all axes or one each.

    Returns:
        The outputs: (batch, *counts, filters), or with the channels first.

    Raises:
        ValueError: If shapes do not fit each other, or an argument is not one that can be.

    Example:
        >>> conv(jnp.ones((1, 4, 4, 1)), jnp.ones((3, 3, 1, 2))).shape
        (1, 2, 2, 2)
    """
    kernel = jnp.asarray(kernel)
    inputs = jnp.asarray(inputs).astype(kernel.dtype)
    if inputs.ndim != kernel.ndim or inputs.ndim < 3:
        raise ValueError(
            f"conv: `inputs` must be (batch, *spatial, channels) and `kernel` (*size, channels / "
            f"groups, filters), of the same rank; got {inputs.shape} and {kernel.shape}."
        )
    x, moved = channels_last("conv", inputs, data_format)
    groups = _groups(x, kernel)
    paddings = ("valid", "same", "causal") if x.ndim == 3 else ("valid", "same")
    size = kernel.shape[:-2]
    windows = make_windows("conv", x, size, strides, padding, dilation_rate, paddings)
    y = by_platform(cpu=_on_cpu, other=_by_xla)(x, kernel, windows, groups)
    return jnp.moveaxis(y, -1, 1) if moved else y


@jax.custom_vjp
def add_bias(outputs: Array, bias: Array) -> Array:
    """Add a number for each channel; the gradient of the bias is the fast `channel_sum`.

    Args:
        outputs: (..., channels).
        bias: (channels,).

    Returns:
        outputs + bias.
    """
    return outputs + bias


def _add_bias_backward(_: None, dy: Array) -> tuple[Array, Array]:
    dy = materialize(dy)
    return dy, channel_sum(dy)


add_bias.defvjp(lambda outputs, bias: (outputs + bias, None), _add_bias_backward)


def _groups(x: Array, kernel: Array) -> int:
    channels, (each, filters) = x.shape[-1], kernel.shape[-2:]
    if channels % each or filters % (channels // each):
        raise ValueError(
            f"conv: an input of {channels} channels does not fit a kernel of shape {kernel.shape}. "
            f"The channels must be a multiple of the kernel's, {each}; its filters, {filters}, must "
            "be one of the number of groups, the ratio of the former."
        )
    return channels // each


def _by_xla(x: Array, kernel: Array, windows: Windows, groups: int) -> Array:
    return _xla(x, kernel, windows.strides, windows.padding, windows.dilation, groups)


def _xla(
    x: Array,
    kernel: Array,
    strides: tuple[int, ...],
    padding: Padding,
    dilation: tuple[int, ...],
    groups: int = 1,
) -> Array:
    axes = "UVWXYZ"[: len(strides)]
    return lax.conv_general_dilated(
        x,
        kernel,
        strides,
        padding,
        rhs_dilation=dilation,
        dimension_numbers=(f"N{axes}C", f"{axes}IO", f"N{axes}C"),
        feature_group_count=groups,
    )


def _on_cpu(x: Array, kernel: Array, windows: Windows, groups: int) -> Array:
    floating = jnp.issubdtype(x.dtype, jnp.floating)
    if not floating or not has_known_shape(x):
        return _by_xla(x, kernel, windows, groups)
    if x.dtype.itemsize == 2:  # there are no fast products of halves
        y = _on_cpu(x.astype(jnp.float32), kernel.astype(jnp.float32), windows, groups)
        return y.astype(x.dtype)
    if groups == x.shape[-1] and (groups > 1 or windows.taps <= _MOST_PRODUCTS):
        return _depthwise(x, kernel, windows)
    if groups == 1:
        return _convolve(x, kernel, windows)
    x = x.reshape(*x.shape[:-1], groups, -1)
    kernel = kernel.reshape(*kernel.shape[:-1], groups, -1)
    y = jax.vmap(lambda x, k: _convolve(x, k, windows), (-2, -2), -2)(x, kernel)
    return y.reshape(*y.shape[:-2], -1)


# One channel a group: sums of products of whole arrays.


def _depthwise(x: Array, kernel: Array, windows: Windows) -> Array:
    if x.shape[-1] == 1:
        return _one_channel(x, kernel, windows)
    filters = kernel.shape[-1]
    x = jnp.repeat(x, filters // x.shape[-1], -1)
    return _each_channel(x, kernel.reshape(-1, filters), windows)


@functools.partial(jax.custom_vjp, nondiff_argnums=(2,))
def _each_channel(x: Array, factors: Array, windows: Windows) -> Array:
    """Convolve each channel with a filter of its own; the factors are (taps, channels)."""
    return _sum_of_products(*_padded(x, windows), factors)


def _each_channel_backward(windows: Windows, saved: Any, dy: Array) -> tuple[Array, Array]:
    x, factors = saved
    dy = materialize(dy)
    # Each product is written before it is summed up: all sums at once, over all taps, would read
    # from more places than a processor follows. The barrier is why, as in `pooling`.
    x, inside = _padded(lax.optimization_barrier(x), windows)
    dfactors = jnp.stack([channel_sum(materialize(tap * dy)) for tap in taps(x, inside)])
    return _sum_of_products(*_spread(dy, windows), factors[::-1]), dfactors


_each_channel.defvjp(
    lambda x, factors, windows: (_each_channel(x, factors, windows), (x, factors)),
    _each_channel_backward,
)


def _sum_of_products(x: Array, windows: Windows, factors: Array) -> Array:
    products = [tap * factor for tap, factor in zip(taps(x, windows), factors, strict=True)]
    return materialize(functools.reduce(jnp.add, products))


def _padded(x: Array, windows: Windows) -> tuple[Array, Windows]:
    """An input padded once, not anew for each tap, and the windows over it."""
    x = materialize(pad(x, windows.padding))
    none = ((0, 0),) * len(windows.size)
    return x, replace(windows, spatial=x.shape[1:-1], padding=none)


def _spread(dy: Array, windows: Windows) -> tuple[Array, Windows]:
    """Outputs put where their windows start, with zeros between, and the windows that end there."""
    edges = [(0, 0, 0)]
    for axis, (before, _) in enumerate(_full_padding(windows)):
        step, count = windows.strides[axis], windows.counts[axis]
        length = windows.spatial[axis] + windows.extents[axis] - 1
        edges.append((before, length - before - (count - 1) * step - 1, step - 1))
    x = materialize(lax.pad(dy, jnp.zeros((), dy.dtype), [*edges, (0, 0, 0)]))
    rank = len(windows.size)
    ones, none = (1,) * rank, ((0, 0),) * rank
    return x, replace(windows, spatial=x.shape[1:-1], strides=ones, padding=none)


@functools.partial(jax.custom_vjp, nondiff_argnums=(2,))
def _one_channel(x: Array, kernel: Array, windows: Windows) -> Array:
    filters = kernel.shape[-1]
    factors = kernel.reshape(-1, filters)
    if filters < _VECTOR:
        return _dot(jnp.concatenate(taps(x, windows), -1), factors)
    products = [tap * factor for tap, factor in zip(taps(x, windows), factors, strict=True)]
    return functools.reduce(jnp.add, products)


def _one_channel_backward(windows: Windows, saved: Any, dy: Array) -> tuple[Array, Array]:
    x, kernel = saved
    filters = kernel.shape[-1]
    dy = materialize(dy)
    parts = [(dy * factor).sum(-1, keepdims=True) for factor in kernel.reshape(-1, filters)]
    patches = jnp.stack([tap.reshape(-1) for tap in taps(x, windows)])
    dkernel = patches @ dy.reshape(-1, filters)
    return put_back(parts, windows), dkernel.reshape(kernel.shape)


_one_channel.defvjp(
    lambda x, kernel, windows: (_one_channel(x, kernel, windows), (x, kernel)),
    _one_channel_backward,
)


# All channels into each filter: three maps, each linear in both arguments.


@functools.partial(jax.custom_vjp, nondiff_argnums=(2,))
def _convolve(x: Array, kernel: Array, windows: Windows) -> Array:
    if windows.taps == 1 or x.shape[-1] < _FEW_CHANNELS:
        return _dot(_patches(x, windows), kernel.reshape(-1, kernel.shape[-1]))
    return _contraction(windows.strides, windows.padding, windows.dilation)(x, kernel)


@functools.partial(jax.custom_vjp, nondiff_argnums=(2,))
def _input_gradient(dy: Array, kernel: Array, windows: Windows) -> Array:
    if _correlates(kernel, windows):
        flipped = jnp.flip(kernel, range(len(windows.size))).swapaxes(-1, -2)
        contract = _contraction(windows.strides, _full_padding(windows), windows.dilation)
        return contract(dy, materialize(flipped))
    patches = _dot(dy, kernel.reshape(-1, kernel.shape[-1]).T)
    return _put_patches_back(patches, windows)


@functools.partial(jax.custom_vjp, nondiff_argnums=(2,))
def _kernel_gradient(x: Array, dy: Array, windows: Windows) -> Array:
    channels, filters = x.shape[-1], dy.shape[-1]
    if windows.taps == 1:
        (tap,) = taps(x, windows)
        return (tap.reshape(-1, channels).T @ dy.reshape(-1, filters)).reshape(
            *windows.size, channels, filters
        )
    # The sum over samples and windows is itself a convolution, of channels as samples and samples
    # as channels. Windows and taps change places, and so do strides and dilation.
    before = [edges[0] for edges in windows.padding]
    after = [
        (n - 1) * step + extent - length - start
        for n, step, extent, length, start in zip(
            windows.counts, windows.strides, windows.extents, windows.spatial, before, strict=True
        )
    ]
    x = pad(x, tuple((0, min(n, 0)) for n in after))  # what no window reaches
    padding = tuple(zip(before, [max(n, 0) for n in after], strict=True))
    contract = _contraction(windows.dilation, padding, windows.strides)
    sums = contract(materialize(x.swapaxes(0, -1)), materialize(jnp.moveaxis(dy, 0, -2)))
    return jnp.moveaxis(sums, 0, -2)


def _correlates(kernel: Array, windows: Windows) -> bool:
    """Whether a full correlation is the faster form of the gradient of the inputs."""
    if windows.taps == 1 or max(windows.strides) > 1 or kernel.shape[-2] < 2 * _FEW_CHANNELS:
        return False
    surplus = math.prod(windows.spatial) / math.prod(windows.counts)
    return surplus < _MOST_SURPLUS and min(map(min, _full_padding(windows))) >= 0


def _full_padding(windows: Windows) -> Padding:
    pairs = zip(windows.extents, windows.padding, strict=True)
    return tuple((extent - 1 - before, extent - 1 - after) for extent, (before, after) in pairs)


def _convolve_backward(windows: Windows, saved: Any, dy: Array) -> tuple[Array, Array]:
    x, kernel = saved
    dy = materialize(dy)
    return _input_gradient(dy, kernel, windows), _kernel_gradient(x, dy, windows)


def _input_gradient_backward(windows: Windows, saved: Any, dx: Array) -> tuple[Array, Array]:
    dy, kernel = saved
    dx = materialize(dx)
    return _convolve(dx, kernel, windows), _kernel_gradient(dx, dy, windows)


def _kernel_gradient_backward(windows: Windows, saved: Any, dkernel: Array) -> tuple[Array, Array]:
    x, dy = saved
    return _input_gradient(dy, dkernel, windows), _convolve(x, dkernel, windows)


def _saving(function: Any) -> Callable[..., tuple[Array, Any]]:
    return lambda a, b, windows: (function(a, b, windows), (a, b))


_convolve.defvjp(_saving(_convolve), _convolve_backward)
_input_gradient.defvjp(_saving(_input_gradient), _input_gradient_backward)
_kernel_gradient.defvjp(_saving(_kernel_gradient), _kernel_gradient_backward)


# What the three are made of.


def _dot(x: Array, matrix: Array) -> Array:
    return lax.dot_general(x, matrix, (((x.ndim - 1,), (0,)), ((), ())))


def _patches(x: Array, windows: Windows) -> Array:
    """Return (batch, *count, taps * channels), an axis at a time: the fewest copies."""
    x = pad(x, windows.padding)
    for axis in reversed(range(len(windows.size))):
        if windows.size[axis] > 1 or windows.strides[axis] > 1:
            x = materialize(jnp.concatenate(axis_taps(x, axis, windows), -1))
    return x


def _put_patches_back(patches: Array, windows: Windows) -> Array:
    """Return the sum of patches, each put where it lay: the transpose of `_patches`."""
    for axis, size in enumerate(windows.size):
        parts = jnp.split(materialize(patches) if axis else patches, size, -1)
        patches = axis_put_back(parts, axis, windows)
    return patches


@functools.cache
def _contraction(
    strides: tuple[int, ...], padding: Padding, dilation: tuple[int, ...]
) -> Callable[[Array, Array], Array]:
    """Return XLA's convolution, which runs members one after the other under `vmap`.

    Its own way, groups of channels, takes twice as long.
    """

    @custom_vmap
    def contract(x: Array, kernel: Array) -> Array:
        return _xla(x, kernel, strides, padding, dilation)

    @contract.def_vmap
    def _(members: int, mapped: Any, x: Array, kernel: Array) -> tuple[Array, bool]:
        if not mapped[1]:
            y = contract(x.reshape(-1, *x.shape[2:]), kernel)
            return y.reshape(members, -1, *y.shape[1:]), True
        if not mapped[0]:
            return lax.map(lambda k: contract(x, k), kernel), True
        return lax.map(lambda pair: contract(*pair), (x, kernel)), True

    return contract
