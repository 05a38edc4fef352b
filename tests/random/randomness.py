"""Tests of randomness: each takes uint32 words in order and returns a p-value.

From Knuth, The Art of Computer Programming 2, section 3.3, and Marsaglia's Diehard. P-values are
two-sided, so that words too even to be random fail too; the smallest of several stands for all of
them, by Šidák's correction.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import stats


def single_bits(words: np.ndarray) -> float:
    """Ones in each of the 32 places."""
    ones = [int(((words >> np.uint32(place)) & np.uint32(1)).sum()) for place in range(32)]
    return smallest(normal_p((np.array(ones) - words.size / 2) / (words.size**0.5 / 2)))


def bytes_evenly(words: np.ndarray) -> float:
    """Values of each of the four bytes."""
    counts = [np.bincount(_field(words, 8 * k, 8), minlength=256) for k in range(4)]
    return smallest([chi_square_p(c, words.size / 256) for c in counts])


def serial_pairs(words: np.ndarray) -> float:
    """Six bits of two words at some distance, at the bottom, in the middle and at the top.

    Powers of two are what a mixer of bits forgets first.
    """
    found = []
    for place in (0, 13, 26):
        field = _field(words, place, 6)
        for lag in (1, 2, 16, 32, 1024):
            pairs = np.bincount(field[:-lag] * 64 + field[lag:], minlength=4096)
            found.append(chi_square_p(pairs, (words.size - lag) / 4096))
    return smallest(found)


def runs(words: np.ndarray) -> float:
    """How often a bit differs from the same bit of the word before."""
    found = []
    for place in (0, 8, 16, 24, 31):
        bit = _field(words, place, 1)
        changes, count = np.count_nonzero(bit[1:] != bit[:-1]), words.size - 1
        found.append(normal_p((changes - count / 2) / (count**0.5 / 2)))
    return smallest(found)


def autocorrelation(words: np.ndarray) -> float:
    """The lowest and highest bit against themselves, up to 2048 words apart."""
    lags, found = np.arange(1, 2049), []
    for place in (0, 31):
        sign = 1.0 - 2.0 * _field(words, place, 1)
        spectrum = np.fft.rfft(sign, 2 * sign.size)
        products = np.fft.irfft(spectrum * np.conj(spectrum))[lags]
        found.extend(normal_p(products / np.sqrt(sign.size - lags)))
    return smallest(found)


def collisions(words: np.ndarray) -> float:
    """Words that occur again."""
    repeated = words.size - np.unique(words).size
    return poisson_p(repeated, words.size**2 / 2**33)


def birthday_spacings(words: np.ndarray) -> float:
    """Equal distances between neighbours among 4096 sorted words."""
    days = np.sort(words.reshape(-1, 4096), axis=1)
    spacings = np.sort(np.diff(days, axis=1), axis=1)
    equal = np.count_nonzero(spacings[:, 1:] == spacings[:, :-1])
    return poisson_p(equal, len(days) * 4096**3 / 2**34)


def bit_counts(words: np.ndarray) -> float:
    """How many of a word's bits are set, and of two neighbours'."""
    low, high = 9, 23
    expected = stats.binom.pmf(np.arange(33), 32, 0.5)
    expected = np.array(
        [expected[: low + 1].sum(), *expected[low + 1 : high], expected[high:].sum()]
    )
    kinds = expected.size
    weight = np.clip(np.bitwise_count(words).astype(np.int64), low, high) - low
    pairs = np.bincount(weight[:-1] * kinds + weight[1:], minlength=kinds**2)
    return smallest(
        [
            chi_square_p(np.bincount(weight, minlength=kinds), expected * words.size),
            chi_square_p(pairs, np.outer(expected, expected).ravel() * (words.size - 1)),
        ]
    )


BATTERY: list[Callable[[np.ndarray], float]] = [
    single_bits,
    bytes_evenly,
    serial_pairs,
    runs,
    autocorrelation,
    collisions,
    birthday_spacings,
    bit_counts,
]


def normal_p(z: np.ndarray | float) -> np.ndarray:
    """Two-sided p-value of a standard normal."""
    return 2 * stats.norm.sf(np.abs(z))


def chi_square_p(counts: np.ndarray, expected: np.ndarray | float) -> float:
    """Two-sided p-value of counts."""
    statistic, freedom = np.sum((counts - expected) ** 2 / expected), counts.size - 1
    tails = stats.chi2.sf(statistic, freedom), stats.chi2.cdf(statistic, freedom)
    return float(min(1.0, 2 * min(tails)))


def poisson_p(count: int, mean: float) -> float:
    """Two-sided p-value of a count of rare events."""
    tails = stats.poisson.cdf(count, mean), stats.poisson.sf(count - 1, mean)
    return float(min(1.0, 2 * min(tails)))


def smallest(p_values: np.ndarray | list[float]) -> float:
    """P-value of the smallest of several independent p-values (Šidák)."""
    p_values = np.ravel(p_values)
    return float(-np.expm1(p_values.size * np.log1p(-min(p_values.min(), 1 - 1e-16))))


def _field(words: np.ndarray, place: int, width: int) -> np.ndarray:
    return ((words >> np.uint32(place)) & np.uint32((1 << width) - 1)).astype(np.int64)
