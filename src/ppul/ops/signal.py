"""Fourier transforms. Complex numbers are pairs (real parts, imaginary parts) of real tensors."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from ppul.core.checks import one_of, positive_int
from ppul.core.types import Array
from ppul.ops.tensors import Tensor, Tensors, op

Pair = tuple[Array, Array]


@op
def fft(x: Tensors) -> Pair:
    """Return the Fourier transform along the last axis.

    Args:
        x: Real and imaginary parts, floats of one shape.

    Raises:
        ValueError: If they are not two tensors of one shape.

    Example:
        >>> [part.tolist() for part in fft(([1.0, 0.0], [0.0, 0.0]))]
        [[1.0, 1.0], [0.0, 0.0]]
    """
    return _parts(jnp.fft.fft(_complex("fft", x)))


@op
def fft2(x: Tensors) -> Pair:
    """Return the Fourier transform along the last two axes; see `fft`."""
    return _parts(jnp.fft.fft2(_complex("fft2", x)))


@op
def ifft2(x: Tensors) -> Pair:
    """Return what has a given Fourier transform along the last two axes; see `fft`."""
    return _parts(jnp.fft.ifft2(_complex("ifft2", x)))


@op
def rfft(x: Tensor, fft_length: int | None = None) -> Pair:
    """Return the first half of the Fourier transform of real numbers; the other mirrors it.

    Args:
        x: Floats, transformed along the last axis.
        fft_length: Length to which that axis is cut or filled up with zeros; its own by default.

    Returns:
        Real and imaginary parts, `fft_length // 2 + 1` on the last axis.

    Example:
        >>> [part.tolist() for part in rfft([1.0, 1.0, 1.0, 1.0])]
        [[4.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    return _parts(jnp.fft.rfft(x, fft_length))


@op
def irfft(x: Tensors, fft_length: int | None = None) -> Array:
    """Return the real numbers whose Fourier transform has a given first half.

    Args:
        x: Real and imaginary parts.
        fft_length: Length of the result; twice that of `x`, less 2, by default.

    Example:
        >>> irfft(rfft([1.0, 2.0, 3.0, 4.0])).round(3).tolist()
        [1.0, 2.0, 3.0, 4.0]
    """
    return jnp.fft.irfft(_complex("irfft", x), fft_length)


@op
def extract_sequences(x: Tensor, sequence_length: int, sequence_stride: int) -> Array:
    """Return pieces of the last axis: (..., n) becomes (..., pieces, sequence_length).

    Args:
        x: Any shape.
        sequence_length: Length of a piece.
        sequence_stride: Distance between the starts of pieces.

    Example:
        >>> extract_sequences([1, 2, 3, 4, 5], 3, 2).tolist()
        [[1, 2, 3], [3, 4, 5]]
    """
    length = positive_int("extract_sequences", "sequence_length", sequence_length)
    stride = positive_int("extract_sequences", "sequence_stride", sequence_stride)
    count = (x.shape[-1] - length) // stride + 1
    starts = stride * lax.iota(jnp.int32, count)
    return x[..., starts[:, None] + np.arange(length, dtype=np.int32)]


@op
def stft(
    x: Tensor,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    window: Any = "hann",
    center: bool = True,
) -> Pair:
    """Return the Fourier transforms of pieces of the last axis.

    Args:
        x: Floats, (..., samples).
        sequence_length: Length of the window.
        sequence_stride: Distance between pieces.
        fft_length: Length of a piece.
        window: What pieces are multiplied with in their middle, zeros on both sides: "hann",
            "hamming" or a vector; nothing, if None.
        center: Whether to mirror the ends of `x`, so that piece i is around sample i * stride.

    Returns:
        Real and imaginary parts, (..., pieces, fft_length // 2 + 1).

    Raises:
        TypeError: If `x` are no floats.
        ValueError: If the window does not fit.

    Example:
        >>> real, imaginary = stft(jnp.ones(16), 4, 2, 8)
        >>> real.shape, imaginary.shape
        ((9, 5), (9, 5))
    """
    if not jnp.issubdtype(x.dtype, jnp.floating):
        raise TypeError(f"stft: `x` must be floats; got {x.dtype}. Cast it.")
    weights = _window("stft", window, sequence_length, fft_length, x.dtype)
    if center:
        edges = [(0, 0)] * (x.ndim - 1) + [(fft_length // 2, fft_length // 2)]
        x = jnp.pad(x, edges, mode="reflect")
    pieces = extract_sequences(x, fft_length, sequence_stride)
    return _parts(jnp.fft.rfft(pieces * weights))


@op
def istft(
    x: Tensors,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    length: int | None = None,
    window: Any = "hann",
    center: bool = True,
) -> Array:
    """Return the signal whose pieces have given Fourier transforms, as `stft` makes them.

    Args:
        x: Real and imaginary parts, (..., pieces, fft_length // 2 + 1).
        sequence_length: Length of the window.
        sequence_stride: Distance between pieces.
        fft_length: Length of a piece.
        length: Length of the signal, at most; as far as the pieces reach by default.
        window: What the pieces were multiplied with. With None the signal is not divided by the
            number of pieces that each sample lies in, `fft_length / sequence_stride`.
        center: Whether the ends had been mirrored.

    Returns:
        The signal, (..., samples).

    Example:
        >>> signal = jnp.arange(16.0)
        >>> istft(stft(signal, 4, 2, 8), 4, 2, 8)[:4].round(3).tolist()
        [0.0, 1.0, 2.0, 3.0]
    """
    spectrum = _complex("istft", x)
    weights = _window("istft", window, sequence_length, fft_length, spectrum.real.dtype)
    pieces = jnp.fft.irfft(spectrum, fft_length) * weights
    signal = _overlap_and_add(pieces, sequence_stride)
    # Each sample was weighted by the sum of the squares of the windows that it lies in.
    each = jnp.broadcast_to(jnp.square(weights), pieces.shape[-2:])
    total = _overlap_and_add(each, sequence_stride)
    signal = signal / jnp.where(total > jnp.finfo(total.dtype).tiny, total, 1)
    if window is None:
        signal = signal * (fft_length / sequence_stride)
    start = fft_length // 2 if center else 0
    end = signal.shape[-1] - start if length is None else start + length
    return signal[..., start:end]


def _complex(where: str, x: Any) -> Array:
    if not isinstance(x, list) or len(x) != 2 or x[0].shape != x[1].shape:
        found = [part.shape for part in x] if isinstance(x, list) else f"one array of {x.shape}"
        raise ValueError(
            f"{where}: `x` must be two tensors of one shape, the real and the imaginary parts; got "
            f"{found}."
        )
    if not all(jnp.issubdtype(part.dtype, jnp.floating) for part in x):
        raise ValueError(f"{where}: `x` must be floats; got {[str(part.dtype) for part in x]}.")
    return lax.complex(*x)


def _parts(x: Array) -> Pair:
    return jnp.real(x), jnp.imag(x)


def _window(where: str, window: Any, length: int, fft_length: int, dtype: Any) -> Array:
    """The factors for `fft_length` samples, those of the window in their middle."""
    positive_int(where, "sequence_length", length)
    if fft_length < length:
        raise ValueError(
            f"{where}: `fft_length` must be at least `sequence_length`, {length}; got {fft_length}."
        )
    if window is None:
        return jnp.ones(fft_length, dtype)
    if isinstance(window, str):
        name = one_of(where, "window", window, ("hann", "hamming"))
        angles = 2 * np.pi * np.arange(length) / length
        mean = 0.5 if name == "hann" else 0.54
        weights = jnp.asarray(mean - (1 - mean) * np.cos(angles), dtype)
    else:
        weights = jnp.asarray(window, dtype)
    if weights.shape != (length,):
        raise ValueError(
            f"{where}: `window` must have `sequence_length`, {length}, elements; got the shape "
            f"{weights.shape}."
        )
    before = (fft_length - length) // 2
    return jnp.pad(weights, (before, fft_length - length - before))


def _overlap_and_add(pieces: Array, stride: int) -> Array:
    """Return (..., samples): the sum of pieces (..., n, length), each put where it lay."""
    *_, count, length = pieces.shape
    blocks = -(-length // stride)
    # Cut into blocks of a stride, the k-th of each piece lies k blocks behind its start.
    pieces = jnp.pad(pieces, [(0, 0)] * (pieces.ndim - 1) + [(0, blocks * stride - length)])
    pieces = pieces.reshape(*pieces.shape[:-1], blocks, stride)
    lead = [(0, 0)] * (pieces.ndim - 3)
    moved = [
        jnp.pad(pieces[..., k, :], [*lead, (k, blocks - 1 - k), (0, 0)]) for k in range(blocks)
    ]
    total = sum(moved[1:], moved[0])
    signal = total.reshape(*total.shape[:-2], (count + blocks - 1) * stride)
    return signal[..., : (count - 1) * stride + length]
