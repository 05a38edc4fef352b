"""FarmHash's 64-bit fingerprint, on many texts of one length at a time.

Written with operators alone, for NumPy arrays and for values of a trace. Source: farmhash.cc,
namespace `farmhashna`, of Google's FarmHash (MIT license), which fixes these numbers for good.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

# Arrays of uint64, of NumPy or of a trace.
Words = Any

_K0 = np.uint64(0xC3A5C85C97CB3127)
_K1 = np.uint64(0xB492B66FBE98F273)
_K2 = np.uint64(0x9AE16A3B2F90404F)
_CAT = np.uint64(0xC6A4A7935BD1E995)
_SEED = 81
_MASK = (1 << 64) - 1


def fingerprint64(text: Sequence[Words]) -> Words:
    """Return the fingerprint of texts of one length.

    Args:
        text: The bytes of the texts, as uint64: the first of each, the second of each, ...; at
            least one.

    Example:
        >>> [hex(word) for word in fingerprint64([np.array([97], np.uint64)])]
        ['0xb3454265b6df75e3']
    """
    size = len(text)
    if size <= 3:
        return _up_to_3(text)
    if size <= 7:
        first, last = _bytes(text, 0, 4), _bytes(text, size - 4, 4)
        return _mixed(np.uint64(size) + (first << np.uint64(3)), last, _factor(size))
    if size <= 16:
        return _up_to_16(text)
    if size <= 32:
        return _up_to_32(text)
    return _up_to_64(text) if size <= 64 else _longer(text)


def fingerprint_of_nothing() -> np.uint64:
    """Return the fingerprint of the empty text."""
    return _K2


def concatenated(first: Words, second: Words) -> Words:
    """Return one fingerprint of two, in their order."""
    result = (first ^ _CAT) ^ (_shifted(second * _CAT) * _CAT)
    result = _shifted(result * _CAT) * _CAT
    return _shifted(result)


def _up_to_3(text: Sequence[Words]) -> Words:
    size = len(text)
    first, middle, last = text[0], text[size >> 1], text[size - 1]
    y = first + (middle << np.uint64(8))
    z = np.uint64(size) + (last << np.uint64(2))
    return _shifted((y * _K2) ^ (z * _K0)) * _K2


def _up_to_16(text: Sequence[Words]) -> Words:
    factor = _factor(len(text))
    a, b = _bytes(text, 0) + _K2, _bytes(text, len(text) - 8)
    c = _rotated(b, 37) * factor + a
    d = (_rotated(a, 25) + b) * factor
    return _mixed(c, d, factor)


def _up_to_32(text: Sequence[Words]) -> Words:
    size = len(text)
    factor = _factor(size)
    a, b = _bytes(text, 0) * _K1, _bytes(text, 8)
    c, d = _bytes(text, size - 8) * factor, _bytes(text, size - 16) * _K2
    return _mixed(_rotated(a + b, 43) + _rotated(c, 30) + d, a + _rotated(b + _K2, 18) + c, factor)


def _up_to_64(text: Sequence[Words]) -> Words:
    size = len(text)
    factor = _factor(size)
    a, b = _bytes(text, 0) * _K2, _bytes(text, 8)
    c, d = _bytes(text, size - 8) * factor, _bytes(text, size - 16) * _K2
    y = _rotated(a + b, 43) + _rotated(c, 30) + d
    z = _mixed(y, a + _rotated(b + _K2, 18) + c, factor)
    e, f = _bytes(text, 16) * factor, _bytes(text, 24)
    g, h = (y + _bytes(text, size - 32)) * factor, (z + _bytes(text, size - 24)) * factor
    return _mixed(_rotated(e + f, 43) + _rotated(g, 30) + h, e + _rotated(f + a, 18) + g, factor)


def _longer(text: Sequence[Words]) -> Words:
    size = len(text)
    zero = text[0] & np.uint64(0)
    y = zero + np.uint64(_SEED * int(_K1) + 113 & _MASK)
    z = _shifted(y * _K2 + np.uint64(113)) * _K2
    x = zero + np.uint64(_SEED * int(_K2) & _MASK) + _bytes(text, 0)
    v, w = (zero, zero), (zero, zero)
    for start in range(0, (size - 1) // 64 * 64, 64):
        x = _rotated(x + y + v[0] + _bytes(text, start + 8), 37) * _K1
        y = _rotated(y + v[1] + _bytes(text, start + 48), 42) * _K1
        x ^= w[1]
        y += v[0] + _bytes(text, start + 40)
        z = _rotated(z + w[0], 33) * _K1
        v = _weak(text, start, v[1] * _K1, x + w[0])
        w = _weak(text, start + 32, z + w[1], y + _bytes(text, start + 16))
        z, x = x, z
    factor = _K1 + ((z & np.uint64(0xFF)) << np.uint64(1))
    last = size - 64
    w = (w[0] + np.uint64((size - 1) & 63), w[1])
    v = (v[0] + w[0], v[1])
    w = (w[0] + v[0], w[1])
    x = _rotated(x + y + v[0] + _bytes(text, last + 8), 37) * factor
    y = _rotated(y + v[1] + _bytes(text, last + 48), 42) * factor
    x ^= w[1] * np.uint64(9)
    y += v[0] * np.uint64(9) + _bytes(text, last + 40)
    z = _rotated(z + w[0], 33) * factor
    v = _weak(text, last, v[1] * factor, x + w[0])
    w = _weak(text, last + 32, z + w[1], y + _bytes(text, last + 16))
    z, x = x, z
    return _mixed(
        _mixed(v[0], w[0], factor) + _shifted(y) * _K0 + z, _mixed(v[1], w[1], factor) + x, factor
    )


def _weak(text: Sequence[Words], start: int, a: Words, b: Words) -> tuple[Words, Words]:
    """Two words of 32 bytes and two seeds."""
    first, second, third, fourth = (_bytes(text, start + 8 * i) for i in range(4))
    a = a + first
    b = _rotated(b + a + fourth, 21)
    c = a
    a = a + second + third
    return a + fourth, b + _rotated(a, 44) + c


def _bytes(text: Sequence[Words], start: int, count: int = 8) -> Words:
    """Bytes of the texts as one number, the lowest first."""
    word = text[start]
    for i in range(1, count):
        word = word | (text[start + i] << np.uint64(8 * i))
    return word


def _mixed(u: Words, v: Words, factor: Words) -> Words:
    a = _shifted((u ^ v) * factor)
    return _shifted((v ^ a) * factor) * factor


def _factor(size: int) -> np.uint64:
    return np.uint64(int(_K2) + 2 * size & _MASK)


def _rotated(word: Words, by: int) -> Words:
    return (word >> np.uint64(by)) | (word << np.uint64(64 - by))


def _shifted(word: Words) -> Words:
    return word ^ (word >> np.uint64(47))
