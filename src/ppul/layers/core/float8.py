"""Products in floats of eight bits, whose scales follow the largest values of the steps before.

Scales and histories are weights whose gradient is their next value: optimizers put it in their place.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ppul.core.types import Array
from ppul.quantizers.float8 import (
    compute_float8_amax_history,
    compute_float8_scale,
    quantize_and_dequantize,
)

# What is multiplied has more digits, gradients have more range.
_FORWARD, _BACKWARD = "float8_e4m3fn", "float8_e5m2"
_SCALED = ("inputs", "kernel", "outputs_grad")
NAMES = tuple(f"{what}_{part}" for what in _SCALED for part in ("scale", "amax_history"))


def add_float8_variables(layer: Any, history_length: int) -> None:
    """Make scales and histories of a layer.

    Args:
        layer: The layer.
        history_length: For how many steps the largest values are remembered.
    """
    for name in NAMES:
        scale = name.endswith("scale")
        variable = layer.add_weight(
            () if scale else (history_length,),
            "ones" if scale else "zeros",
            "float32",
            autocast=False,
            overwrite_with_gradient=True,
            name=name,
        )
        setattr(layer, name, variable)


def float8_product(layer: Any, product: Any, inputs: Array, kernel: Array) -> Array:
    """Return a product of the input and the kernel, both rounded to eight bits.

    Args:
        layer: The layer, with scales and histories.
        product: A function of two arrays.
        inputs: The input.
        kernel: The kernel.
    """
    scales = [getattr(layer, name).value for name in NAMES]
    inputs = _rounded(inputs, scales[0], scales[1])
    outputs = product(inputs, _rounded(kernel, scales[2], scales[3]))
    return _rounding_gradients(outputs, scales[4], scales[5])


def _next(x: Array, scale: Array, history: Array, dtype: str) -> tuple[Array, Array, Array]:
    """The values rounded, the next scale and the next history."""
    largest = float(jnp.finfo(dtype).max)
    rounded = quantize_and_dequantize(x, scale, dtype, x.dtype.name)
    scale = compute_float8_scale(jnp.max(history), scale, largest)
    return rounded, scale, compute_float8_amax_history(x, history)


@jax.custom_vjp
def _rounded(x: Array, scale: Array, history: Array) -> Array:
    return _next(x, scale, history, _FORWARD)[0]


def _rounded_forward(x: Array, scale: Array, history: Array) -> Any:
    rounded, *changed = _next(x, scale, history, _FORWARD)
    return rounded, tuple(changed)


def _rounded_backward(changed: Any, gradient: Array) -> Any:
    return (gradient, *changed)


_rounded.defvjp(_rounded_forward, _rounded_backward)


@jax.custom_vjp
def _rounding_gradients(x: Array, _scale: Array, _history: Array) -> Array:
    return x


def _gradients_forward(x: Array, scale: Array, history: Array) -> Any:
    return x, (scale, history)


def _gradients_backward(kept: Any, gradient: Array) -> Any:
    scale, history = kept
    return _next(gradient, scale, history, _BACKWARD)


_rounding_gradients.defvjp(_gradients_forward, _gradients_backward)
