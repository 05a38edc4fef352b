"""SipHash-2-4, a keyed 64-bit hash, on many texts of one length at a time.

Written with operators alone, for NumPy arrays and for values of a trace. Source: Aumasson and
Bernstein, "SipHash: a fast short-input PRF" (2012).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

# Arrays of uint64, of NumPy or of a trace.
Words = Any

_START = (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573)
_MASK = (1 << 64) - 1


def siphash64(words: Sequence[Words], key: tuple[int, int]) -> Words:
    """Return the hash of texts of one length under a key.

    Args:
        words: What `words_of` made of the texts.
        key: Two whole numbers, of which the lower 64 bits count.

    Example:
        >>> words = words_of([], np.zeros(1, np.uint64))
        >>> hex(siphash64(words, (0x0706050403020100, 0x0F0E0D0C0B0A0908))[0])
        '0x726fdb47dd0e0e31'
    """
    zero = words[0] & np.uint64(0)
    v = tuple(zero + np.uint64((key[i % 2] ^ start) & _MASK) for i, start in enumerate(_START))
    for word in words:
        before = _round(_round((v[0], v[1], v[2], v[3] ^ word)))
        v = (before[0] ^ word, *before[1:])
    v = (v[0], v[1], v[2] ^ np.uint64(0xFF), v[3])
    for _ in range(4):
        v = _round(v)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def words_of(text: Sequence[Words], zero: Words) -> list[Words]:
    """Return texts of one length in words of 64 bits, the last one with the length.

    Args:
        text: The bytes of the texts, as uint64: the first of each, the second of each, ...
        zero: A zero for each text, as uint64.
    """
    words = []
    for start in range(0, len(text) + 1, 8):
        word = zero
        for i, byte in enumerate(text[start : start + 8]):
            word = word | (byte << np.uint64(8 * i))
        words.append(word)
    words[-1] = words[-1] | np.uint64((len(text) & 0xFF) << 56)
    return words


def _round(v: tuple[Words, ...]) -> tuple[Words, ...]:
    v0, v1, v2, v3 = v
    v0, v2 = v0 + v1, v2 + v3
    v1, v3 = _rotated(v1, 13) ^ v0, _rotated(v3, 16) ^ v2
    v0, v2 = _rotated(v0, 32) + v3, v2 + v1
    v1, v3 = _rotated(v1, 17) ^ v2, _rotated(v3, 21) ^ v0
    return v0, v1, _rotated(v2, 32), v3


def _rotated(word: Words, by: int) -> Words:
    return (word << np.uint64(by)) | (word >> np.uint64(64 - by))
