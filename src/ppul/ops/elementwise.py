"""Functions of each element: powers and logarithms, roundings, trigonometry, parts of numbers."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from ppul.core.settings import floatx
from ppul.core.types import Array
from ppul.ops.tensors import Tensor, op


@op
def abs(x: Tensor) -> Array:
    """Return the size of each number."""
    return jnp.abs(x)


@op
def fabs(x: Tensor) -> Array:
    """Return the size of each number, as a float."""
    return jnp.fabs(x)


@op
def negative(x: Tensor) -> Array:
    """Return `-x`."""
    return jnp.negative(x)


@op
def sign(x: Tensor) -> Array:
    """Return -1, 0 or 1 for numbers below, at or above zero."""
    return jnp.sign(x)


@op
def signbit(x: Tensor) -> Array:
    """Return whether the sign bit is set, as it is of -0.0 too."""
    return jnp.signbit(x)


@op
def square(x: Tensor) -> Array:
    """Return `x * x`."""
    return jnp.square(x)


@op
def sqrt(x: Tensor) -> Array:
    """Return the square root."""
    return jnp.sqrt(x)


@op
def rsqrt(x: Tensor) -> Array:
    """Return one over the square root."""
    return jax.lax.rsqrt(_floats(x))


@op
def cbrt(x: Tensor) -> Array:
    """Return the cube root.

    Example:
        >>> cbrt([-8.0, 27.0]).round(3).tolist()
        [-2.0, 3.0]
    """
    return jnp.cbrt(x)


@op
def reciprocal(x: Tensor) -> Array:
    """Return `1 / x`."""
    return jnp.reciprocal(x)


@op
def exp(x: Tensor) -> Array:
    """Return e to the power of `x`."""
    return jnp.exp(x)


@op
def exp2(x: Tensor) -> Array:
    """Return 2 to the power of `x`."""
    return jnp.exp2(x)


@op
def expm1(x: Tensor) -> Array:
    """Return `exp(x) - 1`, exact near zero."""
    return jnp.expm1(x)


@op
def log(x: Tensor) -> Array:
    """Return the natural logarithm."""
    return jnp.log(x)


@op
def log2(x: Tensor) -> Array:
    """Return the logarithm to base 2."""
    return jnp.log2(x)


@op
def log10(x: Tensor) -> Array:
    """Return the logarithm to base 10."""
    return jnp.log10(x)


@op
def log1p(x: Tensor) -> Array:
    """Return `log(1 + x)`, exact near zero."""
    return jnp.log1p(x)


@op
def ceil(x: Tensor) -> Array:
    """Return the least whole number not below `x`, as a float."""
    return jnp.ceil(_floats(x))


@op
def floor(x: Tensor) -> Array:
    """Return the greatest whole number not above `x`, as a float."""
    return jnp.floor(_floats(x))


@op
def trunc(x: Tensor) -> Array:
    """Return `x` without its fraction."""
    return jnp.trunc(x)


@op
def round(x: Tensor, decimals: int = 0) -> Array:
    """Return `x` rounded to a number of decimals, halves to even.

    Args:
        x: Any shape.
        decimals: Number of decimals; negative for tens, hundreds, ...

    Example:
        >>> round([0.5, 1.5, 2.25], 1).tolist(), round([125], -1).tolist()
        ([0.5, 1.5, 2.2], [120])
    """
    if jnp.issubdtype(x.dtype, jnp.inexact):
        return jnp.round(x, decimals)
    # Integers have decimals only to the left of the point.
    return x if decimals >= 0 else jnp.round(_floats(x), decimals).astype(x.dtype)


@op
def clip(x: Tensor, x_min: Tensor | None, x_max: Tensor | None) -> Array:
    """Return `x` kept between two bounds; None is no bound.

    Example:
        >>> clip([-1, 2, 9], 0, 5).tolist()
        [0, 2, 5]
    """
    return jnp.clip(x, x_min, x_max)


@op
def nan_to_num(
    x: Tensor, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None
) -> Array:
    """Return `x` with numbers in place of what are none.

    Args:
        x: Any shape.
        nan: What stands for NaN.
        posinf: What stands for infinity; the largest number of the dtype by default.
        neginf: What stands for minus infinity; the lowest number by default.
    """
    return jnp.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


@op
def sin(x: Tensor) -> Array:
    """Return the sine of an angle in radians."""
    return jnp.sin(x)


@op
def cos(x: Tensor) -> Array:
    """Return the cosine of an angle in radians."""
    return jnp.cos(x)


@op
def tan(x: Tensor) -> Array:
    """Return the tangent of an angle in radians."""
    return jnp.tan(x)


@op
def arcsin(x: Tensor) -> Array:
    """Return the angle whose sine is `x`, in radians."""
    return jnp.arcsin(x)


@op
def arccos(x: Tensor) -> Array:
    """Return the angle whose cosine is `x`, in radians."""
    return jnp.arccos(x)


@op
def arctan(x: Tensor) -> Array:
    """Return the angle whose tangent is `x`, in radians."""
    return jnp.arctan(x)


@op
def sinh(x: Tensor) -> Array:
    """Return the hyperbolic sine."""
    return jnp.sinh(x)


@op
def cosh(x: Tensor) -> Array:
    """Return the hyperbolic cosine."""
    return jnp.cosh(x)


@op
def arcsinh(x: Tensor) -> Array:
    """Return the number whose hyperbolic sine is `x`."""
    return jnp.arcsinh(x)


@op
def arccosh(x: Tensor) -> Array:
    """Return the number whose hyperbolic cosine is `x`."""
    return jnp.arccosh(x)


@op
def arctanh(x: Tensor) -> Array:
    """Return the number whose hyperbolic tangent is `x`."""
    return jnp.arctanh(x)


@op
def deg2rad(x: Tensor) -> Array:
    """Return degrees in radians."""
    return jnp.deg2rad(x)


@op
def rad2deg(x: Tensor) -> Array:
    """Return radians in degrees."""
    return jnp.rad2deg(x)


@op
def sinc(x: Tensor) -> Array:
    """Return `sin(pi * x) / (pi * x)`, 1 at zero."""
    return jnp.sinc(x)


@op
def i0(x: Tensor) -> Array:
    """Return the modified Bessel function of the first kind and order 0."""
    return jnp.i0(x)


@op
def erf(x: Tensor) -> Array:
    """Return the error function."""
    return jax.lax.erf(_floats(x))


@op
def erfc(x: Tensor) -> Array:
    """Return `1 - erf(x)`, exact where it is small."""
    return jax.lax.erfc(_floats(x))


@op
def erfinv(x: Tensor) -> Array:
    """Return the number whose error function is `x`.

    Example:
        >>> erfinv(erf([0.5])).round(3).tolist()
        [0.5]
    """
    return jax.lax.erf_inv(_floats(x))


@op
def real(x: Tensor) -> Array:
    """Return the real part."""
    return jnp.real(x)


@op
def imag(x: Tensor) -> Array:
    """Return the imaginary part."""
    return jnp.imag(x)


@op
def angle(x: Tensor) -> Array:
    """Return the angle of complex numbers in radians.

    Example:
        >>> angle([1j, -1.0]).round(3).tolist()
        [1.571, 3.142]
    """
    return jnp.angle(x)


@op
def conjugate(x: Tensor) -> Array:
    """Return complex numbers with the other sign of their imaginary parts."""
    return jnp.conjugate(x)


@op
def polar(abs_: Tensor, angle: Tensor) -> Array:
    """Return the complex numbers of given size and angle.

    Example:
        >>> polar([2.0], [0.0]).tolist()
        [(2+0j)]
    """
    return jax.lax.complex(abs_ * jnp.cos(angle), abs_ * jnp.sin(angle))


def _floats(x: Array) -> Array:
    return x if jnp.issubdtype(x.dtype, jnp.inexact) else x.astype(floatx())
