"""How much is added to, or cut off, the two ends of each axis."""

from __future__ import annotations

from typing import Any

from ppul.core.checks import int_tuple

Edges = tuple[tuple[int, int], ...]


def edges_of_axes(where: str, argument: str, value: Any, rank: int) -> Edges:
    """Return a pair (before, after) for each axis.

    Args:
        where: The layer, for the message.
        argument: The argument, for the message.
        value: One number for all, or for each axis a number or a pair.
        rank: Number of axes.

    Raises:
        ValueError: If it is none of these, or a number is negative.

    Example:
        >>> edges_of_axes("ZeroPadding2D 'pad'", "padding", (1, (0, 2)), 2)
        ((1, 1), (0, 2))
    """
    axes = (value,) * rank if isinstance(value, int) else value
    if not isinstance(axes, (list, tuple)) or len(axes) != rank:
        raise ValueError(
            f"{where}: `{argument}` must be one integer, or {rank} integers or pairs of integers, "
            f"one for each axis; got {value!r}."
        )
    return tuple(edges(where, argument, axis) for axis in axes)


def edges(where: str, argument: str, value: Any) -> tuple[int, int]:
    """Return (before, after) for one axis, from a number or a pair.

    Example:
        >>> edges("ZeroPadding1D 'pad'", "padding", 2)
        (2, 2)
    """
    before, after = int_tuple(where, argument, value, 2, minimum=0)
    return before, after
