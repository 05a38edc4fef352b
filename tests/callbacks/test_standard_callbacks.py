"""The callbacks that come with Keras: each run with them is the run it is there."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

import ppul

# Sums of a few steps in another order.
HISTORY = {"rtol": 1e-4, "atol": 1e-6}
RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 4)).astype("float32")
# Noise that a network only learns by heart: validation soon gets worse.
Y = RNG.normal(size=(40, 1)).astype("float32")


def network(k: Any, rate: float = 0.05, width: int = 8) -> Any:
    model = k.Sequential([k.Input((4,)), k.layers.Dense(width, "tanh"), k.layers.Dense(1)])
    model.set_weights([np.sin(np.arange(w.size)).reshape(w.shape) for w in model.get_weights()])
    model.compile(k.optimizers.SGD(rate), "mse", metrics=["mae"])
    return model


def run(k: Any, callback: Any, epochs: int = 12, **network_: Any) -> tuple[Any, Any]:
    model = network(k, **network_)
    history = model.fit(
        *(X[:30], Y[:30]),
        validation_data=(X[30:], Y[30:]),
        epochs=epochs,
        batch_size=10,
        shuffle=False,
        verbose=0,
        callbacks=[callback],
    )
    return model, history


def close(ours: Any, theirs: Any) -> None:
    assert sorted(ours.history) == sorted(theirs.history)
    assert ours.epoch == theirs.epoch
    for name, values in theirs.history.items():
        np.testing.assert_allclose(ours.history[name], values, err_msg=name, **HISTORY)


def halved(epoch: int, rate: float) -> float:
    return rate * 0.5 if epoch % 3 == 2 else rate


CALLBACKS: dict[str, Callable[[Any], Any]] = {
    "stop at once": lambda k: k.callbacks.EarlyStopping(),
    "stop patiently": lambda k: k.callbacks.EarlyStopping(patience=2),
    "stop, restore": lambda k: k.callbacks.EarlyStopping(patience=3, restore_best_weights=True),
    "restore without a stop": lambda k: k.callbacks.EarlyStopping(
        patience=50, restore_best_weights=True
    ),
    "stop below a baseline": lambda k: k.callbacks.EarlyStopping(
        monitor="loss", baseline=0.01, patience=4
    ),
    "stop by a difference": lambda k: k.callbacks.EarlyStopping(
        monitor="loss", min_delta=0.02, patience=1, mode="min"
    ),
    "stop by the largest": lambda k: k.callbacks.EarlyStopping(
        monitor="val_mae", mode="max", patience=2, restore_best_weights=True
    ),
    "stop after a start": lambda k: k.callbacks.EarlyStopping(start_from_epoch=4, patience=1),
    "schedule of epoch and rate": lambda k: k.callbacks.LearningRateScheduler(halved),
    "schedule of the epoch": lambda k: k.callbacks.LearningRateScheduler(
        lambda epoch: 0.1 / (epoch + 1)
    ),
    "plateau": lambda k: k.callbacks.ReduceLROnPlateau(patience=1, factor=0.3),
    "plateau, cooldown": lambda k: k.callbacks.ReduceLROnPlateau(
        patience=1, factor=0.5, cooldown=2, min_delta=0.01
    ),
    "plateau, least rate": lambda k: k.callbacks.ReduceLROnPlateau(
        monitor="val_mae", patience=0, factor=0.1, min_lr=0.01
    ),
    "not a number": lambda k: k.callbacks.TerminateOnNaN(),
}


@pytest.mark.rows(4)
@pytest.mark.parametrize("name", CALLBACKS)
def test_a_run_with_a_callback_is_that_of_keras(name: str) -> None:
    ours, theirs = (CALLBACKS[name](k) for k in (ppul, keras))
    (model, history), (other, expected) = run(ppul, ours), run(keras, theirs)
    close(history, expected)
    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, **HISTORY)
    for attribute in ("stopped_epoch", "best_epoch", "wait", "cooldown_counter"):
        if hasattr(theirs, attribute):
            assert getattr(ours, attribute) == getattr(theirs, attribute), attribute


def test_a_loss_that_is_no_number_ends_training() -> None:
    model, history = run(ppul, ppul.callbacks.TerminateOnNaN(), rate=1e30)
    assert model.stop_training
    assert len(history.epoch) == 1
    assert not math.isfinite(history.history["loss"][0])


def test_the_best_weights_come_back_when_training_diverges() -> None:
    for k in (ppul, keras):
        stopping = k.callbacks.EarlyStopping(monitor="loss", patience=2, restore_best_weights=True)
        model, _ = run(k, stopping, rate=1e30)
        assert stopping.stopped_epoch == 2
        weights = [np.asarray(w) for w in model.get_weights()]
        assert stopping.best_epoch == 0
        assert len(weights) == 4


@pytest.mark.parametrize("best_only", [False, True])
@pytest.mark.parametrize("weights_only", [False, True])
def test_checkpoints_are_made_when_keras_makes_them(
    best_only: bool, weights_only: bool, tmp_path: Any
) -> None:
    ending = ".weights.h5" if weights_only else ".keras"
    names = []
    for k in (ppul, keras):
        folder = tmp_path / k.__name__
        checkpoint = k.callbacks.ModelCheckpoint(
            f"{folder}/{{epoch:02d}}-{{val_loss:.3f}}{ending}",
            save_best_only=best_only,
            save_weights_only=weights_only,
        )
        folder.mkdir()
        run(k, checkpoint, epochs=5)
        names.append(sorted(path.name for path in folder.iterdir()))
    assert names[0] == names[1]


def test_the_best_model_is_the_one_in_the_file(tmp_path: Any) -> None:
    path = tmp_path / "new folder" / "best.keras"
    checkpoint = ppul.callbacks.ModelCheckpoint(path, save_best_only=True)
    _, history = run(ppul, checkpoint)
    best = min(history.history["val_loss"])
    for k in (ppul, keras):
        model = k.models.load_model(path)
        assert model.evaluate(X[30:], Y[30:], verbose=0)[0] == pytest.approx(best, rel=1e-4)
    assert [file.name for file in path.parent.iterdir()] == ["best.keras"]


def test_checkpoints_every_few_steps(tmp_path: Any) -> None:
    checkpoint = ppul.callbacks.ModelCheckpoint(
        tmp_path / "{epoch}-{batch}.weights.h5", save_weights_only=True, save_freq=2
    )
    run(ppul, checkpoint, epochs=2)  # three steps an epoch
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"1-2.weights.h5", "2-1.weights.h5", "2-3.weights.h5"}


@pytest.mark.parametrize("separator", [",", ";"])
def test_the_log_has_a_line_an_epoch_with_keras_s_columns(separator: str, tmp_path: Any) -> None:
    rows = []
    for k in (ppul, keras):
        path = tmp_path / f"{k.__name__}.csv"
        for append in (False, True):
            run(k, k.callbacks.CSVLogger(str(path), separator=separator, append=append), epochs=3)
        with path.open(newline="") as file:
            rows.append(list(csv.DictReader(file, delimiter=separator)))
    assert len(rows[0]) == len(rows[1]) == 6
    for ours, theirs in zip(*rows, strict=True):
        assert list(ours) == list(theirs)
        np.testing.assert_allclose(
            [float(v) for v in ours.values()], [float(v) for v in theirs.values()], **HISTORY
        )


def test_figures_that_come_later_have_their_columns(tmp_path: Any) -> None:
    logger = ppul.callbacks.CSVLogger(tmp_path / "log.csv")
    model = network(ppul)
    model.fit(
        *(X, Y),
        validation_split=0.25,
        validation_freq=2,
        epochs=2,
        verbose=0,
        callbacks=[logger],
    )
    lines = (tmp_path / "log.csv").read_text().splitlines()
    assert lines[0] == "epoch,loss,mae,val_loss,val_mae"
    assert lines[1].endswith(",NA,NA")
    assert "NA" not in lines[2]


def test_functions_are_called_at_their_events() -> None:
    said = []
    callback = ppul.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: said.append((epoch, sorted(logs))),
        on_train_end=lambda logs: said.append("end"),
        on_test_begin=lambda logs: said.append("test"),
    )
    assert not ppul.callbacks.base.phases_with_batch_events(callback)
    run(ppul, callback, epochs=1)
    assert said == ["test", (0, ["loss", "mae", "val_loss", "val_mae"]), "end"]
    batches = []
    run(ppul, ppul.callbacks.LambdaCallback(on_train_batch_end=lambda b, _: batches.append(b)), 2)
    assert batches == [0, 1, 2] * 2


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda c: c.EarlyStopping(mode="least"), ValueError, "`mode` must be one of.*'least'"),
        (lambda c: c.ReduceLROnPlateau(factor=1.5), ValueError, "`factor` must be below 1.*1.5"),
        (lambda c: c.ReduceLROnPlateau(epsilon=1), TypeError, "epsilon"),
        (lambda c: c.ModelCheckpoint("a.keras", save_freq=0), ValueError, "`save_freq`.*0"),
        (lambda c: c.LambdaCallback(on_epoch_stop=print), TypeError, "on_epoch_stop is no event"),
    ],
)
def test_a_bad_argument_is_named(make: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        make(ppul.callbacks)


def test_a_figure_that_is_not_there_is_warned_of_once() -> None:
    stopping = ppul.callbacks.EarlyStopping(monitor="val_los")
    with pytest.warns(UserWarning, match="no figure 'val_los'.*Did you mean.*'val_loss'") as found:
        run(ppul, stopping, epochs=3)
    assert len(found) == 1


def test_a_schedule_that_returns_no_number_is_an_error() -> None:
    scheduler = ppul.callbacks.LearningRateScheduler(lambda epoch, rate: "slow")
    with pytest.raises(ValueError, match="must return a number; it returned 'slow' for epoch 0"):
        run(ppul, scheduler)


def test_a_field_that_is_no_figure_is_named(tmp_path: Any) -> None:
    checkpoint = ppul.callbacks.ModelCheckpoint(tmp_path / "{val_acc}.keras")
    with pytest.raises(KeyError, match="'val_acc', which is not among"):
        run(ppul, checkpoint)
