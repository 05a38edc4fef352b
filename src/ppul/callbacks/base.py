"""The base of callbacks: what may be done at the events of a run."""

from __future__ import annotations

import functools
import inspect
from typing import Any

from ppul.callbacks.plain import is_plain


class Callback:
    """Something that is told what happens in fit, evaluate and predict.

    A subclass overrides the events it wants. Overriding a batch event makes the run look up after
    every step; all others cost nothing inside an epoch.

    A run that `BackupAndRestore` continues gives every callback its memory back: what `get_state`
    returned goes to `set_state`, after `on_train_begin`.

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

    def get_state(self) -> dict[str, Any]:
        """Return what it remembers of a run: plain values, see `is_plain`, by name.

        By default all its attributes that are such and are no arguments of its constructor.
        """
        settings = _settings(type(self))
        return {n: v for n, v in vars(self).items() if n not in settings and is_plain(v)}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take back what `get_state` returned."""
        vars(self).update(state)

    def on_run_begin(self, run: Any) -> None:
        """All callbacks have been told that training begins.

        Args:
            run: How far the training is; its `set_state` moves it on, and all callbacks with it.
        """

    def on_run_settled(self, run: Any) -> None:
        """All callbacks have been told of the end of an epoch, or of a step that one asked for.

        Args:
            run: How far the training is; its `get_state` is everything that it goes on from.
        """

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
    return frozenset(
        phase
        for phase, events in BATCH_EVENTS.items()
        if any(_overrides(callback, event) for event in events)
    )


@functools.cache
def _settings(cls: type) -> frozenset[str]:
    """Attributes that are no memory: constructors' arguments, and what a run sets itself."""
    constructors = [vars(base).get("__init__") for base in cls.__mro__[:-1]]
    arguments = (inspect.signature(each).parameters for each in constructors if each is not None)
    return frozenset({"params", "_model"}).union(*arguments)


def _overrides(callback: Any, event: str) -> bool:
    own = getattr(type(callback), event, None)
    if event in vars(callback):
        return True
    return own is not None and own is not getattr(Callback, event)
