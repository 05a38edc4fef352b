"""Several callbacks as one, and as what the loops speak to."""

from __future__ import annotations

from typing import Any

from ppul.callbacks.base import Callback, phases_with_batch_events
from ppul.callbacks.history import History


class CallbackList(Callback):
    """Tells every one of a list of callbacks each event.

    Args:
        callbacks: Callbacks.
        add_history: Whether to add a `History` unless there is one.
        add_progbar: Kept for Keras's signature; `fit` shows progress itself.
        model: The model of the run.
        **params: Parameters of the run.
    """

    def __init__(
        self,
        callbacks: Any = None,
        add_history: bool = False,
        add_progbar: bool = False,
        model: Any = None,
        **params: Any,
    ) -> None:
        super().__init__()
        self.callbacks = _flat(callbacks)
        self._history = next((c for c in self.callbacks if isinstance(c, History)), None)
        if add_history and self._history is None:
            self._history = History()
            self.callbacks.append(self._history)
        self.batches = frozenset[str]().union(*map(phases_with_batch_events, self.callbacks))
        if model is not None:
            self.set_model(model)
        if params:
            self.set_params(params)

    @classmethod
    def of(
        cls,
        callbacks: Any,
        model: Any,
        *,
        epochs: int,
        verbose: int | str,
        steps: int | None,
        add_history: bool = False,
    ) -> CallbackList:
        """Return callbacks, a list of them, None or a `CallbackList` as a list for a run."""
        if isinstance(callbacks, CallbackList):
            return callbacks
        return cls(
            callbacks,
            add_history=add_history,
            model=model,
            epochs=epochs,
            verbose=verbose,
            steps=steps,
        )

    def append(self, callback: Callback) -> None:
        """Add a callback."""
        self.callbacks.append(callback)
        self.batches |= phases_with_batch_events(callback)

    def set_params(self, params: dict[str, Any]) -> None:
        """Tell the parameters of the run."""
        self.params = params
        for callback in self.callbacks:
            callback.set_params(params)

    def set_model(self, model: Any) -> None:
        """Tell the model of the run."""
        super().set_model(model)
        if self._history is not None:
            model.history = self._history
        for callback in self.callbacks:
            callback.set_model(model)

    # What the loops say.

    def begin(self, phase: str, logs: dict[str, Any] | None = None) -> None:
        """A run of "train", "test" or "predict" begins."""
        self._tell(f"on_{phase}_begin", logs)

    def end(self, phase: str, logs: dict[str, Any] | None = None) -> None:
        """It ends."""
        self._tell(f"on_{phase}_end", logs)

    def epoch_begin(self, epoch: int) -> None:
        """An epoch begins."""
        self.on_epoch_begin(epoch)

    def epoch_end(self, epoch: int, logs: dict[str, Any]) -> None:
        """An epoch ends."""
        self.on_epoch_end(epoch, logs)

    def batch_begin(self, phase: str, step: int) -> None:
        """A step begins."""
        self._tell(f"on_{phase}_batch_begin", step, {})

    def batch_end(self, phase: str, step: int, logs: dict[str, Any]) -> None:
        """A step ends."""
        self._tell(f"on_{phase}_batch_end", step, logs)

    def stopped(self, phase: str) -> bool:
        """Return whether somebody asked that the run ends after the present step."""
        return bool(getattr(self.model, _STOPS[phase], False))

    def _tell(self, event: str, *arguments: Any) -> None:
        *place, logs = arguments
        logs = {} if logs is None else logs
        for callback in self.callbacks:
            getattr(callback, event)(*place, logs)

    # Keras's events, for callbacks that hold others.

    def on_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Tell all."""
        self._tell("on_batch_begin", batch, logs)

    def on_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Tell all."""
        self._tell("on_batch_end", batch, logs)

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Tell all."""
        self._tell("on_epoch_begin", epoch, logs)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Tell all."""
        self._tell("on_epoch_end", epoch, logs)

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Tell all."""
        self._tell("on_train_batch_begin", batch, logs)

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Tell all."""
        self._tell("on_train_batch_end", batch, logs)

    def on_test_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Tell all."""
        self._tell("on_test_batch_begin", batch, logs)

    def on_test_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Tell all."""
        self._tell("on_test_batch_end", batch, logs)

    def on_predict_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Tell all."""
        self._tell("on_predict_batch_begin", batch, logs)

    def on_predict_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Tell all."""
        self._tell("on_predict_batch_end", batch, logs)

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Tell all."""
        self._tell("on_train_begin", logs)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Tell all."""
        self._tell("on_train_end", logs)

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Tell all."""
        self._tell("on_test_begin", logs)

    def on_test_end(self, logs: dict[str, Any] | None = None) -> None:
        """Tell all."""
        self._tell("on_test_end", logs)

    def on_predict_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Tell all."""
        self._tell("on_predict_begin", logs)

    def on_predict_end(self, logs: dict[str, Any] | None = None) -> None:
        """Tell all."""
        self._tell("on_predict_end", logs)


# What a callback sets on the model to end a run.
_STOPS = {"train": "stop_training", "test": "stop_evaluating", "predict": "stop_predicting"}


def _flat(callbacks: Any) -> list[Any]:
    if callbacks is None:
        return []
    if isinstance(callbacks, (list, tuple)):
        return [one for item in callbacks for one in _flat(item)]
    if isinstance(callbacks, type) or not hasattr(callbacks, "set_model"):
        raise TypeError(
            f"`callbacks` must be `Callback` objects; got {callbacks!r}. Make an object of a class "
            "derived from `ppul.callbacks.Callback`."
        )
    return [callbacks]
