"""The base of callbacks that save a model while it is trained: when they do."""

from __future__ import annotations

from typing import Any

from ppul.callbacks.monitor import Monitor
from ppul.callbacks.periodic import Periodic


class Checkpointing(Periodic):
    """Saves after epochs, or every so many steps: always, or when a figure is better than ever.

    A subclass says where to, in `target`, and how, in `write`.

    Args:
        monitor: The figure to watch.
        verbose: Whether to say what was saved.
        save_best_only: Whether to save only when the figure is better than ever.
        save_weights_only: Whether to save weights alone.
        mode: "min", "max", or "auto": by the figure's name.
        save_freq: "epoch", or a number of steps.
        initial_value_threshold: The value to be better than at first.

    Raises:
        ValueError: If `save_freq` or `mode` is not one that can be.
    """

    def __init__(
        self,
        monitor: str,
        verbose: int,
        save_best_only: bool,
        save_weights_only: bool,
        mode: str,
        save_freq: str | int,
        initial_value_threshold: float | None,
    ) -> None:
        super().__init__(save_freq)
        self.monitor = monitor
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.mode = mode
        self.min_delta = 0.0
        self.save_freq = save_freq
        self.best = initial_value_threshold
        self._monitor = Monitor(type(self).__name__, monitor, mode, self.min_delta)
        self._epoch = 0

    @property
    def monitor_op(self) -> Any:
        """The NumPy function that compares the figure with the best."""
        return self._monitor.operator

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Note the epoch."""
        super().on_epoch_begin(epoch, logs)
        self._epoch = epoch

    def on_due_step(self, batch: int, logs: dict[str, Any]) -> None:
        """Save."""
        self._save(self._epoch, batch, logs)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Save."""
        if self.save_freq == "epoch":
            self._save(epoch, None, logs)

    def target(self, epoch: int, batch: int | None, logs: dict[str, Any] | None) -> Any:
        """Return where to save to.

        Args:
            epoch: The epoch, from 0.
            batch: The step in it, from 0; None at its end.
            logs: The figures.
        """
        raise NotImplementedError(f"{type(self).__name__} must define `target`.")

    def write(self, target: Any) -> None:
        """Save the model to what `target` returned."""
        raise NotImplementedError(f"{type(self).__name__} must define `write`.")

    def _save(self, epoch: int, batch: int | None, logs: dict[str, Any] | None) -> None:
        target = self.target(epoch, batch, logs)
        if self.save_best_only:
            value = self._monitor.read(logs)
            if value is None:
                return
            if not self._monitor.is_better(value, self.best):
                self._say(epoch, f"{self.monitor} did not improve from {self.best:.5f}")
                return
            before = "-" if self.best is None else f"{self.best:.5f}"
            self._say(
                epoch, f"{self.monitor} improved from {before} to {value:.5f}, saved {target}"
            )
            self.best = value
        else:
            self._say(epoch, f"saved {target}")
        self.write(target)

    def _say(self, epoch: int, text: str) -> None:
        if self.verbose:
            print(f"\nEpoch {epoch + 1}: {text}")  # noqa: T201
