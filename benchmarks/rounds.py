"""Peers measured in turns: on a noisy machine only what was measured side by side compares.

Every peer is visited once a round, and what is reported of two peers is the median over the
rounds of their ratio.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

# A peer this much slower than the fastest of its family cannot be the family's best.
SLACK = 2.0
_MOST_EPOCHS = 1000


def ratio(numerator: Sequence[float], denominator: Sequence[float]) -> float:
    """Return the median of the ratios round by round.

    Example:
        >>> ratio([2.0, 8.0, 6.0], [1.0, 2.0, 2.0])
        3.0
    """
    return median(a / b for a, b in zip(numerator, denominator, strict=True))


def fastest(seconds: Mapping[str, Sequence[float]]) -> str:
    """Return the name with the lowest median.

    Example:
        >>> fastest({"a": [3.0, 1.0, 1.1], "b": [2.0, 2.5, 0.5]})
        'a'
    """
    return min(seconds, key=lambda name: median(seconds[name]))


def contenders(first: Mapping[str, float]) -> list[str]:
    """Return the names that after the `first` visit may still be the fastest of their family.

    Example:
        >>> contenders({"1": 1.6, "16": 1.0, "64": 2.4})
        ['1', '16']
    """
    limit = SLACK * min(first.values(), default=0.0)
    return [name for name, seconds in first.items() if seconds <= limit]


def epochs_for(epoch_s: float, visit_s: float) -> int:
    """Return how many epochs fill a visit: at least one, at most a thousand.

    Example:
        >>> epochs_for(epoch_s=0.3, visit_s=1.0), epochs_for(epoch_s=5.0, visit_s=1.0)
        (3, 1)
    """
    return max(1, min(_MOST_EPOCHS, int(visit_s / epoch_s)))
