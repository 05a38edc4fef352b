"""Rows of products, matrices, Fourier transforms and control."""

import jax.numpy as jnp

from tests.ops.table import a, k, row, v

_M = [[4.0, 1, 0.5], [1, 3, 0.2], [0.5, 0.2, 5]]
_BATCH = a(2, 3, 3, values=[_M, [[2.0, 0.3, 0], [0.3, 4, 1], [0, 1, 6]]])
_LOOSE = {"rtol": 1e-3, "atol": 1e-4}
_EXACT = "the signs of vectors are left open"
_S = "Keras's spec has another dtype"

PRODUCTS = [
    row("matmul", a(2, 3), k(3, 4)),
    row("matmul", a(2, 3, 4), a(2, 4, 5)),
    row("matmul", a(2, 3), k(3)),
    row("matmul", k(2, 3, dtype="int8"), k(3, 2, dtype="int8")),
    row("matmul", a(2, 3, dtype="int32"), k(3, 2)),
    row("dot", a(2, 3), k(3, 4)),
    row("dot", a(2, 3), 2.0),
    row("dot", k(3), k(3)),
    row("vdot", k(2, 3), k(2, 3)),
    row("vdot", k(3, dtype="complex64"), k(3, dtype="complex64"), gradient_=False),
    row("inner", a(2, 3), k(4, 3)),
    row("outer", k(3), k(2)),
    row("outer", a(2, 3), k(2)),
    row("kron", a(2, 3), k(1, 2)),
    row("kron", k(2), k(3)),
    row("tensordot", a(2, 3, 4), k(3, 4, 5), axes=2),
    row("tensordot", a(2, 3), k(4, 3), axes=[[1], [1]]),
    row("einsum", "bij,bjk->bik", a(2, 3, 4), a(2, 4, 5)),
    row("einsum", "...i,i->...", a(2, 3, 4), k(4)),
    row("einsum", "ij,jk", k(2, 3, dtype="int8"), k(3, 2, dtype="int8")),
    row("cross", a(2, 3), a(2, 3)),
    row("cross", a(2, 2), a(2, 2)),
    row("cross", k(3, 2), k(3, 2), axis=0),
    row("trace", k(3, 4), offset=1),
    row("trace", a(2, 3, 4), axis1=1, axis2=2),
    row("trace", k(3, 3, dtype="int8")),
    row("cdist", a(2, 3), k(4, 3)),
    row("cdist", a(2, 3, 4), a(2, 5, 4)),
]

MATRICES = [
    row("cholesky", _BATCH),
    row("cholesky", v(_M), upper=True),
    row("cholesky_inverse", v([[2.0, 0, 0], [1, 3, 0], [0.5, 1, 1]])),
    row("cholesky_inverse", v([[2.0, 1, 1], [0, 3, 2], [0, 0, 1]]), upper=True),
    row("det", _BATCH),
    row("det", v([[1, 2], [3, 5]], "int32"), spec_=_S),
    row("slogdet", v([[0.0, 1], [2, 0]])),
    row("slogdet", _BATCH, spec_="Keras's spec of the sign is a scalar"),
    row("logdet", _BATCH),
    row("inv", _BATCH, tolerance_=_LOOSE),
    row("pinv", a(2, 3, 2), tolerance_=_LOOSE),
    row("pinv", k(3, 2), rcond=0.1, tolerance_=_LOOSE),
    row("eig", v(_M), gradient_=False, spec_=_S, tolerance_=_LOOSE),
    row("eigh", _BATCH, gradient_=False, tolerance_=_LOOSE),
    row("qr", a(2, 3, 2), tolerance_=_LOOSE),
    row("qr", k(3, 2), mode="complete", gradient_=False),
    row("svd", a(2, 3, 2), full_matrices=False, tolerance_=_LOOSE),
    row("svd", k(3, 2), gradient_=False),
    row("svd", a(2, 3, 2), compute_uv=False, tolerance_=_LOOSE),
    row("lu_factor", _BATCH, spec_=_S),
    row("lu_factor", k(3, 2), gradient_=False, spec_=_S),
    row("matrix_rank", v([[1.0, 2], [2, 4]])),
    row("matrix_rank", a(2, 3, 2), tol=0.5),
    row("solve", _BATCH, a(2, 3, 2), tolerance_=_LOOSE),
    row("solve", v(_M), k(3), tolerance_=_LOOSE),
    row("solve_triangular", v(_M), k(3)),
    row("solve_triangular", _BATCH, a(2, 3, 2), lower=True),
    row("lstsq", k(4, 2), k(4), tolerance_=_LOOSE),
    row("lstsq", k(4, 2), k(4, 3), rcond=0.01, tolerance_=_LOOSE),
    *(row("norm", a(2, 3), axis=1, ord=order) for order in (None, 1, 3, 0.5, float("inf"))),
    *(row("norm", a(2, 3), axis=1, ord=order, gradient_=False) for order in (0, float("-inf"))),
    *(row("norm", k(3, 2), ord=order, tolerance_=_LOOSE) for order in ("fro", 1, -1, 2, "nuc")),
    *(row("norm", k(3, 2), ord=order, keepdims=True) for order in (float("inf"), float("-inf"))),
    row("norm", a(2, 3, 4), axis=(1, 2)),
    row("norm", a(2, 3, dtype="int32"), axis=[0, 1], values_="Keras's takes no list"),
    row("norm", a(2, 3, 4)),
    row("normalize", a(2, 3)),
    row("normalize", a(2, 3), axis=0, order=1),
    row("normalize", a(2, 3), order=3, epsilon=0.1),
    row("normalize", v([[0.0, 0.0]]), gradient_=False),  # Keras's is NaN
]

