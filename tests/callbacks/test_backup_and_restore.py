"""A run that was killed and started again ends as if nothing had happened, bit for bit."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import ppul
from ppul import layers
from ppul.callbacks.backup_file import read_backup
from tests.callbacks.interrupted import data, listeners, network, result

SCRIPT = Path(__file__).with_name("interrupted.py")
# Each start costs seconds; PPUL_KILLS=50 shows more.
KILLS = int(os.environ.get("PPUL_KILLS", "6"))

X, Y = data()


def start(folder: Path) -> subprocess.Popen[str]:
    """Start the script; return when it has trained for an epoch, or ended."""
    folder.mkdir(exist_ok=True)
    with (folder / "errors.txt").open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, SCRIPT, folder],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )
    assert process.stdout is not None
    with process.stdout as said:
        said.readline()
    return process


def finish(process: subprocess.Popen[str], folder: Path) -> dict[str, np.ndarray]:
    """Let the script come to its end; return what it left."""
    assert process.wait() == 0, (folder / "errors.txt").read_text()
    with np.load(folder / "result.npz") as file:
        return dict(file)


def same(ours: dict[str, np.ndarray], theirs: dict[str, np.ndarray]) -> None:
    assert json.loads(str(ours["history"])) == json.loads(str(theirs["history"]))
    assert list(ours) == list(theirs)
    for name, value in theirs.items():
        np.testing.assert_array_equal(ours[name], value, err_msg=name)


@pytest.mark.thorough
@pytest.mark.timeout(60 + 20 * KILLS)
def test_a_run_killed_at_random_moments_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    undisturbed, killed = tmp_path / "undisturbed", tmp_path / "killed"
    process = start(undisturbed)
    began = time.monotonic()
    expected = finish(process, undisturbed)
    length_s = time.monotonic() - began
    backup, best = killed / "backup" / "latest.backup", killed / "best.keras"
    moments, epochs = np.random.default_rng(), set()
    for _ in range(KILLS):
        process = start(killed)
        time.sleep(moments.uniform(0, length_s / KILLS))
        process.kill()
        process.wait()
        if backup.exists():
            epochs.add(read_backup(backup)["place"][0])
        if best.exists():
            keras.models.load_model(best)
    assert len(epochs) > 1
    same(finish(start(killed), killed), expected)
    assert (killed / "log.csv").read_bytes() == (undisturbed / "log.csv").read_bytes()
    left = {path.name for path in killed.iterdir() if not path.name.startswith(".best.keras.")}
    assert left == {"best.keras", "log.csv", "result.npz", "errors.txt"}


class Killed(BaseException):
    """What ends a run in these tests."""


class Own(ppul.callbacks.Callback):
    """A user's callback that draws numbers, changes the model, and has a memory."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[int, Any] = {}

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        bias = self.model.layers[0].bias
        bias.assign(bias + np.random.normal(0, 0.01) + random.uniform(0, 0.01))  # noqa: NPY002

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.seen[epoch] = (logs["loss"], np.array([epoch]))


def kill(event: str, count: int) -> Any:
    """A callback that ends the run at the call of an event with this number."""
    calls = []

    def called(*arguments: Any) -> None:
        calls.append(arguments)
        if len(calls) == count:
            raise Killed

    return ppul.callbacks.LambdaCallback(**{event: called})


class Batches(ppul.utils.PyDataset):
    """Numbered batches."""

    def __len__(self) -> int:
        return 6

    def __getitem__(self, index: int) -> Any:
        return X[index * 10 : index * 10 + 10], Y[index * 10 : index * 10 + 10]


class Iterable:
    """Batches that can be gone through again and again."""

    def __iter__(self) -> Iterator[Any]:
        return map(Batches().__getitem__, range(6))


def forever() -> Iterator[Any]:
    """A generator, which can be gone through once."""
    count = 0
    while True:
        count += 1
        yield X[count % 7 :][:10] + count, Y[count % 7 :][:10]


# What `fit` is given; functions, since a generator can be used once.
FITS: dict[str, Callable[[], dict[str, Any]]] = {
    "arrays": lambda: {"x": X, "y": Y, "validation_split": 0.2, "batch_size": 10},
    "batches shuffled": lambda: {"x": X, "y": Y, "shuffle": "batch", "batch_size": 7},
    "epochs shorter than the data": lambda: {
        "x": X,
        "y": Y,
        "steps_per_epoch": 3,
        "batch_size": 10,
    },
    "weights": lambda: {
        "x": X,
        "y": (Y > 0).astype(int),
        "class_weight": {0: 2.0, 1: 0.5},
        "validation_data": (X, Y),
        "validation_freq": 2,
        "batch_size": 10,
    },
    "PyDataset": lambda: {"x": Batches(), "shuffle": True},
    "short epochs of a PyDataset": lambda: {
        "x": Batches(workers=2),
        "steps_per_epoch": 3,
        "validation_data": Batches(),
        "validation_steps": 4,
    },
    "iterable": lambda: {"x": Iterable(), "validation_data": Iterable()},
    "generator": lambda: {
        "x": forever(),
        "steps_per_epoch": 3,
        "validation_data": forever(),
        "validation_steps": 2,
    },
}


