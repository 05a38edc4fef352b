"""Room for the variables of a model that is being loaded: no more than its file can fill."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ppul.core.local import local


@contextmanager
def limited_room(size: int) -> Iterator[None]:
    """Let the variables made inside take `size` bytes together.

    Example:
        >>> with limited_room(100):
        ...     take_room("kernel", (5, 5), 4)
        ...     take_room("bias", (5,), 4)
        Traceback (most recent call last):
        ValueError: Variable 'bias' of shape (5,) takes 20 bytes, and there is room for 0 more...
    """
    before, local.room = local.room, size
    try:
        yield
    finally:
        local.room = before


def take_room(path: str, shape: Sequence[Any], itemsize: int) -> None:
    """Take the room of a variable that is about to be made, where room is limited.

    Args:
        path: The variable's path.
        shape: Its shape, all sizes known.
        itemsize: Bytes of one element.

    Raises:
        ValueError: If there is not enough.
    """
    if local.room is None:
        return
    size = math.prod(shape) * itemsize
    if size > local.room:
        raise ValueError(
            f"Variable '{path}' of shape {tuple(shape)} takes {size} bytes, and there is room for "
            f"{local.room} more: the configuration describes a larger model than the weights beside "
            "it can fill."
        )
    local.room -= size