_WAVES = [a(2, 16), a(2, 16)]
_SPECTRUM = [a(2, 9, 5), a(2, 9, 5)]

SIGNAL = [
    row("fft", tuple(_WAVES)),
    row("fft2", (a(2, 4, 4), a(2, 4, 4))),
    row("ifft2", (a(2, 4, 4), a(2, 4, 4))),
    row("rfft", a(2, 8)),
    row("rfft", a(2, 8), fft_length=6),
    row("rfft", a(2, 8), fft_length=11),
    row("irfft", (a(2, 5), a(2, 5)), gradient_=False),
    row("irfft", (a(2, 5), a(2, 5)), fft_length=7),
    row("extract_sequences", a(2, 9), 3, 2),
    row("extract_sequences", k(10), 4, 4),
    row("stft", a(2, 16), 4, 2, 8),
    row("stft", a(2, 16), 4, 3, 5, window="hamming"),
    row("stft", a(2, 16), 6, 3, 6, window=None, center=False),
    row(
        "stft",
        a(2, 16),
        4,
        2,
        8,
        window=jnp.array([1.0, 2.0, 3.0, 0.5]),
        config_="Keras cannot write an array",
    ),
    row("istft", tuple(_SPECTRUM), 4, 2, 8),
    row("istft", tuple(_SPECTRUM), 4, 2, 8, length=14, window="hamming"),
    row("istft", tuple(_SPECTRUM), 6, 3, 8, window=None, center=False),
    row("istft", tuple(_SPECTRUM), 4, 2, 8, length=30, spec_="Keras's own is shorter"),
]


def _grows(x):
    return x * 2 + 1


def _is_small(i, x):
    return i < 3


def _next(i, x):
    return i + 1, x * 1.5


def _carry(carry, x):
    return carry + x, carry * x


def _combined(x, y):
    return x * 0.5 + y


def _product(x):
    return x[0] * x[1]


CONTROL = [
    row("cond", a(dtype="bool"), lambda: jnp.ones(3), lambda: jnp.zeros(3)),
    row("switch", a(dtype="int32", values=1), [_grows, jnp.negative], a(2, 3)),
    row("switch", a(dtype="int32", values=7), [_grows, jnp.negative], a(2, 3)),
    row("while_loop", _is_small, _next, (a(dtype="int32", values=0), a(2, 3)), gradient_=False),
    row("while_loop", lambda x: x < 9, _grows, k(values=1.0), gradient_=False),
    row(
        "while_loop",
        _is_small,
        _next,
        [a(dtype="int32", values=0), a(2, 3)],
        maximum_iterations=2,
        gradient_=False,
    ),
    row("fori_loop", 0, 3, lambda i, x: x * 2 + i, a(2, 3)),
    row("scan", _carry, k(4), a(3, 4)),
    row("scan", _carry, k(4), k(3, 4), reverse=True, unroll=True),
    row("scan", lambda c, _: (c * 2, c), k(2), length=3),
    row("associative_scan", _combined, k(5)),
    row("associative_scan", _combined, a(2, 5), axis=1, reverse=True),
    row("map", _grows, a(2, 3)),
    row("map", lambda x: {"out": x["in"] + 1}, {"in": a(2, 3)}),
    row("vectorized_map", _grows, a(2, 3)),
    row("vectorized_map", _product, [a(2, 3), a(2, 3)]),
    row("jvp", jnp.sin, (a(2, 3),), (a(2, 3),)),
    row("jvp", lambda x: (x**2, x), [a(2, 3)], [a(2, 3)], has_aux=True),
]
