"""Decompositions of matrices, and what is computed by them.

Matrices lie along the last two axes; those before are batches. Integers are computed as floats.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import lax

from ppul.core import settings
from ppul.core.checks import one_of
from ppul.core.types import Array
from ppul.ops.tensors import Axes, Tensor, op


@op
def cholesky(x: Tensor, upper: bool = False) -> Array:
    """Return the triangular matrix whose square, L L^T, is a given positive definite one.

    Args:
        x: Symmetric matrices (..., n, n).
        upper: Whether to return the upper triangle, L^T.

    Returns:
        Triangular matrices (..., n, n); NaN for those that are not positive definite.

    Raises:
        ValueError: If they are not square.

    Example:
        >>> cholesky([[4.0, 2.0], [2.0, 5.0]]).tolist()
        [[2.0, 0.0], [1.0, 2.0]]
    """
    return jnp.linalg.cholesky(_square("cholesky", x), upper=upper)


@op
def cholesky_inverse(x: Tensor, upper: bool = False) -> Array:
    """Return the inverse of a matrix whose Cholesky factor is given.

    Args:
        x: Triangular matrices (..., n, n).
        upper: Whether they are upper triangles.

    Example:
        >>> cholesky_inverse([[2.0, 0.0], [0.0, 4.0]]).tolist()
        [[0.25, 0.0], [0.0, 0.0625]]
    """
    factor = _square("cholesky_inverse", x)
    lower = jnp.swapaxes(factor, -1, -2) if upper else factor
    identity = jnp.broadcast_to(jnp.eye(x.shape[-1], dtype=factor.dtype), factor.shape)
    inverse = lax.linalg.triangular_solve(lower, identity, left_side=True, lower=True)
    return jnp.matmul(jnp.swapaxes(inverse, -1, -2), inverse)


@op
def det(x: Tensor) -> Array:
    """Return determinants: (..., n, n) becomes (...)."""
    return jnp.linalg.det(_square("det", x))


@op
def slogdet(x: Tensor) -> tuple[Array, Array]:
    """Return the sign of determinants, and the logarithm of their size.

    Example:
        >>> [part.round(3).item() for part in slogdet([[0.0, 1.0], [2.0, 0.0]])]
        [-1.0, 0.693]
    """
    sign, logarithm = jnp.linalg.slogdet(_square("slogdet", x))
    return sign, logarithm


@op
def logdet(x: Tensor) -> Array:
    """Return the logarithm of the size of determinants, without overflow."""
    return jnp.linalg.slogdet(_square("logdet", x))[1]


@op
def eig(x: Tensor) -> tuple[Array, Array]:
    """Return eigenvalues (..., n), and eigenvectors as columns (..., n, n), both complex.

    JAX computes them on CPU alone.
    """
    values, vectors = jnp.linalg.eig(_square("eig", x))
    return values, vectors


@op
def eigh(x: Tensor) -> tuple[Array, Array]:
    """Return eigenvalues, increasing, and eigenvectors as columns, of symmetric matrices.

    Example:
        >>> eigh([[3.0, 0.0], [0.0, 1.0]])[0].tolist()
        [1.0, 3.0]
    """
    values, vectors = jnp.linalg.eigh(_square("eigh", x))
    return values, vectors


@op
def inv(x: Tensor) -> Array:
    """Return inverses of square matrices."""
    return jnp.linalg.inv(_square("inv", x))


@op
def pinv(x: Tensor, rcond: float | None = None) -> Array:
    """Return pseudo-inverses (..., m, n) of matrices (..., n, m).

    Args:
        x: Matrices.
        rcond: Singular values below this part of the largest count as zero.
    """
    return jnp.linalg.pinv(x, rcond)


@op
def lu_factor(x: Tensor) -> tuple[Array, Array]:
    """Return the triangular factors of matrices, both in one, and the rows that were swapped.

    Args:
        x: Matrices (..., n, m).

    Returns:
        The factors (..., n, m): L below the diagonal, U on and above; and for each row the one it
        changed places with.
    """
    factors, pivots, _ = lax.linalg.lu(_matrices("lu_factor", x))
    return factors, pivots


@op
def qr(x: Tensor, mode: str = "reduced") -> tuple[Array, Array]:
    """Return matrices with orthonormal columns, and upper triangular ones, whose products are `x`.

    Args:
        x: Matrices (..., n, m).
        mode: "reduced": (..., n, k) and (..., k, m) with k = min(n, m); "complete": (..., n, n)
            and (..., n, m).

    Raises:
        ValueError: If `mode` is another.

    Example:
        >>> [part.shape for part in qr(jnp.ones((3, 2)))]
        [(3, 2), (2, 2)]
    """
    one_of("qr", "mode", mode, ("reduced", "complete"))
    q, r = jnp.linalg.qr(_matrices("qr", x), mode)
    return q, r


@op
def svd(x: Tensor, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """Return the singular values of matrices, and the two orthogonal factors around them.

    Args:
        x: Matrices (..., n, m).
        full_matrices: Whether the factors are square.
        compute_uv: Whether to return them.

    Returns:
        U (..., n, n), the values (..., min(n, m)), decreasing, and V^T (..., m, m); or the values.

    Example:
        >>> svd([[3.0, 0.0], [0.0, 4.0]], compute_uv=False).tolist()
        [4.0, 3.0]
    """
    found = jnp.linalg.svd(_matrices("svd", x), full_matrices, compute_uv)
    return tuple(found) if compute_uv else found


@op
def matrix_rank(x: Tensor, tol: float | None = None) -> Array:
    """Return the number of singular values above a tolerance.

    Args:
        x: Matrices (..., n, m).
        tol: The tolerance; what rounding may leave, by default.
    """
    values = svd(x, compute_uv=False)
    if tol is None:
        largest = jnp.max(values, axis=-1, keepdims=True)
        limit = largest * max(x.shape[-2:]) * jnp.finfo(values.dtype).eps
    else:
        limit = tol
    return jnp.sum(values > limit, axis=-1, dtype=jnp.int32)


@op
def solve(a: Tensor, b: Tensor) -> Array:
    """Return x of the equations `a x = b`.

    Args:
        a: Square matrices (..., n, n).
        b: A vector (n,), or matrices (..., n, k).

    Example:
        >>> solve([[2.0, 0.0], [0.0, 4.0]], [2.0, 2.0]).tolist()
        [1.0, 0.5]
    """
    return jnp.linalg.solve(_square("solve", a), b)


@op
def solve_triangular(a: Tensor, b: Tensor, lower: bool = False) -> Array:
    """Return x of the equations `a x = b`, of `a` only one triangle counting.

    Args:
        a: Square matrices (..., n, n).
        b: A vector (n,), or matrices (..., n, k).
        lower: Whether it is the lower triangle.

    Example:
        >>> solve_triangular([[2.0, 9.0], [1.0, 4.0]], [2.0, 5.0], lower=True).tolist()
        [1.0, 1.0]
    """
    from jax.scipy.linalg import solve_triangular

    return solve_triangular(_square("solve_triangular", a), b, lower=lower)


@op
def lstsq(a: Tensor, b: Tensor, rcond: float | None = None) -> Array:
    """Return the x for which the squares of `a x - b` have the least sum.

    Args:
        a: A matrix (n, m).
        b: A vector (n,) or a matrix (n, k).
        rcond: Singular values below this part of the largest count as zero.

    Example:
        >>> lstsq([[1.0], [1.0]], [1.0, 3.0]).round(3).tolist()
        [2.0]
    """
    return jnp.linalg.lstsq(a, b, rcond)[0]


@op
def norm(x: Tensor, ord: Any = None, axis: Axes = None, keepdims: bool = False) -> Array:
    """Return sizes of vectors (along one axis) or matrices (along two).

    Args:
        x: Any shape.
        ord: Of vectors: 2 (the length) by default, another number p, 0 (how many elements are not
            zero), inf or -inf. Of matrices: "fro" by default, "nuc", 1, -1, 2, -2, inf, -inf.
        axis: One or two axes; all by default.
        keepdims: Whether they stay, of size 1.

    Raises:
        ValueError: If there is no such norm.

    Example:
        >>> norm([3.0, 4.0]).item(), norm([3.0, 4.0], ord=1).item()
        (5.0, 7.0)
    """
    return jnp.linalg.norm(x, ord, axis, keepdims)


@op
def normalize(x: Tensor, axis: Axes = -1, order: int = 2, epsilon: float | None = None) -> Array:
    """Return vectors divided by their sizes, so that these are 1.

    Args:
        x: Any shape.
        axis: Axes of the vectors.
        order: Which size, as `norm` has it: a number of at least 1.
        epsilon: The least that is divided by; `config.epsilon()` by default.

    Raises:
        ValueError: If `order` is not a number of at least 1.

    Example:
        >>> normalize([3.0, 4.0]).round(3).tolist()
        [0.6, 0.8]
    """
    if not isinstance(order, int) or order < 1:
        raise ValueError(f"normalize: `order` must be an integer of at least 1; got {order!r}.")
    least = settings.epsilon() if epsilon is None else epsilon
    if order == 2:  # by way of the square, which has a gradient at zero too
        squares = jnp.sum(jnp.square(x), axis, keepdims=True)
        return x * lax.rsqrt(jnp.maximum(squares, least**2))
    return x / jnp.maximum(jnp.linalg.norm(x, order, axis, keepdims=True), least)


def _matrices(where: str, x: Array) -> Array:
    """Matrices of floats."""
    if x.ndim < 2:
        raise ValueError(f"{where}: `x` must be matrices (..., n, m); got the shape {x.shape}.")
    return x if jnp.issubdtype(x.dtype, jnp.inexact) else x.astype(settings.floatx())


def _square(where: str, x: Array) -> Array:
    x = _matrices(where, x)
    if x.shape[-1] != x.shape[-2]:
        raise ValueError(
            f"{where}: the matrices must be square, (..., n, n); got the shape {x.shape}."
        )
    return x
