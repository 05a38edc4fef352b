"""The progress of a run, shown by a callback."""

from __future__ import annotations

from typing import Any

from ppul.callbacks.base import Callback
from ppul.training.progress import EpochProgress


class ProgbarLogger(Callback):
    """Shows the progress of a run, as `fit` does itself where it is not given one.

    It is of use in loops of one's own, which tell a `CallbackList` what happens. How much is shown
    is said by the run's parameter `verbose`.

    Example:
        >>> bar = ProgbarLogger()
        >>> bar.set_params({"verbose": 2, "epochs": 1, "steps": 4})
        >>> bar.on_train_begin()
        >>> bar.on_epoch_begin(0)
        >>> bar.on_epoch_end(0, {"loss": 0.5})
        0/4 - 0s - 0s/step - loss: 0.5000
    """

    def __init__(self) -> None:
        super().__init__()
        self._progress = EpochProgress(0)
        self._trains = False

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Begin to show epochs."""
        self._trains = True
        self._progress = EpochProgress(self.params.get("verbose", 1))

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Begin an epoch's bar."""
        self._progress.begin(epoch, self.params.get("epochs", 1), self.params.get("steps"))

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Move the bar."""
        self._progress.update(batch + 1, logs)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """End the bar with the figures of the epoch."""
        self._progress.end(logs)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Leave the output tidy."""
        self._trains = False
        self._progress.close()

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Begin a bar, unless this is a validation."""
        if not self._trains:
            self._progress = EpochProgress(self.params.get("verbose", 1))
            self._progress.begin(steps=self.params.get("steps"))

    def on_test_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Move the bar, unless this is a validation."""
        if not self._trains:
            self._progress.update(batch + 1, logs)

    def on_test_end(self, logs: dict[str, Any] | None = None) -> None:
        """End the bar, unless this is a validation."""
        if not self._trains:
            self._progress.end(logs)
            self._progress.close()

    def on_predict_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Begin a bar."""
        self.on_test_begin()

    def on_predict_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Move the bar; the outputs are no figures to show."""
        self.on_test_batch_end(batch)

    def on_predict_end(self, logs: dict[str, Any] | None = None) -> None:
        """End the bar."""
        self.on_test_end()
