"""Callbacks that act once an epoch, or every so many steps of a run."""

from __future__ import annotations

import sys
from typing import Any

from ppul.callbacks.base import Callback

# More steps than are ever made.
NEVER = sys.maxsize


class Periodic(Callback):
    """The base of callbacks that act at the end of every epoch, or every so many steps.

    Steps are counted through all epochs. The run looks up only after the steps that are due.

    Args:
        freq: "epoch", or a number of steps.
        argument: What `freq` is called where it is given, for the error.

    Attributes:
        freq: The number of steps; None for "epoch".

    Raises:
        ValueError: If `freq` is neither.

    Example:
        >>> said = []
        >>> class Printer(Periodic):
        ...     def on_due_step(self, batch, logs):
        ...         said.append(batch)
        >>> printer = Printer(3)
        >>> for epoch in range(2):
        ...     printer.on_epoch_begin(epoch)
        ...     for batch in range(4):
        ...         printer.reach(batch, {})
        >>> said
        [2, 1]
    """

    def __init__(self, freq: Any, argument: str = "save_freq") -> None:
        super().__init__()
        whole = isinstance(freq, int) and not isinstance(freq, bool) and freq > 0
        if freq != "epoch" and not whole:
            raise ValueError(
                f"{type(self).__name__}: `{argument}` must be 'epoch' or a number of steps; got "
                f"{freq!r}."
            )
        self.freq = None if freq == "epoch" else int(freq)
        self._steps = 0
        self._batches = 0

    @property
    def steps_until_due(self) -> int:
        """How many more steps may be made before it has to look; `NEVER` where it need not."""
        return NEVER if self.freq is None else self.freq - self._steps % self.freq

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Count the steps of an epoch from 0 again."""
        self._batches = 0

    def reach(self, batch: int, logs: dict[str, Any]) -> None:
        """Count the steps made since it looked last; act if it is time.

        Args:
            batch: Number of the last step, in its epoch.
            logs: The figures after it.
        """
        self._steps += batch + 1 - self._batches
        self._batches = batch + 1
        if self.freq is not None and self._steps % self.freq == 0:
            self.on_due_step(batch, logs)

    def on_due_step(self, batch: int, logs: dict[str, Any]) -> None:
        """As many steps have been made as were asked for."""
