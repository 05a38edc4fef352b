"""Averages of weights, figures sent to a server, progress bars, and what `Periodic` asks for."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest

import ppul
from ppul.training import loop
from tests.callbacks.test_callbacks import LIBRARIES, X, Y, close, recorder
from tests.callbacks.test_callbacks import network as plain

# Sums of a few steps in another order.
CLOSE = {"rtol": 1e-4, "atol": 1e-6}
FIT = {"batch_size": 10, "epochs": 3, "shuffle": False, "verbose": 0}


def network(k: Any, **settings: Any) -> Any:
    model = plain(k)
    model.compile(k.optimizers.SGD(0.1, **settings), "mse", metrics=["mae"])
    return model


# Averages.


@pytest.mark.parametrize("swap_on_epoch", [False, True])
def test_averages_are_judged_where_they_are_in_keras(swap_on_epoch: bool) -> None:
    found = []
    for k in LIBRARIES:
        model = network(k, use_ema=True, ema_momentum=0.9)
        seen: list[Any] = []

        def look(*arguments: Any, model: Any = model, seen: list[Any] = seen) -> None:
            seen.append(np.concatenate([w.ravel() for w in model.get_weights()]))

        events = ("on_epoch_begin", "on_epoch_end", "on_test_begin", "on_test_end", "on_train_end")
        watching = k.callbacks.LambdaCallback(**dict.fromkeys(events, look))
        swap = k.callbacks.SwapEMAWeights(swap_on_epoch=swap_on_epoch)
        history = model.fit(X, Y, **FIT, validation_data=(X, Y), callbacks=[swap, watching])
        found.append((history.history, seen))
    close(found[0][0], found[1][0])
    np.testing.assert_allclose(found[0][1], found[1][1], **CLOSE)


def test_a_second_training_begins_with_the_averages_of_the_first() -> None:
    model = network(ppul, use_ema=True)
    swap = ppul.callbacks.SwapEMAWeights(swap_on_epoch=True)
    model.fit(X, Y, **FIT, callbacks=[swap])
    weights, begun = model.get_weights(), []
    look = ppul.callbacks.LambdaCallback(
        on_epoch_begin=lambda *_: begun.append(model.get_weights())
    )
    model.fit(X, Y, **FIT, callbacks=[swap, look])
    np.testing.assert_array_equal(begun[0][0], weights[0])


def test_averages_are_what_is_evaluated_and_predicted_with() -> None:
    model = network(ppul, use_ema=True, ema_momentum=0.9)
    swap = [ppul.callbacks.SwapEMAWeights()]
    before = model.evaluate(X, Y, verbose=0, callbacks=swap)
    assert before == model.evaluate(X, Y, verbose=0)  # there are no averages yet
    model.fit(X, Y, **FIT)
    model.train_on_batch(X, Y)
    weights, averages = model.get_weights(), model.optimizer.variables[2:]
    judged = (
        model.evaluate(X, Y, verbose=0, callbacks=swap),
        model.predict(X, verbose=0, callbacks=swap),
    )
    np.testing.assert_array_equal(model.get_weights()[0], weights[0])
    model.set_weights([average.numpy() for average in averages])
    assert judged[0] == model.evaluate(X, Y, verbose=0)
    np.testing.assert_array_equal(judged[1], model.predict(X, verbose=0))


def test_an_optimizer_without_averages_is_named() -> None:
    with pytest.raises(
        ValueError, match=r"SwapEMAWeights: the optimizer 'sgd.*' keeps no averages"
    ):
        network(ppul).fit(X, Y, **FIT, callbacks=[ppul.callbacks.SwapEMAWeights()])


# A server.


@pytest.fixture
def server() -> Iterator[Any]:
    """A server on this machine that keeps what it is sent."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.server.received.append((self.path, dict(self.headers), body))  # type: ignore[attr-defined]
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments: Any) -> None:
            """Stay silent."""

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        http.received = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield http
        http.shutdown()
        thread.join()


@pytest.mark.parametrize("as_json", [False, True])
def test_figures_are_sent_to_a_server(as_json: bool, server: Any) -> None:
    monitor = ppul.callbacks.RemoteMonitor(
        f"http://127.0.0.1:{server.server_port}",
        path="/here",
        field="figures",
        headers={"X-Run": "7"},
        send_as_json=as_json,
    )
    history = network(ppul).fit(X, Y, **FIT, callbacks=[monitor]).history
    assert [path for path, _, _ in server.received] == ["/here"] * 3
    for epoch, (_, headers, body) in enumerate(server.received):
        kind = "application/json" if as_json else "application/x-www-form-urlencoded"
        assert (headers["Content-Type"], headers["X-Run"]) == (kind, "7")
        text = body if as_json else parse_qs(body)["figures"][0]
        assert json.loads(text) == {"epoch": epoch, **{k: v[epoch] for k, v in history.items()}}


def test_a_server_that_does_not_answer_is_warned_of() -> None:
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as closed:
        root = f"http://127.0.0.1:{closed.server_port}"
    with pytest.warns(UserWarning, match=f"RemoteMonitor: {root} does not answer"):
        network(ppul).fit(
            X, Y, **FIT | {"epochs": 1}, callbacks=[ppul.callbacks.RemoteMonitor(root)]
        )
    with pytest.raises(ValueError, match=r"`root` must begin with 'http://'.*'ftp://x'"):
        ppul.callbacks.RemoteMonitor("ftp://x")


# Progress.


