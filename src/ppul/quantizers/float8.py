"""Floats of eight bits, scaled by the largest values of the steps before."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.operation import op
from ppul.core.types import Array


@op
def compute_float8_scale(amax: Any, scale: Any, dtype_max: float, margin: int = 0) -> Array:
    """Return what to divide values by, so that the largest is the largest that a dtype holds.

    Args:
        amax: The largest absolute value.
        scale: What was divided by before: kept where `amax` is zero or not finite.
        dtype_max: The largest value of the dtype.
        margin: Powers of two that are left free above.

    Example:
        >>> float(compute_float8_scale(224.0, 1.0, 448.0))
        0.5
    """
    amax = jnp.asarray(amax)
    new = amax * 2.0**margin / dtype_max
    return jnp.where((amax > 0) & jnp.isfinite(amax), new, scale)


@op
def compute_float8_amax_history(x: Any, amax_history: Any) -> Array:
    """Return the largest absolute values of the last steps, that of `x` put first.

    Args:
        x: The values of this step.
        amax_history: Those of the steps before, the oldest second.

    Example:
        >>> compute_float8_amax_history(jnp.array([-7.0, 3.0]), jnp.arange(4.0)).tolist()
        [7.0, 2.0, 3.0, 0.0]
    """
    history = jnp.roll(jnp.asarray(amax_history), -1)
    return history.at[0].set(jnp.max(jnp.abs(x)).astype(history.dtype))


@op
def quantize_and_dequantize(
    inputs: Any, scale: Any, quantized_dtype: str, compute_dtype: str
) -> Array:
    """Return values rounded to what a dtype can hold of them when divided by `scale`.

    Args:
        inputs: The values.
        scale: What they are divided by.
        quantized_dtype: The dtype they are rounded to, such as "float8_e4m3fn"; values beyond its
            largest become that.
        compute_dtype: Dtype of the result.

    Example:
        >>> x = jnp.array([1000.0, -3.3])
        >>> quantize_and_dequantize(x, 2.0, "float8_e4m3fn", "float32").tolist()
        [896.0, -3.25]
    """
    largest = float(jnp.finfo(quantized_dtype).max)
    scale = jnp.asarray(scale, compute_dtype)
    scaled = jnp.clip(jnp.asarray(inputs).astype(compute_dtype) / scale, -largest, largest)
    return scaled.astype(quantized_dtype).astype(compute_dtype) * scale
