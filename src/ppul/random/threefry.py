"""The numbers of `jax.random` for a raw threefry key, computed on the host in NumPy.

XLA compiles one program for each shape it draws, 50-100 ms each; the few weights of a layer are
drawn here in microseconds. Signatures are those of `jax.random`, with `jax_threefry_partitionable`
on, as it is by default. `bits`, `uniform`, `bernoulli`, `randint`, `split` and `fold_in` give the
same bits. Of the float32 numbers of `normal` and `truncated_normal` 95 % are the same and the rest
within 3 units in the last place, because XLA's logarithm is another and it fuses operations.

Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011), Threefry-2x32-20.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import jax.numpy as jnp
import numpy as np
from numpy.typing import ArrayLike

Key = np.ndarray

_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_KEY_PARITY = 0x1BD11BDA
_WORD = 0xFFFFFFFF
# Two words of this many elements stay in the second-level cache through the 20 rounds.
_BLOCK = 1 << 15
# Random bits drawn for a float, and how many of the upper ones become its fraction.
_FRACTION = {"float32": (32, 23), "float16": (16, 10), "bfloat16": (8, 7)}


def threefry_2x32(key: Key, high: np.ndarray, low: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Encrypt the counters (high, low) with 20 rounds of Threefry.

    Args:
        key: uint32, shape (2,).
        high: First words of the counters, uint32.
        low: Second words, uint32, same shape.

    Returns:
        Two uint32 arrays of that shape.

    Example:
        >>> high, low = threefry_2x32(np.uint32([0, 0]), np.uint32([0]), np.uint32([0]))
        >>> [hex(int(word)) for word in (high[0], low[0])]
        ['0x6b200159', '0x99ba4efe']
    """
    k0, k1 = (int(word) for word in key)
    schedule = (k0, k1, k0 ^ k1 ^ _KEY_PARITY)
    x = high + np.uint32(k0)
    y = low + np.uint32(k1)
    shifted = np.empty_like(y)
    for group in range(5):
        for rotation in _ROTATIONS[group % 2]:
            x += y
            np.left_shift(y, np.uint32(rotation), out=shifted)
            y >>= np.uint32(32 - rotation)
            y |= shifted
            y ^= x
        x += np.uint32(schedule[(group + 1) % 3])
        y += np.uint32((schedule[(group + 2) % 3] + group + 1) & _WORD)
    return x, y


def split(key: Key, num: int = 2) -> np.ndarray:
    """Return `num` new keys, shape (num, 2), as `jax.random.split` does."""
    index = np.arange(num, dtype=np.uint32)
    return np.stack(threefry_2x32(_checked(key), np.zeros_like(index), index), axis=-1)


def fold_in(key: Key, data: int) -> Key:
    """Return the key that `jax.random.fold_in` makes of `key` and a number."""
    low = np.array([data & _WORD], np.uint32)
    return np.concatenate(threefry_2x32(_checked(key), np.zeros_like(low), low))


def bits(key: Key, shape: Sequence[int] = ()) -> np.ndarray:
    """Draw uint32 words, as `jax.random.bits`.

    Example:
        >>> bits(np.uint32([7, 0]), (2,)).dtype
        dtype('uint32')
    """
    out = np.empty(math.prod(shape), np.uint32)
    for where, words in _blocks(key, out.size):
        out[where] = words
    return out.reshape(shape)


def uniform(
    key: Key,
    shape: Sequence[int] = (),
    dtype: str = "float32",
    minval: float = 0.0,
    maxval: float = 1.0,
) -> np.ndarray:
    """Draw floats from [minval, maxval), as `jax.random.uniform`.

    Args:
        key: uint32, shape (2,).
        shape: Shape of the result.
        dtype: "float32", "float16" or "bfloat16".
        minval: Lower bound, included.
        maxval: Upper bound, excluded but for rounding.

    Example:
        >>> drawn = uniform(np.uint32([7, 0]), (1000,), minval=-1.0)
        >>> bool(drawn.min() >= -1 and drawn.max() < 1)
        True
    """
    out = np.empty(math.prod(shape), _float_type(dtype))
    for where, words in _blocks(key, out.size):
        out[where] = _scaled(words, out.dtype, minval, maxval)
    return out.reshape(shape)


def normal(key: Key, shape: Sequence[int] = (), dtype: str = "float32") -> np.ndarray:
    """Draw from the standard normal distribution, as `jax.random.normal`.

    Args:
        key: uint32, shape (2,).
        shape: Shape of the result.
        dtype: "float32", "float16" or "bfloat16".

    Example:
        >>> abs(float(normal(np.uint32([7, 0]), (10_000,)).std()) - 1) < 0.02
        True
    """
    out = np.empty(math.prod(shape), _float_type(dtype))
    lowest = np.nextafter(out.dtype.type(-1), out.dtype.type(0))
    for where, words in _blocks(key, out.size):
        out[where] = _quantile(_scaled(words, out.dtype, lowest, 1.0))
    return out.reshape(shape)


