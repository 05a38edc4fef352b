"""A profile of some steps of a run, by JAX."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jax

from ppul.callbacks.periodic import NEVER


class Profiler:
    """Profiles the steps `first` to `last` of a run.

    Args:
        folder: Where the profile goes: below `plugins/profile`, as TensorBoard expects it.
        steps: A step, or the first and the last, counted from 1; 0 is none.

    Raises:
        ValueError: If `steps` is neither.

    Example:
        >>> profiler = Profiler(Path("logs"), (3, 5))
        >>> (
        ...     [profiler.steps_until_due(made) for made in (0, 2, 4)],
        ...     profiler.steps_until_due(5) > 1000,
        ... )
        ([2, 3, 1], True)
    """

    def __init__(self, folder: Path, steps: int | Sequence[int]) -> None:
        self.folder = folder
        self.first, self.last = _first_and_last(steps)
        self.running = False

    def steps_until_due(self, made: int) -> int:
        """Return how many more steps may be made before it has to begin or to end."""
        return next((at - made for at in (self.first - 1, self.last) if at > made), NEVER)

    def reach(self, made: int) -> None:
        """Begin or end, where it is due after so many steps."""
        if not self.running and self.first - 1 <= made < self.last:
            jax.profiler.start_trace(self.folder)
            self.running = True
        elif self.running and made >= self.last:
            self.stop()

    def stop(self) -> None:
        """End a profile that is under way, and write it."""
        if self.running:
            self.running = False
            jax.profiler.stop_trace()


def _first_and_last(steps: Any) -> tuple[int, int]:
    pair = (steps, steps) if isinstance(steps, int) else tuple(steps)
    whole = len(pair) == 2 and all(isinstance(step, int) for step in pair)
    if not whole or not (pair == (0, 0) or 0 < pair[0] <= pair[1]):
        raise ValueError(
            "TensorBoard: `profile_batch` must be the number of a step, counted from 1, or the first "
            f"and the last of some, as (10, 20); got {steps!r}."
        )
    return pair
