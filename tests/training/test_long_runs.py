"""Many models and many calls in one process: nothing is compiled twice, nothing piles up."""

from __future__ import annotations

import gc
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import jax
import numpy as np
import pytest

import ppul
from ppul import layers
from ppul.training import program

X = np.random.default_rng(0).normal(size=(70, 5)).astype("float32")
Y = (X[:, :1] > 0).astype("float32")


def network(units: int = 7) -> Any:
    model = ppul.Sequential([ppul.Input((5,)), layers.Dense(units, "relu"), layers.Dense(1)])
    model.compile("adam", "mse", metrics=["mae"])
    return model


def compiled_by(action: Any) -> int:
    before = program.compilations
    action()
    return program.compilations - before


def test_one_fit_compiles_one_program() -> None:
    assert compiled_by(lambda: network(11).fit(X, Y, epochs=5, verbose=0)) == 1
    assert compiled_by(lambda: network(12).fit(X[:64], Y[:64], epochs=5, verbose=0)) == 1


def test_the_same_model_built_again_compiles_nothing() -> None:
    network(13).fit(X, Y, verbose=0)
    assert compiled_by(lambda: network(13).fit(X, Y, epochs=2, verbose=0)) == 0


def test_data_of_nearly_the_same_length_share_programs() -> None:
    network(14).fit(X[:64], Y[:64], verbose=0)
    assert compiled_by(lambda: network(14).fit(X[:60], Y[:60], batch_size=30, verbose=0)) == 1
    model = network(15)
    model.fit(np.repeat(X, 20, 0)[:1280], np.repeat(Y, 20, 0)[:1280], verbose=0)
    again = lambda: model.fit(np.repeat(X, 20, 0)[:1248], np.repeat(Y, 20, 0)[:1248], verbose=0)  # noqa: E731
    assert compiled_by(again) == 0


def test_predict_over_fifty_lengths_compiles_a_handful() -> None:
    model = network(16)

    def predict() -> None:
        for rows in range(1, 51):
            assert model.predict(X[:rows], verbose=0).shape == (rows, 1)

    assert compiled_by(predict) <= 6


def test_rows_added_to_fill_a_batch_change_no_prediction() -> None:
    model = network(17)
    whole = np.asarray(model(X))
    for rows in (1, 3, 17, 33, 70):
        np.testing.assert_allclose(
            model.predict(X[:rows], verbose=0), whole[:rows], rtol=1e-5, atol=1e-6
        )


def test_models_that_are_dropped_are_let_go() -> None:
    def build_and_drop(count: int) -> None:
        for _ in range(count):
            network(18).fit(X, Y, verbose=0)
        gc.collect()

    build_and_drop(5)
    before = len(jax.live_arrays())
    assert compiled_by(lambda: build_and_drop(15)) == 0
    assert len(jax.live_arrays()) <= before


@pytest.fixture
def _listening_to_ctrl_c() -> Iterator[None]:
    # Tests that are run in the background ignore it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_listening_to_ctrl_c")
def test_ctrl_c_in_a_long_epoch_leaves_a_usable_model() -> None:
    rows = np.repeat(X, 20_000, 0)
    targets = np.repeat(Y, 20_000, 0)
    model = network(19)
    model.fit(X, Y, verbose=0)
    pressed: list[float] = []

    def press() -> None:
        pressed.append(time.monotonic())
        signal.raise_signal(
            signal.SIGINT
        ) if threading.current_thread() is threading.main_thread() else (
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        )

    timer = threading.Timer(1.0, press)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        model.fit(rows, targets, batch_size=2, epochs=100, verbose=0)
    assert pressed
    steps = int(model.optimizer.iterations.numpy())
    assert steps > 3
    assert all(np.isfinite(w).all() for w in model.get_weights())
    model.fit(X, Y, verbose=0)
    assert int(model.optimizer.iterations.numpy()) == steps + 3
