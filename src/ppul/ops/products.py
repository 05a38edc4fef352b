"""Products of matrices, vectors and tensors.

Products of small integers are summed in int32.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.ops.tensors import Tensor, op


@op
def matmul(x1: Tensor, x2: Tensor) -> Array:
    """Return products of matrices along the last two axes; a vector is a row or a column.

    Example:
        >>> matmul([[1, 2], [3, 4]], [1, 1]).tolist()
        [3, 7]
    """
    return jnp.matmul(x1, x2, preferred_element_type=_sum_type(x1, x2))


@op
def dot(x1: Tensor, x2: Tensor) -> Array:
    """Return sums of products over the last axis of `x1` and the last but one of `x2`.

    Of scalars it is the product; of vectors, the last axis is the only one.
    """
    return jnp.dot(x1, x2)


@op
def vdot(x1: Tensor, x2: Tensor) -> Array:
    """Return the sum of products of all elements, those of `x1` conjugated."""
    return jnp.vdot(x1, x2)


@op
def inner(x1: Tensor, x2: Tensor) -> Array:
    """Return sums of products over the last axes of both."""
    return jnp.inner(x1, x2)


@op
def outer(x1: Tensor, x2: Tensor) -> Array:
    """Return the products of each element of `x1` (rows) and each of `x2` (columns).

    Example:
        >>> outer([1, 2], [3, 4]).tolist()
        [[3, 4], [6, 8]]
    """
    return jnp.outer(x1, x2)


@op
def kron(x1: Tensor, x2: Tensor) -> Array:
    """Return a block for each element of `x1`: that element times `x2`.

    Example:
        >>> kron([1, 10], [1, 2]).tolist()
        [1, 2, 10, 20]
    """
    return jnp.kron(x1, x2)


@op
def tensordot(x1: Tensor, x2: Tensor, axes: int | Sequence[Any] = 2) -> Array:
    """Return sums of products over several axes.

    Args:
        x1: Any shape.
        x2: Any shape.
        axes: How many: the last of `x1` and the first of `x2`; or two lists of axes.

    Example:
        >>> tensordot([[1, 2], [3, 4]], [[1, 1], [1, 1]], axes=2).item()
        10
    """
    return jnp.tensordot(x1, x2, axes)


@op
def einsum(subscripts: str, *operands: Tensor, **kwargs: Any) -> Array:
    """Return sums of products in Einstein's notation.

    Args:
        subscripts: A letter for each axis of the operands, and for those of the result:
            "bij,bjk->bik".
        *operands: Tensors.
        **kwargs: Further arguments of `jax.numpy.einsum`.

    Example:
        >>> einsum("ij,j->i", [[1, 2], [3, 4]], [1, 10]).tolist()
        [21, 43]
    """
    kwargs.setdefault("preferred_element_type", _sum_type(*operands))
    return jnp.einsum(subscripts, *operands, **kwargs)


@op
def cross(
    x1: Tensor,
    x2: Tensor,
    axisa: int = -1,
    axisb: int = -1,
    axisc: int = -1,
    axis: int | None = None,
) -> Array:
    """Return the cross products of vectors in space, or in the plane (of which only the third part).

    Args:
        x1: Vectors along an axis of size 2 or 3.
        x2: Likewise.
        axisa: That axis of `x1`.
        axisb: That axis of `x2`.
        axisc: That axis of the result.
        axis: All three.

    Example:
        >>> cross([1, 0, 0], [0, 1, 0]).tolist()
        [0, 0, 1]
    """
    return jnp.cross(x1, x2, axisa, axisb, axisc, axis)


@op
def trace(x: Tensor, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """Return the sums of diagonals of matrices that lie along two axes."""
    return jnp.trace(x, offset, axis1, axis2)


@op
def cdist(x: Tensor, y: Tensor) -> Array:
    """Return the distance of each row of `x` from each of `y`: (..., n, d), (..., m, d) give (..., n, m).

    Raises:
        ValueError: If the rows have not the same length.

    Example:
        >>> cdist([[0.0, 0.0]], [[3.0, 4.0], [0.0, 0.0]]).tolist()
        [[5.0, 0.0]]
    """
    if min(x.ndim, y.ndim) < 2 or x.shape[-1] != y.shape[-1]:
        raise ValueError(
            "cdist: `x` and `y` must be rows of equal length, (..., n, d) and (..., m, d); got "
            f"{x.shape} and {y.shape}."
        )
    x, y = (v if jnp.issubdtype(v.dtype, jnp.inexact) else v.astype(jnp.float32) for v in (x, y))
    squares = jnp.sum(jnp.square(x[..., :, None, :] - y[..., None, :, :]), axis=-1)
    # The root has no gradient at zero; there the distance has none to give.
    apart = squares > 0
    return jnp.where(apart, jnp.sqrt(jnp.where(apart, squares, 1)), 0)


def _sum_type(*operands: Array) -> Any:
    """The dtype in which products are summed, None where it is their own."""
    return jnp.int32 if all(operand.dtype == jnp.int8 for operand in operands) else None
