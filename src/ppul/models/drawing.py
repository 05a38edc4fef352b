"""Models that are drawn between symbolic inputs and outputs: how they are recognised."""

from __future__ import annotations

from typing import Any


def is_drawn(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Return whether constructor arguments are symbolic inputs and outputs."""
    return (
        len(args) in (2, 3)
        or (len(args) == 1 and "outputs" in kwargs)
        or ("inputs" in kwargs and "outputs" in kwargs)
    )


def become_drawn(cls: type, model: type) -> None:
    """Let a subclass whose `__init__` draws its graph inherit from `Functional`.

    Args:
        cls: The subclass.
        model: The base class that `Functional` takes the place of.
    """
    from ppul.models.functional import Functional

    if cls is model or issubclass(cls, Functional):
        return
    cls.__bases__ = tuple(Functional if base is model else base for base in cls.__bases__)
    for base in cls.__bases__:
        if base is not Functional and base is not object:
            become_drawn(base, model)
