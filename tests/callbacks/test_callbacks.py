"""What callbacks are told, when, and what they may change: as in Keras."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

import ppul
from ppul.callbacks.base import phases_with_batch_events

# Sums of a few steps in another order.
CLOSE = {"rtol": 1e-4, "atol": 1e-6}

LIBRARIES = (ppul, keras)
EVENTS = sorted(name for name in dir(keras.callbacks.Callback) if name.startswith("on_"))

_RNG = np.random.default_rng(0)
X = _RNG.normal(size=(40, 4)).astype("float32")
Y = X[:, :1] * 2 - X[:, 1:2] + 1
DATA = {"x": X, "y": Y, "batch_size": 10, "verbose": 0}
FIT = DATA | {"epochs": 2, "shuffle": False}


def network(k: Any) -> Any:
    model = k.Sequential([k.Input((4,)), k.layers.Dense(3, "tanh"), k.layers.Dense(1)])
    model.set_weights([np.sin(np.arange(w.size) + 1).reshape(w.shape) for w in model.get_weights()])
    model.compile(k.optimizers.SGD(0.1), "mse", metrics=["mae"])
    return model


def recorder(k: Any, events: Any = EVENTS) -> Any:
    """A callback that keeps each event: its name, its number, its logs, the parameters."""

    class Recorder(k.callbacks.Callback):
        def __init__(self) -> None:
            super().__init__()
            self.told: list[Any] = []

    def event(name: str) -> Callable[..., None]:
        def told(self: Any, *arguments: Any, **named: Any) -> None:
            *place, logs = (*arguments, *named.values())
            figures = {key: np.array(value) for key, value in logs.items()}
            self.told.append((name, place, figures, self.params))
            if name.startswith("on_train_batch"):  # tells on_batch_begin and on_batch_end
                getattr(k.callbacks.Callback, name)(self, *place, logs)

        return told

    for name in events:
        setattr(Recorder, name, event(name))
    return Recorder()


def close(ours: Any, theirs: Any) -> None:
    assert ours.keys() == theirs.keys()
    for name, value in theirs.items():
        np.testing.assert_allclose(ours[name], value, err_msg=name, **CLOSE)


@pytest.fixture(scope="module")
def told() -> list[Any]:
    """All events of a fit with validation, an evaluation and a prediction: ppul's and Keras's."""
    found = []
    for k in LIBRARIES:
        model, listener = network(k), recorder(k)
        model.fit(**FIT, validation_data=(X[:20], Y[:20]), callbacks=[listener])
        model.evaluate(**DATA, callbacks=[listener])
        model.predict(X, batch_size=20, verbose=0, callbacks=[listener])
        found.append(listener.told)
    return found


def test_events_come_in_the_order_of_keras(told: Any) -> None:
    ours, theirs = ([each[:2] for each in one] for one in told)
    assert ours == theirs
    assert {name for name, _ in ours} == set(EVENTS)


def test_logs_have_the_figures_of_keras_in_its_order(told: Any) -> None:
    ours, theirs = told
    for (event, _, logs, _), (_, _, expected, _) in zip(ours, theirs, strict=True):
        assert list(logs) == list(expected), event
        close(logs, expected)


def test_params_are_those_of_keras(told: Any) -> None:
    ours, theirs = ([each[3] for each in one] for one in told)
    assert ours == theirs


@pytest.mark.parametrize("event", EVENTS)
def test_one_event_alone_is_told_as_often_as_in_keras(event: str) -> None:
    counts = []
    for k in LIBRARIES:
        model, listener = network(k), recorder(k, [event])
        model.fit(**FIT, validation_data=(X[:20], Y[:20]), callbacks=[listener])
        model.predict(X, batch_size=20, verbose=0, callbacks=[listener])
        counts.append([each[1] for each in listener.told])
    assert counts[0] == counts[1]
    assert counts[0]


@pytest.mark.parametrize("event", [name for name in EVENTS if "batch" not in name])
def test_the_model_is_at_hand(event: str) -> None:
    for k in LIBRARIES:
        model, seen = network(k), []

        def look(self: Any, *arguments: Any, seen: Any = seen) -> None:
            seen.append(self.model)

        callback = acting(k, event, look)
        model.fit(**FIT, validation_data=(X[:20], Y[:20]), callbacks=[callback])
        model.predict(X, batch_size=20, verbose=0, callbacks=[callback])
        assert seen
        assert all(each is model for each in seen)


def acting(k: Any, event: str, action: Callable[..., None], **others: Any) -> Any:
    """A callback that does something at an event: `action(self, *arguments)`."""
    return type("Acting", (k.callbacks.Callback,), {event: action, **others})()


# An event, and at which of its calls training is to stop.
STOPS = [("on_epoch_end", n) for n in (1, 2, 9)] + [
    ("on_test_begin", 2),
    ("on_test_batch_end", 3),
    ("on_test_end", 2),
]


@pytest.mark.parametrize(("event", "call"), STOPS)
def test_training_stops_where_it_stops_in_keras(event: str, call: int) -> None:
    found = []
    for k in LIBRARIES:
        calls: list[Any] = []

        def stop(self: Any, *arguments: Any, calls: Any = calls, logs: Any = None) -> None:
            calls.append(arguments)
            if len(calls) == call:
                self.model.stop_training = True

        model = network(k)
        fit = FIT | {"epochs": 4, "validation_data": (X, Y)}
        history = model.fit(**fit, callbacks=[acting(k, event, stop)])
        found.append((history.history, history.epoch, len(calls), model.stop_training))
        model.fit(**FIT)
        assert not model.stop_training
    close(found[0][0], found[1][0])
    assert found[0][1:] == found[1][1:]


def test_prediction_stops_where_it_stops_in_keras() -> None:
    def stop(self: Any, batch: int, logs: Any = None) -> None:
        if batch == 1:
            self.model.stop_predicting = True

    found = []
    for k in LIBRARIES:
        model = network(k)
        callback = acting(k, "on_predict_batch_end", stop)
        found.append(model.predict(X, batch_size=10, verbose=0, callbacks=[callback]))
        assert len(model.predict(X, verbose=0)) == len(X)
    assert len(found[0]) == 20
    np.testing.assert_allclose(*found, **CLOSE)


def lower_the_rate(self: Any, place: int, logs: Any = None) -> None:
    self.model.optimizer.learning_rate = 0.1 / (place + 2)


def assign_the_rate(self: Any, place: int, logs: Any = None) -> None:
    self.model.optimizer.learning_rate.assign(0.1 / (place + 2))


def halve_the_weights(self: Any, place: int, logs: Any = None) -> None:
    self.model.set_weights([w * 0.5 for w in self.model.get_weights()])


def assign_a_weight(self: Any, epoch: int, logs: Any = None) -> None:
    kernel = self.model.layers[0].kernel
    kernel.assign(np.asarray(kernel) * 0.5)


CHANGES = {
    "rate": ("on_epoch_end", lower_the_rate),
    "rate at the beginning": ("on_epoch_begin", lower_the_rate),
    "rate assigned": ("on_epoch_begin", assign_the_rate),
    "weights": ("on_epoch_end", halve_the_weights),
    "a weight": ("on_epoch_begin", assign_a_weight),
    "weights before a step": ("on_train_batch_begin", halve_the_weights),
    "weights after a step": ("on_train_batch_end", halve_the_weights),
    "rate after a step": ("on_train_batch_end", lower_the_rate),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_a_callback_changes_takes_effect_as_in_keras(name: str) -> None:
    found = []
    for k in LIBRARIES:
        model = network(k)
        history = model.fit(**FIT | {"epochs": 3}, callbacks=[acting(k, *CHANGES[name])])
        rate = float(np.asarray(model.optimizer.learning_rate))
        found.append((history.history, model.get_weights(), rate))
    close(found[0][0], found[1][0])
    for ours, theirs in zip(found[0][1], found[1][1], strict=True):
        np.testing.assert_allclose(ours, theirs, **CLOSE)
    assert found[0][2] == pytest.approx(found[1][2])


def test_a_callback_sees_the_weights_of_each_step_as_in_keras() -> None:
    found = []
    for k in LIBRARIES:
        seen: list[Any] = []

        def look(self: Any, batch: int, logs: Any = None, seen: Any = seen) -> None:
            seen.append(np.concatenate([w.ravel() for w in self.model.get_weights()]))

        network(k).fit(**FIT, callbacks=[acting(k, "on_train_batch_end", look)])
        found.append(seen)
    assert len(found[0]) == 8
    np.testing.assert_allclose(*found, **CLOSE)


def test_what_a_callback_adds_to_logs_reaches_later_callbacks_and_the_history() -> None:
    for k in LIBRARIES:
        seen: list[Any] = []

        def add(self: Any, epoch: int, logs: Any) -> None:
            logs["added"] = epoch * 2.0

        def look(self: Any, epoch: int, logs: Any, seen: Any = seen) -> None:
            seen.append(logs["added"])

        callbacks = [acting(k, "on_epoch_end", add), acting(k, "on_epoch_end", look)]
        history = network(k).fit(**FIT, callbacks=callbacks)
        assert seen == history.history["added"] == [0.0, 2.0]


def again(k: Any) -> Any:
    model = network(k)
    first = model.fit(**FIT)
    second = model.fit(**FIT | {"epochs": 4, "initial_epoch": 2})
    return [first.history, second.history], [first.epoch, second.epoch, model.history is second]


def own(k: Any) -> Any:
    model, history = network(k), k.callbacks.History()
    returned = [model.fit(**FIT, callbacks=[history]) is history for _ in range(2)]
    return [history.history], [returned, history.epoch, model.history is history]


def described(k: Any) -> Any:
    model = network(k)
    history = model.fit(**FIT)
    return [history.history], [history.epoch, history.params, list(history.history)]


@pytest.mark.parametrize("run", [again, own, described])
def test_the_history_is_that_of_keras(run: Any) -> None:
    (figures, facts), (expected, expected_facts) = map(run, LIBRARIES)
    assert facts == expected_facts
    for ours, theirs in zip(figures, expected, strict=True):
        close(ours, theirs)


FORMS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "one": lambda k, callback, model: callback,
    "list": lambda k, callback, model: [callback],
    "tuple": lambda k, callback, model: (callback,),
    "CallbackList": lambda k, callback, model: k.callbacks.CallbackList(
        [callback], add_history=True, model=model, epochs=2, verbose=0, steps=4
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_callbacks_may_be_given_as_in_keras(form: str) -> None:
    found = []
    for k in LIBRARIES:
        # Batch events come from a thread in Keras where there is one callback, not in a list.
        events = ["on_epoch_end", *(["on_train_batch_end"] if form != "one" else [])]
        model, listener = network(k), recorder(k, events)
        history = model.fit(**FIT, callbacks=FORMS[form](k, listener, model))
        found.append((history.history, [each[:2] + each[3:] for each in listener.told]))
    close(found[0][0], found[1][0])
    assert found[0][1] == found[1][1]


@pytest.mark.parametrize("wrong", ["EarlyStopping", ppul.callbacks.History, print])
def test_what_is_no_callback_is_refused_by_name(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"`callbacks` must be `Callback` objects; got .*"):
        network(ppul).fit(**FIT, callbacks=[wrong])


def test_only_batch_events_make_a_run_look_up_at_every_step() -> None:
    for event in EVENTS:
        phases = phases_with_batch_events(recorder(ppul, [event]))
        phase = event.split("_")[1].replace("batch", "train")
        assert phases == ({phase} if "_batch_" in event else set()), event


def test_callbacks_without_batch_events_leave_the_result_of_training_alone() -> None:
    quiet = [name for name in EVENTS if "batch" not in name]
    assert not phases_with_batch_events(recorder(ppul, quiet))
    models = [network(ppul) for _ in range(3)]
    for model, events in zip(models, ([], quiet, EVENTS), strict=True):
        model.fit(**FIT, callbacks=[recorder(ppul, events)])
    theirs = network(keras)
    theirs.fit(**FIT)
    for each in zip(*(model.get_weights() for model in models), theirs.get_weights(), strict=True):
        np.testing.assert_array_equal(each[0], each[1])
        np.testing.assert_array_equal(each[0], each[2])
        np.testing.assert_allclose(each[0], each[3], **CLOSE)
