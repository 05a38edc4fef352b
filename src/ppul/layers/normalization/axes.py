"""The axes that a normalization is told, and their sizes."""

from __future__ import annotations

from typing import Any

from ppul.core.types import Shape
from ppul.ops.normalization import Axes


def given_axes(where: str, axis: Any) -> int | list[int]:
    """Return `axis` as an int or a list of ints.

    Args:
        where: The layer, for the message.
        axis: What its constructor was given.

    Raises:
        TypeError: If it is neither.

    Example:
        >>> given_axes("LayerNormalization 'norm'", (1, 2))
        [1, 2]
    """
    if isinstance(axis, int):
        return axis
    if isinstance(axis, (list, tuple)) and axis and all(isinstance(a, int) for a in axis):
        return list(axis)
    raise TypeError(f"{where}: `axis` must be an integer, or a list of them; got {axis!r}.")


def known_sizes(where: str, axis: Axes, shape: Shape) -> tuple[int, ...]:
    """Return the sizes of the axes, in the order of the axes of the input.

    Args:
        where: The layer, for the message.
        axis: The axis, or axes.
        shape: Shape of the input.

    Raises:
        ValueError: If an axis is none of the input's, or its size is not known.

    Example:
        >>> known_sizes("LayerNormalization 'norm'", [-1, 1], (None, 3, 4))
        (3, 4)
    """
    rank = len(shape)
    axes = [axis] if isinstance(axis, int) else list(axis)
    strange = [a for a in axes if not -rank <= a < rank]
    if strange:
        raise ValueError(f"{where}: axis={axis} is not an axis of an input of shape {shape}.")
    sizes = [shape[a] for a in sorted(a % rank for a in axes)]
    known = tuple(size for size in sizes if size is not None)
    if len(known) < len(sizes):
        raise ValueError(
            f"{where}: the size of axis {axis} must be known; got an input of shape {shape}. Give "
            "it in the model's input."
        )
    return known
