"""The base of callbacks: what may be done at the events of a run."""

from __future__ import annotations

from typing import Any


class Callback:
    """Something that is told what happens in fit, evaluate and predict.

    A subclass overrides the events it wants. Overriding a batch event makes the run look up after
    every step; all others cost nothing inside an epoch.

    Example:
        >>> class Printer(Callback):
        ...     def on_epoch_end(self, epoch, logs=None):
        ...         print(epoch, sorted(logs))
        >>> Printer().on_epoch_end(0, {"loss": 0.5})
        0 ['loss']
    """

    params: dict[str, Any]

    def __init__(self) -> None:
        self.params = {}
        self._model: Any = None

    @property
    def model(self) -> Any:
        """The model of the run."""
        return self.__dict__.get("_model")

    def set_params(self, params: dict[str, Any]) -> None:
        """Take the parameters of the run: verbose, epochs, steps."""
        self.params = params

    def set_model(self, model: Any) -> None:
        """Take the model of the run."""
        self._model = model

    def on_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Another name of `on_train_batch_begin`."""

    def on_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Another name of `on_train_batch_end`."""

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """An epoch of training begins."""

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """An epoch of training ends; `logs` has its figures and may be added to."""

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """A step of training begins."""
        self.on_batch_begin(batch, logs=logs)

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """A step of training ends."""
        self.on_batch_end(batch, logs=logs)

    def on_test_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """A step of evaluation begins."""

    def on_test_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """A step of evaluation ends."""

    def on_predict_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """A step of prediction begins."""

    def on_predict_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """A step of prediction ends."""

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Training begins."""

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Training ends; `logs` has the figures of the last epoch."""

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Evaluation begins."""

    def on_test_end(self, logs: dict[str, Any] | None = None) -> None:
        """Evaluation ends."""

    def on_predict_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Prediction begins."""

    def on_predict_end(self, logs: dict[str, Any] | None = None) -> None:
        """Prediction ends."""


BATCH_EVENTS = {
    "train": ("on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end"),
    "test": ("on_test_batch_begin", "on_test_batch_end"),
    "predict": ("on_predict_batch_begin", "on_predict_batch_end"),
}


def phases_with_batch_events(callback: Any) -> frozenset[str]:
    """Return the phases, of "train", "test" and "predict", in which it wants every step.

    Example:
        >>> class Counter(Callback):
        ...     def on_train_batch_end(self, batch, logs=None): ...
        >>> (
        ...     sorted(phases_with_batch_events(Counter())),
        ...     sorted(phases_with_batch_events(Callback())),
        ... )
        (['train'], [])
    """
    if getattr(callback, "quiet_in_batches", False):
        return frozenset()
    return frozenset(
        phase
        for phase, events in BATCH_EVENTS.items()
        if any(_overrides(callback, event) for event in events)
    )


def _overrides(callback: Any, event: str) -> bool:
    own = getattr(type(callback), event, None)
    if event in vars(callback):
        return True
    return own is not None and own is not getattr(Callback, event)
