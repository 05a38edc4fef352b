"""A run that is told to stop stops where it does in Keras."""

from __future__ import annotations

import numpy as np
import pytest

from tests.callbacks.test_callbacks import FIT, LIBRARIES, acting, close
from tests.callbacks.test_callbacks import network as listened

STOPS = [
    ("on_train_begin", 1),
    ("on_epoch_begin", 2),
    ("on_train_batch_begin", 2),
    ("on_train_batch_end", 3),
    ("on_batch_end", 6),
]


@pytest.mark.parametrize(("event", "call"), STOPS)
def test_training_stops_where_it_stops_in_keras(event: str, call: int) -> None:
    found = []
    for k in LIBRARIES:
        calls = []

        def stop(self, *arguments, calls=calls, logs=None) -> None:
            calls.append(arguments)
            if len(calls) == call:
                self.model.stop_training = True

        model = listened(k)
        history = model.fit(**FIT | {"epochs": 4}, callbacks=[acting(k, event, stop)])
        found.append((history.history, history.epoch, len(calls), model.stop_training))
    close(found[0][0], found[1][0])
    assert found[0][1:] == found[1][1:]


def test_evaluation_stops_where_it_stops_in_keras() -> None:
    def stop(self, batch: int, logs=None) -> None:
        self.model.stop_evaluating = True

    found = []
    for k in LIBRARIES:
        model = listened(k)
        callback = acting(k, "on_test_batch_end", stop)
        data = {key: FIT[key] for key in ("x", "y", "batch_size", "verbose")}
        found.append(model.evaluate(**data, callbacks=[callback]))
        found[-1] += model.evaluate(**data)
    np.testing.assert_allclose(*found, rtol=1e-4)
