"""Several callbacks as one, and as what the loops speak to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ppul.callbacks.base import Callback, phases_with_batch_events
from ppul.callbacks.history import History
from ppul.callbacks.periodic import NEVER, Periodic
from ppul.callbacks.progbar_logger import ProgbarLogger


class CallbackList(Callback):
    """Tells every one of a list of callbacks each event.

    Args:
        callbacks: Callbacks.
        add_history: Whether to add a `History` unless there is one.
        add_progbar: Whether to add a `ProgbarLogger` unless there is one.
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
        if add_progbar and not self._has_progbar():
            self.callbacks.append(ProgbarLogger())
        self._every_step = frozenset[str]().union(*map(phases_with_batch_events, self.callbacks))
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
        self._every_step |= phases_with_batch_events(callback)

    def verbose(self, given: int | str) -> int | str:
        """Return how much a run is to show itself: nothing where a callback does."""
        return 0 if self._has_progbar() else given

    def _has_progbar(self) -> bool:
        return any(isinstance(callback, ProgbarLogger) for callback in self.callbacks)

    @property
    def batches(self) -> frozenset[str]:
        """The phases in which somebody wants to be told of single steps."""
        return self._every_step | ({"train"} if self._steps_until_due() < NEVER else set())

    def _steps_until_due(self) -> int:
        due = (c.steps_until_due for c in self.callbacks if isinstance(c, Periodic))
        return min(due, default=NEVER)

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
        if phase == "train":
            self.on_train_batch_end(step, logs)
        else:
            self._tell(f"on_{phase}_batch_end", step, logs)

    def steps_until_look(self, phase: str) -> int:
        """Return how many steps may be made before somebody wants to be told of one."""
        if phase in self._every_step:
            return 1
        return self._steps_until_due() if phase == "train" else NEVER

    def run_begin(self, run: Any) -> None:
        """Everybody has been told that training begins; a backup may move it on."""
        for _, callback in self._named():
            callback.on_run_begin(run)

    def run_settled(self, run: Any) -> None:
        """Everybody has been told what happened up to here."""
        for _, callback in self._named():
            callback.on_run_settled(run)

    def get_state(self) -> dict[str, Any]:
        """Return the memory of all callbacks."""
        return {name: callback.get_state() for name, callback in self._named()}

    def set_state(self, state: dict[str, Any]) -> None:
        """Give each callback its memory back; one that was not there before keeps its own."""
        for name, callback in self._named():
            if name in state:
                callback.set_state(state[name])

    def _named(self) -> Iterator[tuple[str, Callback]]:
        """Callbacks by their class, and by their place among those of one class."""
        counts: dict[str, int] = {}
        for callback in self.callbacks:
            if isinstance(callback, Callback):
                kind = type(callback).__qualname__
                counts[kind] = counts.get(kind, 0) + 1
                yield f"{kind} {counts[kind]}", callback

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
        """Tell all, and those that act every so many steps how many were made."""
        logs = {} if logs is None else logs
        for callback in self.callbacks:
            callback.on_train_batch_end(batch, logs)
            if isinstance(callback, Periodic):
                callback.reach(batch, logs)

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
