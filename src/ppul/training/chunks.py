"""How many steps to run before looking up: enough to be fast, few enough for the user."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# Five updates a second for a progress bar; Ctrl-C waits no longer than this for a chunk to end.
CHUNK_S = 0.2
_GROWTH = 8


class Pace:
    """Chooses the length of chunks so that each takes about `CHUNK_S`.

    The result of training does not depend on the choice.

    Example:
        >>> pace = Pace()
        >>> first = pace.next(1000)
        >>> pace.took(first, seconds=0.001 * first)
        >>> first, pace.next(1000)
        (1, 8)
    """

    def __init__(self) -> None:
        self._steps = 1
        self._warm = False

    def next(self, left: int) -> int:
        """Return the number of steps to run next, of `left`."""
        return max(1, min(left, self._steps))

    def took(self, steps: int, seconds: float) -> None:
        """Note how long a chunk took."""
        if not self._warm:  # it was compiled too
            self._warm = True
            self._steps = _GROWTH
            return
        wanted = int(steps * CHUNK_S / max(seconds, 1e-9))
        if seconds > CHUNK_S:
            self._steps = max(1, min(self._steps, wanted))
        elif steps >= self._steps:  # a short last chunk tells nothing
            self._steps = max(1, min(wanted, steps * _GROWTH))


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait until the end of the block, so that what belongs together stays together."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pending: list[tuple[int, object]] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: pending.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if pending and callable(before):
            before(*pending[0])  # type: ignore[arg-type]
