"""The model is saved while it is trained."""

from __future__ import annotations

import os
from typing import Any

from ppul.callbacks.monitor import Monitor
from ppul.callbacks.periodic import Periodic


class ModelCheckpoint(Periodic):
    """Saves the model after epochs, or every so many steps. A file is whole or not there.

    Args:
        filepath: Where to; may have fields: `{epoch:02d}`, `{batch}` and the names of figures, as
            `"{epoch:02d}-{val_loss:.2f}.keras"`.
        monitor: The figure to watch.
        verbose: Whether to say what was saved.
        save_best_only: Whether to save only when the figure is better than ever.
        save_weights_only: Whether to save weights alone.
        mode: "min", "max", or "auto": by the figure's name.
        save_freq: "epoch", or a number of steps.
        initial_value_threshold: The value to be better than at first.

    Raises:
        ValueError: If `save_freq` or `mode` is not one that can be.

    Example:
        >>> ModelCheckpoint("best.keras", save_best_only=True).monitor
        'val_loss'
    """

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: str | int = "epoch",
        initial_value_threshold: float | None = None,
    ) -> None:
        super().__init__(save_freq)
        self.filepath = os.fspath(filepath)
        self.monitor = monitor
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.mode = mode
        self.min_delta = 0.0
        self.save_freq = save_freq
        self.best = initial_value_threshold
        self._monitor = Monitor("ModelCheckpoint", monitor, mode, self.min_delta)
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

    def _save(self, epoch: int, batch: int | None, logs: dict[str, Any] | None) -> None:
        path = self._path(epoch, batch, logs)
        if self.save_best_only:
            value = self._monitor.read(logs)
            if value is None:
                return
            if not self._monitor.is_better(value, self.best):
                self._say(epoch, f"{self.monitor} did not improve from {self.best:.5f}")
                return
            before = "-" if self.best is None else f"{self.best:.5f}"
            self._say(epoch, f"{self.monitor} improved from {before} to {value:.5f}, saved {path}")
            self.best = value
        else:
            self._say(epoch, f"saved {path}")
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)  # noqa: PTH103, PTH120
        if self.save_weights_only:
            self.model.save_weights(path, overwrite=True)
        else:
            self.model.save(path, overwrite=True)

    def _path(self, epoch: int, batch: int | None, logs: dict[str, Any] | None) -> str:
        fields = dict(logs or {}) | {"epoch": epoch + 1}
        if batch is not None:
            fields["batch"] = batch + 1
        try:
            return self.filepath.format(**fields)
        except KeyError as error:
            raise KeyError(
                f"ModelCheckpoint: `filepath` {self.filepath!r} names {error}, which is not among "
                f"{sorted(fields)}."
            ) from None

    def _say(self, epoch: int, text: str) -> None:
        if self.verbose:
            print(f"\nEpoch {epoch + 1}: {text}")  # noqa: T201
