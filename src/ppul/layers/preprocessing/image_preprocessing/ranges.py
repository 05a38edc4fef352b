"""Arguments that are ranges: of what is drawn, and of the values of pixels."""

from __future__ import annotations

from typing import Any

from ppul.core.types import Array
from ppul.random.functions import uniform

Range = tuple[float, float]


def interval(
    where: str, argument: str, value: Any, low: float, high: float, *, start: float | None = 0
) -> Range:
    """Return the range that something is drawn from, given as one number or as two.

    Args:
        where: Whose argument it is, for an error.
        argument: Its name.
        value: Two numbers, or the end of a range whose other end is `start`.
        low: The smallest number that it may begin with.
        high: The largest that it may end with.
        start: The other end of the range of one number; None: its negative.

    Raises:
        ValueError: If it is something else, or reaches beyond `low` or `high`.

    Example:
        >>> interval("RandomFlip", "factor", 0.2, 0, 1)
        (0, 0.2)
        >>> interval("RandomBrightness", "factor", 0.2, -1, 1, start=None)
        (-0.2, 0.2)
    """
    given: Any = value if isinstance(value, (list, tuple)) else (value,)
    if 1 <= len(given) <= 2 and all(map(_is_number, given)):
        if len(given) == 2:
            first, last = sorted(given)
        else:
            end = given[0]
            first, last = (-abs(end), abs(end)) if start is None else (start, end)
        if low <= first <= last <= high:
            return first, last
    raise ValueError(
        f"{where}: `{argument}` must be a number or two, a range in [{low}, {high}]; got {value!r}."
    )


def pixel_range(where: str, value: Any) -> Range:
    """Return the lowest and the highest value that a pixel may have.

    Raises:
        ValueError: If it is not two numbers, the lower first.

    Example:
        >>> pixel_range("AutoContrast", [0, 255])
        (0, 255)
    """
    if isinstance(value, (list, tuple)) and len(value) == 2 and all(map(_is_number, value)):
        low, high = value
        if low < high:
            return low, high
    raise ValueError(
        f"{where}: `value_range` must be two numbers, the lowest value of a pixel and the highest, "
        f"such as (0, 255) or (0, 1); got {value!r}."
    )


def positive_number(where: str, argument: str, value: Any) -> float:
    """Return `value` if it is a number above zero, else raise a ValueError.

    Example:
        >>> positive_number("MixUp", "alpha", 0.2)
        0.2
    """
    if _is_number(value) and value > 0:
        return value
    raise ValueError(f"{where}: `{argument}` must be a number above 0; got {value!r}.")


def drawn_from(limits: Range, shape: tuple[Any, ...], seed: Any) -> Array:
    """Return floats drawn evenly from a range.

    Example:
        >>> drawn_from((0.5, 0.5), (2,), 1).tolist()
        [0.5, 0.5]
    """
    return uniform(shape, *limits, dtype="float32", seed=seed)


def rescaled(images: Array, old: Range, new: Range) -> Array:
    """Return pictures with the values of one range in another.

    Example:
        >>> import jax.numpy as jnp
        >>> rescaled(jnp.array([0.0, 255.0]), (0, 255), (-1, 1)).tolist()
        [-1.0, 1.0]
    """
    if tuple(old) == tuple(new):
        return images
    return (images - old[0]) * ((new[1] - new[0]) / (old[1] - old[0])) + new[0]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
