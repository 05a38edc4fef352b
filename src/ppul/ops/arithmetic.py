"""Functions of two numbers each, with broadcasting."""

from __future__ import annotations

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.ops.tensors import Tensor, op


@op
def add(x1: Tensor, x2: Tensor) -> Array:
    """Return `x1 + x2`."""
    return jnp.add(x1, x2)


@op
def subtract(x1: Tensor, x2: Tensor) -> Array:
    """Return `x1 - x2`."""
    return jnp.subtract(x1, x2)


@op
def multiply(x1: Tensor, x2: Tensor) -> Array:
    """Return `x1 * x2`."""
    return jnp.multiply(x1, x2)


@op
def divide(x1: Tensor, x2: Tensor) -> Array:
    """Return `x1 / x2`, as floats."""
    return jnp.true_divide(x1, x2)


@op
def divide_no_nan(x1: Tensor, x2: Tensor) -> Array:
    """Return `x1 / x2`, and 0 where `x2` is 0.

    Example:
        >>> divide_no_nan([1.0, 6.0], [0.0, 2.0]).tolist()
        [0.0, 3.0]
    """
    # Where the quotient is not used, it must be finite, or its gradient would be NaN.
    return jnp.where(x2 == 0, 0, x1 / jnp.where(x2 == 0, 1, x2))


@op
def floor_divide(x1: Tensor, x2: Tensor) -> Array:
    """Return `x1 / x2` rounded down."""
    return jnp.floor_divide(x1, x2)


@op
def mod(x1: Tensor, x2: Tensor) -> Array:
    """Return the rest of a division that is rounded down: it has the sign of `x2`.

    Example:
        >>> mod(-7, 3).item(), fmod(-7, 3).item()
        (2, -1)
    """
    return jnp.mod(x1, x2)


@op
def fmod(x1: Tensor, x2: Tensor) -> Array:
    """Return the rest of a division that is rounded towards zero: it has the sign of `x1`."""
    return jnp.fmod(x1, x2)


@op
def power(x1: Tensor, x2: Tensor) -> Array:
    """Return `x1` to the power of `x2`."""
    return jnp.power(x1, x2)


@op
def maximum(x1: Tensor, x2: Tensor) -> Array:
    """Return the larger of two numbers; NaN if one is."""
    return jnp.maximum(x1, x2)


@op
def minimum(x1: Tensor, x2: Tensor) -> Array:
    """Return the smaller of two numbers; NaN if one is."""
    return jnp.minimum(x1, x2)


@op
def fmax(x1: Tensor, x2: Tensor) -> Array:
    """Return the larger of two numbers; the other one if one is NaN."""
    return jnp.fmax(x1, x2)


@op
def fmin(x1: Tensor, x2: Tensor) -> Array:
    """Return the smaller of two numbers; the other one if one is NaN."""
    return jnp.fmin(x1, x2)


@op
def hypot(x1: Tensor, x2: Tensor) -> Array:
    """Return the length of the hypotenuse, without overflow.

    Example:
        >>> hypot(3.0, 4.0).item()
        5.0
    """
    return jnp.hypot(x1, x2)


@op
def arctan2(x1: Tensor, x2: Tensor) -> Array:
    """Return the angle of the point (x2, x1), in radians from -pi to pi."""
    return jnp.arctan2(x1, x2)


@op
def gcd(x1: Tensor, x2: Tensor) -> Array:
    """Return the greatest common divisor of integers."""
    return jnp.gcd(x1, x2)


@op
def lcm(x1: Tensor, x2: Tensor) -> Array:
    """Return the least common multiple of integers."""
    return jnp.lcm(x1, x2)


@op
def heaviside(x1: Tensor, x2: Tensor) -> Array:
    """Return 0 where `x1` is negative, 1 where it is positive, `x2` where it is zero."""
    return jnp.heaviside(x1, x2)


@op
def ldexp(x1: Tensor, x2: Tensor) -> Array:
    """Return `x1 * 2**x2` for integers `x2`."""
    return jnp.ldexp(x1, x2)


@op
def logaddexp(x1: Tensor, x2: Tensor) -> Array:
    """Return `log(exp(x1) + exp(x2))`, without overflow."""
    return jnp.logaddexp(x1, x2)


@op
def logaddexp2(x1: Tensor, x2: Tensor) -> Array:
    """Return `log2(2**x1 + 2**x2)`, without overflow."""
    return jnp.logaddexp2(x1, x2)


@op
def nextafter(x1: Tensor, x2: Tensor) -> Array:
    """Return the float next to `x1` in the direction of `x2`."""
    return jnp.nextafter(x1, x2)
