"""Quantization that is only acted: floats that whole numbers could stand for."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ppul.core.operation import op
from ppul.core.types import Array


@op
def fake_quant_with_min_max_vars(
    inputs: Any,
    min_vals: Any,
    max_vals: Any,
    num_bits: int = 8,
    narrow_range: bool = False,
    axis: int | None = None,
) -> Array:
    """Return inputs rounded to evenly spaced values between a least and a largest one.

    The range is moved so that zero is one of the values. Gradients pass to the inputs inside it, and
    to its ends from inputs outside.

    Args:
        inputs: Floats.
        min_vals: The least value, or one for each element along `axis`.
        max_vals: The largest, likewise.
        num_bits: Bits of the numbers that could stand for the values.
        narrow_range: Whether one value fewer is used, as zero is not.
        axis: The axis along which ranges differ; None for one range.

    Source: Jacob et al. 2017, arXiv:1712.05877

    Example:
        >>> fake_quant_with_min_max_vars(
        ...     jnp.array([-9.0, 0.4, 1.9]), -1.0, 2.0, num_bits=2
        ... ).tolist()
        [-1.0, 0.0, 2.0]
    """
    inputs = jnp.asarray(inputs)
    shape = [1] * inputs.ndim
    if axis is not None:
        shape[axis] = inputs.shape[axis]
    low, high = (
        jnp.asarray(end, inputs.dtype).reshape(shape if jnp.ndim(end) else ())
        for end in (min_vals, max_vals)
    )
    return _rounded(inputs, low, high, num_bits, narrow_range)


def _moved(low: Array, high: Array, num_bits: int, narrow_range: bool) -> tuple[Array, ...]:
    """The ends of the range, moved so that zero is one of the values, and the distance of these."""
    first, last = (1.0 if narrow_range else 0.0), 2.0**num_bits - 1
    step = (high - low) / (last - first)
    zero = jnp.clip(jnp.round(first - low / step), first, last)
    return (first - zero) * step, (last - zero) * step, step


@jax.custom_vjp
def _rounded(x: Array, low: Array, high: Array, num_bits: int, narrow_range: bool) -> Array:
    low, high, step = _moved(low, high, num_bits, narrow_range)
    steps = jnp.floor((jnp.clip(x, low, high) - low) / step + 0.5)
    return steps * step + low


def _forward(x: Array, low: Array, high: Array, num_bits: int, narrow_range: bool) -> Any:
    ends = _moved(low, high, num_bits, narrow_range)[:2]
    return _rounded(x, low, high, num_bits, narrow_range), (x, *ends)


def _backward(kept: Any, gradient: Array) -> Any:
    x, low, high = kept
    over = tuple(i for i in range(x.ndim) if low.ndim == 0 or low.shape[i] == 1)

    def summed(outside: Array) -> Array:
        return jnp.where(outside, gradient, 0).sum(over, keepdims=low.ndim > 0)

    inside = (x >= low) & (x <= high)
    return jnp.where(inside, gradient, 0), summed(x < low), summed(x > high), None, None


_rounded.defvjp(_forward, _backward)
