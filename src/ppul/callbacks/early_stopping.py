"""Training ends when a figure no longer improves."""

from __future__ import annotations

from typing import Any

from ppul.callbacks.base import Callback
from ppul.callbacks.monitor import Monitor


class EarlyStopping(Callback):
    """Ends training when a figure has stopped improving.

    Args:
        monitor: The figure to watch.
        min_delta: Differences up to this are no improvement.
        patience: Epochs without improvement to wait for one.
        verbose: Whether to say so when it stops or restores.
        mode: "min", "max", or "auto": by the figure's name.
        baseline: A value that the figure has to be better than; until it is, patience runs.
        restore_best_weights: Whether to end with the weights of the best epoch, however training
            ends.
        start_from_epoch: Epochs to let pass before watching.

    Attributes:
        best: The best value so far.
        best_epoch: Its epoch.
        stopped_epoch: The epoch after which it stopped; 0 if it did not.

    Example:
        >>> stopping = EarlyStopping(patience=10, restore_best_weights=True)
        >>> stopping.patience
        10
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__()
        self.monitor = monitor
        self.min_delta = abs(min_delta)
        self.patience = patience
        self.verbose = verbose
        self.mode = mode
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch
        self._monitor = Monitor("EarlyStopping", monitor, mode, min_delta)
        self._begin()

    def _begin(self) -> None:
        self.wait = 0
        self.stopped_epoch = 0
        self.best: float | None = None
        self.best_weights: list[Any] | None = None
        self.best_epoch = 0

    @property
    def monitor_op(self) -> Any:
        """The NumPy function that compares the figure with the best."""
        return self._monitor.operator

    def get_monitor_value(self, logs: dict[str, Any] | None) -> float | None:
        """Return the figure, or None with a warning where it is not there."""
        return self._monitor.read(logs)

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Forget an earlier run."""
        self._begin()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Compare the figure with the best so far."""
        value = self.get_monitor_value(logs)
        if value is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self._keep(epoch)  # also if no epoch is ever better, as with NaN
        self.wait += 1
        if self._monitor.is_better(value, self.best):
            self.best = value
            self._keep(epoch)
            if self.baseline is None or self._monitor.is_better(value, self.baseline):
                self.wait = 0
            return
        if self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Restore the best weights, where asked."""
        if self.stopped_epoch and self.verbose:
            print(f"Epoch {self.stopped_epoch + 1}: early stopping")  # noqa: T201
        if self.best_weights is not None:
            if self.verbose:
                print(f"Restoring the weights of epoch {self.best_epoch + 1}.")  # noqa: T201
            self.model.set_weights(self.best_weights)

    def _keep(self, epoch: int) -> None:
        self.best_epoch = epoch
        if self.restore_best_weights:
            self.best_weights = [weight.copy() for weight in self.model.get_weights()]