def test_one_bar_is_shown_with_a_bar_of_ones_own() -> None:
    shown = []
    for callbacks in ([], [ppul.callbacks.ProgbarLogger()]):
        with contextlib.redirect_stdout(io.StringIO()) as text:
            network(ppul).fit(X, Y, **FIT | {"verbose": 2}, callbacks=callbacks)
            network(ppul).evaluate(X, Y, batch_size=10, verbose=2, callbacks=callbacks)
            network(ppul).predict(X, batch_size=10, verbose=2, callbacks=callbacks)
        shown.append([line.split(" - ")[0] for line in text.getvalue().splitlines()])
    assert shown[0] == shown[1]
    assert shown[0] == ["Epoch 1/3", "4/4", "Epoch 2/3", "4/4", "Epoch 3/3", "4/4", "4/4", "4/4"]


def test_a_loop_of_ones_own_has_a_bar_and_a_history() -> None:
    model = network(ppul)
    callbacks = ppul.callbacks.CallbackList(
        [], add_history=True, add_progbar=True, model=model, epochs=2, steps=4, verbose=2
    )
    with contextlib.redirect_stdout(io.StringIO()) as text:
        callbacks.on_train_begin()
        for epoch in range(2):
            callbacks.on_epoch_begin(epoch)
            for batch in range(4):
                callbacks.on_train_batch_end(batch, {"loss": 0.5})
            callbacks.on_epoch_end(epoch, {"loss": 0.5})
        callbacks.on_train_end()
    assert text.getvalue().count("4/4") == 2
    assert "loss: 0.5000" in text.getvalue()
    assert model.history.history == {"loss": [0.5, 0.5]}


# Steps that are looked at.


def chunks_of(monkeypatch: Any, callbacks: list[Any]) -> list[int]:
    """After how many steps of the run each chunk ends."""
    ends: list[int] = []
    chunk = loop.Runner.chunk

    def noted(self: Any, block: Any, start: int, stop: int) -> Any:
        ends.append((ends[-1] if ends else 0) + stop - start)
        return chunk(self, block, start, stop)

    monkeypatch.setattr(loop.Runner, "chunk", noted)
    monkeypatch.setattr(loop.Pace, "next", lambda self, left: left)
    network(ppul).fit(X, Y, **FIT | {"batch_size": 2}, callbacks=callbacks)
    return ends


def test_chunks_end_where_a_callback_is_due(monkeypatch: Any, tmp_path: Any) -> None:
    c = ppul.callbacks
    by_epoch = [
        c.ModelCheckpoint(tmp_path / "a.keras", monitor="loss"),
        c.BackupAndRestore(tmp_path / "backup"),
        c.TensorBoard(tmp_path / "logs", histogram_freq=1),
    ]
    assert chunks_of(monkeypatch, by_epoch) == [20, 40, 60]
    monkeypatch.undo()
    by_steps = [
        c.ModelCheckpoint(tmp_path / "a.keras", monitor="loss", save_freq=25),
        c.TensorBoard(tmp_path / "logs", update_freq=30, profile_batch=(8, 11)),
    ]
    assert chunks_of(monkeypatch, by_steps) == [7, 11, 20, 25, 30, 40, 50, 60]
    monkeypatch.undo()
    every = chunks_of(monkeypatch, [recorder(ppul, ["on_train_batch_end"]), *by_steps])
    assert every == list(range(1, 61))


def test_a_checkpoint_of_ones_own_is_told_of_every_step(tmp_path: Any) -> None:
    for k in LIBRARIES:
        told: list[int] = []

        class Own(k.callbacks.ModelCheckpoint):
            def on_train_batch_end(self, batch: int, logs: Any = None, told: Any = told) -> None:
                super().on_train_batch_end(batch, logs)
                told.append(batch)

        path = tmp_path / f"{k.__name__}.weights.h5"
        own = Own(path, monitor="loss", save_weights_only=True)
        network(k).fit(X, Y, **FIT, callbacks=[own, k.callbacks.History()])
        assert told == [0, 1, 2, 3] * 3
        assert path.exists()


def test_a_loss_that_is_no_number_may_be_an_error() -> None:
    for k in LIBRARIES:
        model = network(k)
        model.set_weights([w * np.nan for w in model.get_weights()])
        callback = k.callbacks.TerminateOnNaN(raise_error=True)
        with pytest.raises(RuntimeError, match=r"(?i)loss"):
            model.fit(X, Y, **FIT, callbacks=[callback])


@pytest.mark.parametrize("mode", ["min", "max"])
def test_subclasses_find_how_figures_are_compared(mode: str) -> None:
    for k in LIBRARIES:
        stopping = k.callbacks.EarlyStopping("loss", mode=mode)
        stopping.set_model(network(k))
        stopping.on_train_begin()
        stopping.on_epoch_end(0, {"loss": 1.0})  # Keras decides now
        compared = [bool(stopping.monitor_op(2.0, value)) for value in (1.0, 2.0, 3.0)]
        assert compared == [mode == "max", False, mode == "min"]
        assert stopping.get_monitor_value({"loss": 2.0}) == 2.0


def test_checkpoints_of_orbax_say_what_to_install(monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "orbax.checkpoint", None)
    with pytest.raises(ImportError, match="Run `pip install orbax-checkpoint`, or use"):
        ppul.callbacks.OrbaxCheckpoint(tmp_path)
    (tmp_path / "3" / "pytree").mkdir(parents=True)
    (tmp_path / "3" / "_CHECKPOINT_METADATA").write_text("{}")
    with pytest.raises(ImportError, match="Run `pip install orbax-checkpoint`"):
        ppul.saving.load_model(tmp_path)
