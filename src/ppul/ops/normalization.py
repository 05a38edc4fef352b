"""Normalizations: each sample, or a part of it, brought to zero mean and a size of one.

All are one map, whose gradient is written here: derived by JAX it reads and writes the arrays
twice as often. Halves are computed in float32.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from ppul.core import settings
from ppul.core.types import Array, ArrayLike
from ppul.ops.convolution import add_bias
from ppul.ops.lowering import channel_sum, materialize
from ppul.ops.tensors import op

Axes = int | Sequence[int]


@op
def layer_normalization(
    x: ArrayLike,
    gamma: ArrayLike | None = None,
    beta: ArrayLike | None = None,
    axis: Axes = -1,
    epsilon: float | None = None,
    rms_scaling: bool = False,
) -> Array:
    """Normalize over some axes: `(x - mean) / sqrt(variance + epsilon) * gamma + beta`.

    Args:
        x: Any shape.
        gamma: Factors, of the shape of those axes; none by default.
        beta: Added, of the shape of those axes; nothing by default.
        axis: The axis, or axes, over which mean and variance are taken.
        epsilon: Added to the variance; `config.epsilon()` by default.
        rms_scaling: Whether only to divide, and neither to subtract the mean nor to add `beta`.

    Returns:
        An array of the shape and float type of `x`.

    Source: Ba, Kiros, Hinton 2016, arXiv:1607.06450

    Example:
        >>> layer_normalization(jnp.array([[1.0, 3.0]])).round(3).tolist()
        [[-1.0, 1.0]]
    """
    x, axes, epsilon = _prepared(x, axis, epsilon)
    if rms_scaling:
        deviation = jnp.sqrt(jnp.var(_wide(x), axes, keepdims=True) + epsilon)
        return _scaled(_wide(x) / deviation, gamma, axes).astype(x.dtype)
    return _shifted(_scaled(standardize(_wide(x), axes, epsilon), gamma, axes), beta, axes).astype(
        x.dtype
    )


@op
def rms_normalization(
    x: ArrayLike,
    scale: ArrayLike | None = None,
    axis: Axes = -1,
    epsilon: float | None = None,
) -> Array:
    """Divide by the root of the mean square over some axes: `x / sqrt(mean(x^2) + epsilon) * scale`.

    Args:
        x: Any shape.
        scale: Factors, of the shape of those axes; none by default.
        axis: The axis, or axes, over which the mean is taken.
        epsilon: Added to the mean square; `config.epsilon()` by default.

    Returns:
        An array of the shape and float type of `x`.

    Source: Zhang and Sennrich 2019, arXiv:1910.07467

    Example:
        >>> rms_normalization(jnp.array([[3.0, 3.0]])).round(3).tolist()
        [[1.0, 1.0]]
    """
    x, axes, epsilon = _prepared(x, axis, epsilon)
    y = standardize(_wide(x), axes, epsilon, centered=False)
    return _scaled(y, scale, axes).astype(x.dtype)


def standardize(x: Array, axes: tuple[int, ...], epsilon: float, *, centered: bool = True) -> Array:
    """Return `x`, less its mean if `centered`, divided by the root of the mean square of that.

    Args:
        x: Any shape, float32 or wider.
        axes: Axes over which the means are taken, counted from the front.
        epsilon: Added to the mean square.
        centered: Whether the mean is subtracted.

    Returns:
        An array of the shape of `x`.
    """
    return _standardize(x, axes, epsilon, centered)


@functools.partial(jax.custom_vjp, nondiff_argnums=(1, 2, 3))
def _standardize(x: Array, axes: tuple[int, ...], epsilon: float, centered: bool) -> Array:
    return _standardize_forward(x, axes, epsilon, centered)[0]


def _standardize_forward(
    x: Array, axes: tuple[int, ...], epsilon: float, centered: bool
) -> tuple[Array, Any]:
    if centered:
        x = x - jnp.mean(x, axes, keepdims=True)
    inverse = lax.rsqrt(jnp.mean(jnp.square(x), axes, keepdims=True) + epsilon)
    y = materialize(x * inverse)
    return y, (y, inverse)


def _standardize_backward(
    axes: tuple[int, ...], _: float, centered: bool, saved: Any, dy: Array
) -> tuple[Array]:
    y, inverse = saved
    dy = materialize(dy)
    dx = dy - y * jnp.mean(dy * y, axes, keepdims=True)
    if centered:
        dx = dx - jnp.mean(dy, axes, keepdims=True)
    return (dx * inverse,)


_standardize.defvjp(_standardize_forward, _standardize_backward)


@jax.custom_vjp
def scale_channels(x: Array, scale: Array) -> Array:
    """Multiply each channel by a number, whose gradient is the fast `channel_sum`.

    Args:
        x: (..., channels).
        scale: (channels,).

    Returns:
        x * scale.
    """
    return x * scale


def _scale_channels_backward(saved: Any, dy: Array) -> tuple[Array, Array]:
    x, scale = saved
    dy = materialize(dy)
    return dy * scale, channel_sum(materialize(x * dy))


scale_channels.defvjp(lambda x, scale: (x * scale, (x, scale)), _scale_channels_backward)


def _prepared(x: ArrayLike, axis: Axes, epsilon: float | None) -> tuple[Array, Any, float]:
    x = jnp.asarray(x)
    if not jnp.issubdtype(x.dtype, jnp.floating):
        x = x.astype(settings.floatx())
    axes = (axis,) if isinstance(axis, int) else tuple(axis)
    axes = tuple(sorted(a % x.ndim for a in axes))
    return x, axes, settings.epsilon() if epsilon is None else epsilon


def _wide(x: Array) -> Array:
    return x.astype(jnp.promote_types(x.dtype, jnp.float32))


def _scaled(x: Array, scale: ArrayLike | None, axes: tuple[int, ...]) -> Array:
    if scale is None:
        return x
    scale = jnp.asarray(scale).astype(x.dtype)
    if axes == (x.ndim - 1,):
        return scale_channels(x, scale)
    return x * scale.reshape(_along(x, axes))


def _shifted(x: Array, offset: ArrayLike | None, axes: tuple[int, ...]) -> Array:
    if offset is None:
        return x
    offset = jnp.asarray(offset).astype(x.dtype)
    if axes == (x.ndim - 1,):
        return add_bias(x, offset)
    return x + offset.reshape(_along(x, axes))


def _along(x: Array, axes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(size if axis in axes else 1 for axis, size in enumerate(x.shape))
