"""Questions answered by true or false, and operations on bits."""

from __future__ import annotations

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.ops.tensors import Axes, Tensor, op


@op
def equal(x1: Tensor, x2: Tensor) -> Array:
    """Return whether `x1 == x2`."""
    return jnp.equal(x1, x2)


@op
def not_equal(x1: Tensor, x2: Tensor) -> Array:
    """Return whether `x1 != x2`."""
    return jnp.not_equal(x1, x2)


@op
def less(x1: Tensor, x2: Tensor) -> Array:
    """Return whether `x1 < x2`."""
    return jnp.less(x1, x2)


@op
def less_equal(x1: Tensor, x2: Tensor) -> Array:
    """Return whether `x1 <= x2`."""
    return jnp.less_equal(x1, x2)


@op
def greater(x1: Tensor, x2: Tensor) -> Array:
    """Return whether `x1 > x2`."""
    return jnp.greater(x1, x2)


@op
def greater_equal(x1: Tensor, x2: Tensor) -> Array:
    """Return whether `x1 >= x2`."""
    return jnp.greater_equal(x1, x2)


@op
def isclose(
    x1: Tensor, x2: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Array:
    """Return whether `|x1 - x2| <= atol + rtol * |x2|`.

    Args:
        x1: Any shape.
        x2: A shape that broadcasts with it.
        rtol: Difference allowed, as a part of `x2`.
        atol: Difference allowed besides.
        equal_nan: Whether NaN is close to NaN.

    Example:
        >>> isclose([1.0, 1.0], [1.000001, 1.1]).tolist()
        [True, False]
    """
    return jnp.isclose(x1, x2, rtol, atol, equal_nan)


@op
def allclose(
    x1: Tensor, x2: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Array:
    """Return whether all elements are close, as `isclose` says."""
    return jnp.allclose(x1, x2, rtol, atol, equal_nan)


@op
def isfinite(x: Tensor) -> Array:
    """Return whether each number is neither infinite nor NaN."""
    return jnp.isfinite(x)


@op
def isinf(x: Tensor) -> Array:
    """Return whether each number is infinite."""
    return jnp.isinf(x)


@op
def isnan(x: Tensor) -> Array:
    """Return whether each number is NaN."""
    return jnp.isnan(x)


@op
def isneginf(x: Tensor) -> Array:
    """Return whether each number is minus infinity."""
    return jnp.isneginf(x)


@op
def isposinf(x: Tensor) -> Array:
    """Return whether each number is plus infinity."""
    return jnp.isposinf(x)


@op
def isreal(x: Tensor) -> Array:
    """Return whether the imaginary part of each number is zero."""
    return jnp.isreal(x)


@op
def isin(x1: Tensor, x2: Tensor, assume_unique: bool = False, invert: bool = False) -> Array:
    """Return whether each element of `x1` is one of those of `x2`.

    Args:
        x1: Any shape.
        x2: Any shape.
        assume_unique: Whether no element comes twice, in `x1` nor in `x2`.
        invert: Whether to return the opposite.

    Example:
        >>> isin([1, 2, 3], [3, 1]).tolist()
        [True, False, True]
    """
    return jnp.isin(x1, x2, assume_unique=assume_unique, invert=invert)


@op
def all(x: Tensor, axis: Axes = None, keepdims: bool = False) -> Array:
    """Return whether all elements along the axes are true."""
    return jnp.all(x, axis, keepdims=keepdims)


@op
def any(x: Tensor, axis: Axes = None, keepdims: bool = False) -> Array:
    """Return whether any element along the axes is true."""
    return jnp.any(x, axis, keepdims=keepdims)


@op
def logical_and(x1: Tensor, x2: Tensor) -> Array:
    """Return whether both are true; numbers are, unless zero."""
    return jnp.logical_and(x1, x2)


@op
def logical_or(x1: Tensor, x2: Tensor) -> Array:
    """Return whether one, or both, are true."""
    return jnp.logical_or(x1, x2)


@op
def logical_xor(x1: Tensor, x2: Tensor) -> Array:
    """Return whether one is true and the other is not."""
    return jnp.logical_xor(x1, x2)


@op
def logical_not(x: Tensor) -> Array:
    """Return whether it is false."""
    return jnp.logical_not(x)


@op
def bitwise_and(x: Tensor, y: Tensor) -> Array:
    """Return the bits set in both integers."""
    return jnp.bitwise_and(x, y)


@op
def bitwise_or(x: Tensor, y: Tensor) -> Array:
    """Return the bits set in one of two integers, or in both."""
    return jnp.bitwise_or(x, y)


@op
def bitwise_xor(x: Tensor, y: Tensor) -> Array:
    """Return the bits in which two integers differ."""
    return jnp.bitwise_xor(x, y)


@op
def bitwise_not(x: Tensor) -> Array:
    """Return integers with all their bits the other way round."""
    return jnp.bitwise_not(x)


@op
def left_shift(x: Tensor, y: Tensor) -> Array:
    """Return the bits of `x` moved up by `y` places."""
    return jnp.left_shift(x, y)


@op
def right_shift(x: Tensor, y: Tensor) -> Array:
    """Return the bits of `x` moved down by `y` places; the sign stays."""
    return jnp.right_shift(x, y)
