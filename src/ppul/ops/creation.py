"""Tensors of a shape, a range or a pattern; without a dtype they are of `floatx()`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp

from ppul.core.dtypes import result_type, standardize_dtype
from ppul.core.types import Array
from ppul.ops.conversion import cast, convert_to_tensor
from ppul.ops.tensors import Tensor, dtype_name, op


def arange(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> Array:
    """Return the numbers from `start` up to, but without, `stop`.

    Args:
        start: First number; the end where it is the only argument.
        stop: End.
        step: Distance, 1 by default.
        dtype: Dtype of the result; int32, or `floatx()` if an argument is a float.

    Example:
        >>> arange(3).tolist(), arange(0, 1, 0.5).tolist()
        ([0, 1, 2], [0.0, 0.5])
    """
    if dtype is None:
        given = [value for value in (start, stop, step) if value is not None]
        dtype = result_type(*(getattr(value, "dtype", type(value)) for value in given))
    return jnp.arange(start, stop, step, standardize_dtype(dtype))


def array(x: Any, dtype: Any = None) -> Any:
    """Return `x` as a tensor.

    Example:
        >>> array([1, 2], dtype="float16").dtype
        dtype('float16')
    """
    return convert_to_tensor(x, dtype)


def empty(shape: int | Sequence[int], dtype: Any = None) -> Array:
    """Return a tensor that waits for its values; XLA has none without, so they are zeros."""
    return zeros(shape, dtype)


@op
def empty_like(x: Tensor, dtype: Any = None) -> Array:
    """Return a tensor that waits for its values, of the shape, and the dtype, of another."""
    return jnp.empty_like(x, dtype=dtype_name(dtype))


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Array:
    """Return zeros with ones on a diagonal.

    Args:
        N: Number of rows.
        M: Number of columns; `N` by default.
        k: Which diagonal: positive above the main one, negative below.
        dtype: Dtype of the result.

    Example:
        >>> eye(2, 3, k=1).tolist()
        [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    return jnp.eye(N, M, k, standardize_dtype(dtype))


def full(shape: int | Sequence[int], fill_value: Tensor, dtype: Any = None) -> Array:
    """Return a tensor with one value everywhere; it may be an array that broadcasts.

    Example:
        >>> full((2, 2), 7, "int32").tolist()
        [[7, 7], [7, 7]]
    """
    return jnp.full(shape, convert_to_tensor(fill_value), standardize_dtype(dtype))


@op
def full_like(x: Tensor, fill_value: Tensor, dtype: Any = None) -> Array:
    """Return a tensor with one value everywhere, of the shape, and the dtype, of another."""
    return jnp.full_like(x, fill_value, dtype=dtype_name(dtype))


def identity(n: int, dtype: Any = None) -> Array:
    """Return a square of zeros with ones on the main diagonal."""
    return eye(n, dtype=dtype)


def ones(shape: int | Sequence[int], dtype: Any = None) -> Array:
    """Return ones."""
    return jnp.ones(shape, standardize_dtype(dtype))


@op
def ones_like(x: Tensor, dtype: Any = None) -> Array:
    """Return ones, of the shape, and the dtype, of another tensor."""
    return jnp.ones_like(x, dtype=dtype_name(dtype))


def zeros(shape: int | Sequence[int], dtype: Any = None) -> Array:
    """Return zeros."""
    return jnp.zeros(shape, standardize_dtype(dtype))


@op
def zeros_like(x: Tensor, dtype: Any = None) -> Array:
    """Return zeros, of the shape, and the dtype, of another tensor."""
    return jnp.zeros_like(x, dtype=dtype_name(dtype))


def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Array:
    """Return ones on and below a diagonal, zeros above.

    Example:
        >>> tri(3, dtype="int32").tolist()
        [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    """
    return jnp.tri(N, M, k, standardize_dtype(dtype))


@op
def linspace(
    start: Tensor,
    stop: Tensor,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """Return numbers at equal distances.

    Args:
        start: First numbers, of any shape.
        stop: Last numbers, or the ends.
        num: How many.
        endpoint: Whether `stop` is the last of them.
        retstep: Whether to return the distance too.
        dtype: Dtype of the result.
        axis: Where in the result the numbers follow each other.

    Example:
        >>> linspace(0, 1, 3).tolist()
        [0.0, 0.5, 1.0]
    """
    return jnp.linspace(start, stop, num, endpoint, retstep, dtype_name(dtype), axis=axis)


@op
def logspace(
    start: Tensor,
    stop: Tensor,
    num: int = 50,
    endpoint: bool = True,
    base: float = 10,
    dtype: Any = None,
    axis: int = 0,
) -> Array:
    """Return powers of `base`, their exponents at equal distances from `start` to `stop`.

    Example:
        >>> logspace(0, 2, 3).round().tolist()
        [1.0, 10.0, 100.0]
    """
    return jnp.logspace(start, stop, num, endpoint, base, dtype_name(dtype), axis=axis)


@op
def geomspace(
    start: Tensor,
    stop: Tensor,
    num: int = 50,
    endpoint: bool = True,
    dtype: Any = None,
    axis: int = 0,
) -> Array:
    """Return numbers from `start` to `stop`, each the same multiple of the one before.

    Example:
        >>> geomspace(1, 100, 3).round().tolist()
        [1.0, 10.0, 100.0]
    """
    return jnp.geomspace(start, stop, num, endpoint, dtype_name(dtype), axis=axis)


@op
def meshgrid(*x: Tensor, indexing: str = "xy") -> list[Array]:
    """Return the coordinates of a grid, a tensor for each axis.

    Args:
        *x: The coordinates along each axis, vectors.
        indexing: "xy": the first axis runs along the columns; "ij": along the rows.

    Example:
        >>> [part.tolist() for part in meshgrid([1, 2], [3, 4, 5])]
        [[[1, 2], [1, 2], [1, 2]], [[3, 3], [4, 4], [5, 5]]]
    """
    return list(jnp.meshgrid(*x, indexing=indexing))


@op
def vander(x: Tensor, N: int | None = None, increasing: bool = False) -> Array:
    """Return the powers of each number: (n,) becomes (n, N), the highest power first.

    Example:
        >>> vander([2, 3], N=3).tolist()
        [[4, 2, 1], [9, 3, 1]]
    """
    return jnp.vander(x, N, increasing)


def bartlett(x: int) -> Array:
    """Return a triangle of `x` points, zero at both ends."""
    return cast(jnp.bartlett(int(x)), None)


def blackman(x: int) -> Array:
    """Return Blackman's window of `x` points."""
    return cast(jnp.blackman(int(x)), None)


def hamming(x: int) -> Array:
    """Return Hamming's window of `x` points."""
    return cast(jnp.hamming(int(x)), None)


def hanning(x: int) -> Array:
    """Return Hann's window of `x` points.

    Example:
        >>> hanning(3).tolist()
        [0.0, 1.0, 0.0]
    """
    return cast(jnp.hanning(int(x)), None)


def kaiser(x: int, beta: float) -> Array:
    """Return Kaiser's window of `x` points; the larger `beta`, the narrower."""
    return cast(jnp.kaiser(int(x), beta), None)


def _or_same(dtype: Any) -> str | None:
    """The name of a dtype; None stands for that of the operands."""
    return None if dtype is None else standardize_dtype(dtype)
