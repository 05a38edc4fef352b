"""The learning rate changes between epochs: by a function, or when a figure stays as it is."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from ppul.callbacks.base import Callback
from ppul.callbacks.monitor import Monitor


class LearningRateScheduler(Callback):
    """Sets the learning rate of each epoch by a function.

    Args:
        schedule: Function of the epoch, from 0, and the present rate (or of the epoch alone) that
            returns the rate.
        verbose: Whether to say which.

    Example:
        >>> LearningRateScheduler(lambda epoch, rate: rate * 0.9).schedule(3, 1.0)
        0.9
    """

    def __init__(self, schedule: Callable[..., float], verbose: int = 0) -> None:
        super().__init__()
        self.schedule = schedule
        self.verbose = verbose

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Set the rate.

        Raises:
            ValueError: If the function returns no number.
        """
        rate = self._next(epoch, float(self.model.optimizer.learning_rate))
        if not np.issubdtype(np.asarray(rate).dtype, np.number) or np.ndim(rate):
            raise ValueError(
                f"LearningRateScheduler: `schedule` must return a number; it returned {rate!r} for "
                f"epoch {epoch}."
            )
        self.model.optimizer.learning_rate = float(rate)
        if self.verbose:
            print(f"\nEpoch {epoch + 1}: learning rate {float(rate)}")  # noqa: T201

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Add the rate to the figures."""
        if logs is not None:
            logs["learning_rate"] = float(self.model.optimizer.learning_rate)

    def _next(self, epoch: int, rate: float) -> Any:
        try:
            inspect.signature(self.schedule).bind(epoch, rate)
        except TypeError:  # the form of older versions
            return self.schedule(epoch)
        return self.schedule(epoch, rate)


class ReduceLROnPlateau(Callback):
    """Lowers the learning rate when a figure has stopped improving.

    Args:
        monitor: The figure to watch.
        factor: What the rate is multiplied by, below 1.
        patience: Epochs without improvement to wait for one.
        verbose: Whether to say so.
        mode: "min", "max", or "auto": by the figure's name.
        min_delta: Differences up to this are no improvement.
        cooldown: Epochs to let pass after a reduction.
        min_lr: The lowest rate.
        **kwargs: None; named so that a misspelt argument gets an error.

    Raises:
        ValueError: If `factor` is not below 1.

    Example:
        >>> ReduceLROnPlateau(factor=0.5, patience=3).factor
        0.5
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        if kwargs:
            raise TypeError(f"ReduceLROnPlateau: unknown argument(s) {sorted(kwargs)}.")
        if factor >= 1.0:
            raise ValueError(f"ReduceLROnPlateau: `factor` must be below 1; got {factor}.")
        self.monitor = monitor
        self.factor = factor
        self.patience = patience
        self.verbose = verbose
        self.mode = mode
        self.min_delta = min_delta
        self.cooldown = cooldown
        self.min_lr = min_lr
        self._monitor = Monitor("ReduceLROnPlateau", monitor, mode, min_delta)
        self._begin()

    def _begin(self) -> None:
        self.best = self._monitor.worst
        self.wait = 0
        self.cooldown_counter = 0

    @property
    def monitor_op(self) -> Any:
        """The NumPy function that compares the figure with the best."""
        return self._monitor.operator

    def in_cooldown(self) -> bool:
        """Whether a reduction was so recent that nothing is counted."""
        return self.cooldown_counter > 0

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Forget an earlier run."""
        self._begin()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Compare the figure with the best; lower the rate when patience is over."""
        if logs is not None:
            logs["learning_rate"] = float(self.model.optimizer.learning_rate)
        value = self._monitor.read(logs)
        if value is None:
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self._monitor.is_better(value, self.best):
            self.best, self.wait = value, 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience:
                self._reduce(epoch)

    def _reduce(self, epoch: int) -> None:
        present = float(np.float32(self.model.optimizer.learning_rate))
        if present <= np.float32(self.min_lr):
            return
        rate = max(present * self.factor, self.min_lr)
        self.model.optimizer.learning_rate = rate
        if self.verbose:
            print(f"\nEpoch {epoch + 1}: learning rate reduced to {rate}")  # noqa: T201
        self.cooldown_counter = self.cooldown
        self.wait = 0
