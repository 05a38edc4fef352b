"""Shuffling and splitting in Keras's way, so that the same seed gives the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np

Pair: TypeAlias = tuple[np.ndarray, np.ndarray]
Splits: TypeAlias = tuple[Pair, Pair]


def shuffle(seed: int, *pairs: Pair) -> Iterator[Pair]:
    """Bring samples and labels into a random order, one pair after the other.

    Args:
        seed: Seed of the order.
        pairs: Samples and labels of one length each, shape (n, ...) and (n, ...).

    Example:
        >>> next(shuffle(113, (np.arange(4), np.arange(4) * 10)))
        (array([3, 2, 0, 1]), array([30, 20,  0, 10]))
    """
    # NumPy's old generator: the order is part of the data set.
    generator = np.random.RandomState(seed)
    for x, y in pairs:
        if len(x) != len(y):
            raise ValueError(f"the file holds {len(x)} samples but {len(y)} labels")
        order = np.arange(len(x))
        generator.shuffle(order)
        yield x[order], y[order]


def split(x: np.ndarray, y: np.ndarray, test_split: float) -> Splits:
    """Cut off the last part for testing.

    Args:
        x: Samples, shape (n, ...).
        y: Labels, shape (n, ...).
        test_split: Share of the samples to test on.

    Example:
        >>> split(np.arange(4), np.arange(4), 0.25)
        ((array([0, 1, 2]), array([0, 1, 2])), (array([3]), array([3])))
    """
    cut = int(len(x) * (1 - test_split))
    return (x[:cut], y[:cut]), (x[cut:], y[cut:])


def check_test_split(where: str, test_split: float) -> None:
    """Raise a ValueError unless the share leaves something to train on.

    Args:
        where: Who asks, for the message.
        test_split: Share of the samples to test on.
    """
    if not 0 <= test_split < 1:
        raise ValueError(
            f"{where}: `test_split` must be at least 0 and less than 1; got {test_split!r}. "
            "It is the share of the samples kept for testing: 0.2 keeps a fifth."
        )