def truncated_normal(
    key: Key,
    lower: float,
    upper: float,
    shape: Sequence[int] = (),
    dtype: str = "float32",
) -> np.ndarray:
    """Draw from the standard normal between two bounds, as `jax.random.truncated_normal`.

    Args:
        key: uint32, shape (2,).
        lower: Lower bound, excluded.
        upper: Upper bound, excluded.
        shape: Shape of the result.
        dtype: "float32", "float16" or "bfloat16".

    Example:
        >>> drawn = truncated_normal(np.uint32([7, 0]), -2.0, 2.0, (1000,))
        >>> bool(abs(drawn).max() < 2)
        True
    """
    out = np.empty(math.prod(shape), _float_type(dtype))
    low, high = (out.dtype.type(bound) for bound in (lower, upper))
    root = out.dtype.type(math.sqrt(2))
    bounds = [out.dtype.type(math.erf(bound / root)) for bound in (low, high)]
    inside = np.nextafter(low, out.dtype.type(np.inf)), np.nextafter(high, out.dtype.type(-np.inf))
    for where, words in _blocks(key, out.size):
        out[where] = np.clip(_quantile(_scaled(words, out.dtype, *bounds)), *inside)
    return out.reshape(shape)


def bernoulli(key: Key, p: ArrayLike = 0.5, shape: Sequence[int] = ()) -> np.ndarray:
    """Draw booleans that are true with probability `p`, as `jax.random.bernoulli`."""
    return uniform(key, shape) < np.asarray(p, np.float32)


def randint(key: Key, shape: Sequence[int], minval: int, maxval: int) -> np.ndarray:
    """Draw int32 from [minval, maxval), as `jax.random.randint`.

    Args:
        key: uint32, shape (2,).
        shape: Shape of the result.
        minval: Lower bound, included.
        maxval: Upper bound, excluded.

    Example:
        >>> sorted(set(randint(np.uint32([7, 0]), (100,), 3, 6).tolist()))
        [3, 4, 5]
    """
    span = np.uint32(max(maxval - minval, 1))
    upper_key, lower_key = split(key)
    # Two words modulo the span, the upper one weighted by 2**32 % span; all wraps at 32 bits, as
    # in jax, where a span above 2**16 drops the upper word.
    weight = np.uint32((((1 << 16) % int(span)) ** 2 & _WORD) % int(span))
    size = (math.prod(shape),)
    offset = (bits(upper_key, size) % span * weight + bits(lower_key, size) % span) % span
    return (minval + offset.astype(np.int64)).astype(np.int32).reshape(shape)


def _checked(key: ArrayLike) -> Key:
    words = np.asarray(key)
    if words.shape != (2,) or words.dtype != np.uint32:
        raise ValueError(
            f"A threefry key is two uint32 words; got shape {words.shape}, dtype {words.dtype}. "
            "Of a typed key take `jax.random.key_data(key)`."
        )
    return words


def _float_type(dtype: str) -> np.dtype:
    if dtype not in _FRACTION:
        raise ValueError(f"`dtype` must be one of {', '.join(_FRACTION)}; got {dtype!r}.")
    return jnp.dtype(dtype)


def _blocks(key: ArrayLike, size: int) -> Iterator[tuple[slice, np.ndarray]]:
    """Yield the places of `size` words and the words, so many at a time as the cache holds."""
    key = _checked(key)
    index = np.arange(min(size, _BLOCK), dtype=np.uint32)
    for start in range(0, size, _BLOCK):
        low = index[: size - start] + np.uint32(start & _WORD)
        x, y = threefry_2x32(key, np.full_like(low, start >> 32), low)
        x ^= y
        yield slice(start, start + _BLOCK), x


def _scaled(words: np.ndarray, dtype: np.dtype, minval: float, maxval: float) -> np.ndarray:
    """Return floats from [minval, maxval) whose fractions are the upper bits of `words`."""
    width, fraction = _FRACTION[dtype.name]
    low, high = dtype.type(minval), dtype.type(maxval)
    span = high - low
    kept = (words & np.uint32((1 << width) - 1)) >> np.uint32(width - fraction)
    unit = kept.astype(np.float32) * np.float32(2.0**-fraction)
    if dtype == jnp.bfloat16:
        scaled = unit.astype(dtype) * span + low
    else:
        # XLA fuses multiply and add, rounding once; so does this, the product being exact.
        scaled = (unit.astype(np.float64) * float(span) + float(low)).astype(np.float32)
    return np.maximum(scaled.astype(dtype), low)


def _quantile(u: np.ndarray) -> np.ndarray:
    """Return sqrt(2) * erf_inv(u): the normal quantile of (1 + u) / 2."""
    root = u.dtype.type(math.sqrt(2))
    return _erf_inv(u.astype(np.float32)).astype(u.dtype) * root


# Giles, "Approximating the erfinv function", GPU Computing Gems Jade Edition (2011), table 3:
# polynomials in w - 2.5 for w < 5 and in sqrt(w) - 3 above, highest power first.
_CENTRE = np.array(
    [
        2.81022636e-08,
        3.43273939e-07,
        -3.5233877e-06,
        -4.39150654e-06,
        0.00021858087,
        -0.00125372503,
        -0.00417768164,
        0.246640727,
        1.50140941,
    ],
    np.float32,
)
_TAIL = np.array(
    [
        -0.000200214257,
        0.000100950558,
        0.00134934322,
        -0.00367342844,
        0.00573950773,
        -0.0076224613,
        0.00943887047,
        1.00167406,
        2.83297682,
    ],
    np.float32,
)


def _erf_inv(u: np.ndarray) -> np.ndarray:
    """Return the inverse error function of float32 in (-1, 1), as XLA approximates it."""
    w = -np.log1p((u * -u).astype(np.float64)).astype(np.float32)
    factor = _polynomial(_CENTRE, w - np.float32(2.5))
    tail = np.flatnonzero(w >= 5)
    factor[tail] = _polynomial(_TAIL, np.sqrt(w[tail]) - np.float32(3))
    return factor * u


def _polynomial(coefficients: np.ndarray, x: np.ndarray) -> np.ndarray:
    value = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        value *= x
        value += coefficient
    return value