def train(fit: str, folder: Path, others: list[Any], seed: int = 3) -> dict[str, np.ndarray]:
    """What a training gives, the memory of a user's callback included."""
    ppul.utils.set_random_seed(seed)
    model, own = network(), Own()
    given = {"epochs": 6, "verbose": 0} | FITS[fit]()
    history = model.fit(**given, callbacks=[own, *listeners(folder, "loss", patience=5), *others])
    drawn = np.array([np.random.random(), random.random()])  # noqa: NPY002
    return result(model, history) | {"seen": np.array(str(own.seen)), "drawn": drawn}


# How often backups are made, and when the run is killed: between one and the next.
KILLS_AT = [
    ("epoch", "on_epoch_end", 3),
    ("epoch", "on_train_end", 1),
    (4, "on_train_batch_end", 14),
]


@pytest.mark.rows(1)
@pytest.mark.parametrize("fit", FITS)
def test_any_fit_goes_on_where_it_was(fit: str, tmp_path: Path) -> None:
    expected = train(fit, tmp_path, [])
    log = (tmp_path / "log.csv").read_bytes()
    for save_freq, event, count in KILLS_AT:
        backup = ppul.callbacks.BackupAndRestore(tmp_path / "backup", save_freq=save_freq)
        with pytest.raises(Killed):
            train(fit, tmp_path, [kill(event, count), backup])
        assert (tmp_path / "backup").exists()
        # Other seeds: nothing may be left of what they would give.
        same(train(fit, tmp_path, [backup], seed=4), expected)
        assert (tmp_path / "log.csv").read_bytes() == log
        assert not (tmp_path / "backup").exists()


class Stop(ppul.callbacks.Callback):
    """Ends training after so many epochs, or steps."""

    def __init__(self, *, epochs: int = 0, steps: int = 0) -> None:
        super().__init__()
        self.left = {"epochs": epochs, "steps": steps}

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.count("epochs")

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.count("steps")

    def count(self, what: str) -> None:
        self.left[what] -= 1
        if self.left[what] == 0:
            self.model.stop_training = True


@pytest.mark.parametrize(
    ("stop", "save_freq", "event"),
    [({"epochs": 2}, "epoch", "on_train_end"), ({"steps": 8}, 1, "on_epoch_end")],
)
def test_a_run_that_has_been_stopped_trains_no_more(
    stop: Any, save_freq: Any, event: str, tmp_path: Path
) -> None:
    """Killed after the wish to stop, and before the end."""

    def fit(*others: Any) -> dict[str, np.ndarray]:
        ppul.utils.set_random_seed(0)
        model = network()
        callbacks = [Stop(**stop), *others]
        return result(
            model, model.fit(X, Y, batch_size=10, epochs=5, verbose=0, callbacks=callbacks)
        )

    expected = fit()
    backup = ppul.callbacks.BackupAndRestore(tmp_path / "backup", save_freq=save_freq)
    with pytest.raises(Killed):
        fit(kill(event, 2 if save_freq == 1 else 1), backup)
    same(fit(backup), expected)


# What `fit` does with a backup that it cannot go on from.


FIT = {"batch_size": 10, "epochs": 4, "verbose": 0}


def fitted(*callbacks: Any) -> Any:
    ppul.utils.set_random_seed(0)
    model = network()
    return model, model.fit(X, Y, **FIT, callbacks=list(callbacks))


def interrupted(folder: Path, **settings: Any) -> Any:
    """A callback whose run was killed in its third epoch."""
    backup = ppul.callbacks.BackupAndRestore(folder / "backup", **settings)
    with pytest.raises(Killed):
        fitted(backup, kill("on_epoch_end", 3))
    return backup


