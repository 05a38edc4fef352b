"""Quantiles of more numbers than are kept: a summary of values, each standing for several.

A summary is an array of two rows: increasing values, and how many numbers each stands for.
"""

from __future__ import annotations

import numpy as np

Summary = np.ndarray


def nothing() -> Summary:
    """Return the summary of no number."""
    return np.empty((2, 0), np.float32)


def summarized(numbers: np.ndarray, epsilon: float) -> Summary:
    """Return a summary of numbers, of `1 / epsilon` values or not many more.

    Args:
        numbers: The numbers, of any shape.
        epsilon: The error allowed, as a share of the numbers.

    Example:
        >>> summarized(np.arange(8), 0.25).tolist()
        [[1.0, 3.0, 5.0, 7.0], [2.0, 2.0, 2.0, 2.0]]
    """
    values = np.sort(numbers.astype(np.float32).ravel())
    share = max(len(values) * epsilon, 1.0)
    kept = values[int(share) - 1 :: int(share)]
    return np.stack([kept, np.full_like(kept, share)])


def merged(first: Summary, second: Summary, epsilon: float) -> Summary:
    """Return one summary of what two stand for."""
    both = np.concatenate([first, second], axis=1)
    return compressed(both[:, np.argsort(both[0], kind="stable")], epsilon)


def compressed(summary: Summary, epsilon: float) -> Summary:
    """Return a summary with about `1 / epsilon` values, interpolated where there are more."""
    values, weights = summary
    if len(values) * epsilon < 1:
        return summary
    total = np.cumsum(weights)
    shares, wanted = total / total[-1], epsilon + np.arange(0.0, 1.0, epsilon)
    found, reached = (np.interp(wanted, shares, row) for row in (values, total))
    return np.stack([found, np.diff(reached, prepend=0.0)]).astype(np.float32)


def boundaries(summary: Summary, count: int) -> list[float]:
    """Return the values that cut what a summary stands for into `count` parts of one size.

    Example:
        >>> boundaries(summarized(np.arange(1, 7), 0.01), 3)
        [2.0, 4.0]
    """
    return compressed(summary, 1.0 / count)[0, :-1].tolist()
