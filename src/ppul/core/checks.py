"""Checks that many places repeat, each with an error that says what to do.

A message names where it happened, what was found and what was expected.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def one_of(where: str, argument: str, value: T, allowed: Sequence[T]) -> T:
    """Return `value` if it is one of `allowed`, else raise a ValueError that lists them.

    Example:
        >>> one_of("Conv2D", "padding", "same", ("valid", "same"))
        'same'
    """
    if value in allowed:
        return value
    raise ValueError(
        f"{where}: `{argument}` must be one of {', '.join(map(repr, allowed))}; got {value!r}."
        f"{suggestion(value, allowed)}"
    )


def positive_int(where: str, argument: str, value: Any) -> int:
    """Return `value` as an int if it is a whole number above zero, else raise a ValueError.

    Example:
        >>> positive_int("Dense", "units", 3)
        3
    """
    whole = value.is_integer() if isinstance(value, float) else hasattr(value, "__index__")
    if whole and not isinstance(value, bool) and value > 0:
        return int(value)
    raise ValueError(f"{where}: `{argument}` must be a positive integer; got {value!r}.")


def in_range(where: str, argument: str, value: float, low: float, high: float) -> float:
    """Return `value` if low <= value <= high, else raise a ValueError."""
    if isinstance(value, (int, float)) and low <= value <= high:
        return value
    raise ValueError(f"{where}: `{argument}` must be between {low} and {high}; got {value!r}.")


def int_tuple(
    where: str, argument: str, value: Any, rank: int, *, minimum: int = 1
) -> tuple[int, ...]:
    """Return `value` as a tuple of `rank` ints; a single int is repeated.

    Example:
        >>> int_tuple("Conv2D", "strides", 2, 2)
        (2, 2)
    """
    values = (value,) * rank if isinstance(value, int) else value
    try:
        sizes = tuple(int(v) for v in values)
    except (TypeError, ValueError):
        sizes = ()
    if len(sizes) != rank or any(size < minimum for size in sizes):
        raise ValueError(
            f"{where}: `{argument}` must be an integer or {rank} integers, each at least "
            f"{minimum}; got {value!r}."
        )
    return sizes


def suggestion(name: Any, known: Iterable[Any]) -> str:
    """Return " Did you mean 'x'?" for the known names closest to `name`, or nothing.

    Example:
        >>> suggestion("sigmiod", ["sigmoid", "relu"])
        " Did you mean 'sigmoid'?"
    """
    close = difflib.get_close_matches(str(name), [str(k) for k in known], n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(map(repr, close))}?" if close else ""