def damage(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def test_a_damaged_backup_is_an_error_and_changes_nothing(tmp_path: Path) -> None:
    backup, model = interrupted(tmp_path), network()
    log = tmp_path / "log.csv"
    log.write_text("kept")
    damage(tmp_path / "backup" / "latest.backup")
    before = (tmp_path / "backup" / "latest.backup").read_bytes()
    weights = model.get_weights()
    with pytest.raises(ValueError, match=r"latest.backup' is damaged.*Delete it to begin anew"):
        model.fit(X, Y, **FIT, callbacks=[ppul.callbacks.CSVLogger(log), backup])
    for ours, theirs in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert (tmp_path / "backup" / "latest.backup").read_bytes() == before
    assert log.read_text() == "kept"


def test_the_backup_before_the_last_is_gone_on_from(tmp_path: Path) -> None:
    expected = result(*fitted())
    for missing in (False, True):
        backup = interrupted(tmp_path, double_checkpoint=True)
        latest, previous = (tmp_path / "backup" / f"{n}.backup" for n in ("latest", "previous"))
        assert [read_backup(p)["place"][0] for p in (latest, previous)] == [2, 1]
        if missing:  # as when it is killed between putting one aside and writing the next
            latest.unlink()
            same(result(*fitted(backup)), expected)
        else:
            damage(latest)
            with pytest.warns(
                UserWarning, match=r"latest.backup' is damaged.*Going on from.*previous"
            ):
                same(result(*fitted(backup)), expected)
    backup = interrupted(tmp_path, double_checkpoint=True)
    for path in (tmp_path / "backup").iterdir():
        damage(path)
    with (
        pytest.warns(UserWarning, match=r"latest.backup' is damaged"),
        pytest.raises(ValueError, match=r"previous.backup' is damaged"),
    ):
        fitted(backup)


def wider() -> Any:
    return ppul.Sequential(
        [
            ppul.Input((4,)),
            layers.Dense(9),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
            layers.Dense(1),
        ]
    )


def deeper() -> Any:
    return ppul.Sequential([ppul.Input((4,)), layers.Dense(8), layers.Dense(1)])


@pytest.mark.parametrize(
    ("make", "fit", "message"),
    [
        (
            wider,
            {},
            r"'.*/kernel' is float32 of shape \(4, 8\), where the model has '.*', float32 .*\(4, 9\)",
        ),
        (deeper, {}, "It has 6 trainable variables, the model 4"),
        (network, {"x": X[:40], "y": Y[:40]}, "Its data had samples=60, those of this run have 40"),
        (network, {"batch_size": 5}, "Its data had batch_size=10, those of this run have 5"),
    ],
)
def test_a_backup_of_another_run_is_an_error(
    make: Any, fit: Any, message: str, tmp_path: Path
) -> None:
    backup, model = interrupted(tmp_path), make()
    model.compile("adam", "mse", metrics=["mae"])
    weights = model.get_weights()
    with pytest.raises(ValueError, match=f"is of another run: .*{message}.* delete this one"):
        model.fit(**{"x": X, "y": Y} | FIT | fit, callbacks=[backup])
    for ours, theirs in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_another_optimizer_does_not_take_the_slots(tmp_path: Path) -> None:
    backup, model = interrupted(tmp_path), network()
    model.compile("sgd", "mse", metrics=["mae"])
    with pytest.raises(ValueError, match="optimizer variables"):
        model.fit(X, Y, **FIT, callbacks=[backup])


def test_backups_are_kept_where_asked_and_gone_on_from_with_more_epochs(tmp_path: Path) -> None:
    """As in Keras, but for the history, which there has the new epochs alone."""
    for k in (keras, ppul):
        folder = tmp_path / k.__name__
        epochs = []
        for count in (2, 2, 4):
            backup = k.callbacks.BackupAndRestore(folder, delete_checkpoint=False)
            model = k.Sequential([k.Input((4,)), k.layers.Dense(1)])
            model.compile("sgd", "mse")
            seen: list[int] = []
            look = k.callbacks.LambdaCallback(on_epoch_begin=lambda e, _, seen=seen: seen.append(e))
            model.fit(X, Y, epochs=count, verbose=0, callbacks=[backup, look])
            epochs.append(seen)
        assert epochs == [[0, 1], [], [2, 3]], k.__name__
        assert folder.exists()


def test_a_callback_that_is_new_begins_anew_and_one_that_is_gone_is_forgotten(
    tmp_path: Path,
) -> None:
    backup = ppul.callbacks.BackupAndRestore(tmp_path / "backup")
    first, new = (ppul.callbacks.EarlyStopping("loss", patience=9) for _ in range(2))
    with pytest.raises(Killed):
        network().fit(X, Y, **FIT, callbacks=[backup, first, Own(), kill("on_epoch_end", 3)])
    model = network()
    model.fit(
        X,
        Y,
        **FIT,
        callbacks=[backup, second := ppul.callbacks.EarlyStopping("loss", patience=9), new],
    )
    assert len(model.history.epoch) == 4
    assert second.best == min(model.history.history["loss"])
    assert new.best == min(model.history.history["loss"][2:])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"backup_dir": ""}, "`backup_dir` must name a folder"),
        ({"backup_dir": "a", "save_freq": "batch"}, "`save_freq` must be 'epoch' or.*'batch'"),
        ({"backup_dir": "a", "save_freq": 0}, "`save_freq` must be 'epoch' or.*0"),
    ],
)
def test_a_bad_argument_is_named(given: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ppul.callbacks.BackupAndRestore(**given)
