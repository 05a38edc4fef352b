"""Checkpoints in Orbax's format, beside Keras's."""

from __future__ import annotations

import gc
import shutil
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import ppul
from tests.oracle import assert_close

pytest.importorskip("orbax.checkpoint")
# Of Orbax itself, about arrays of JAX that Keras wrote.
pytestmark = pytest.mark.filterwarnings("ignore:Sharding info not provided:UserWarning")

X = np.random.default_rng(0).normal(size=(16, 3)).astype("float32")
Y = X[:, :1] - X[:, 1:2]


def stack(library: Any) -> Any:
    layers = library.layers
    model = library.Sequential(
        [
            library.Input((3,)),
            layers.Dense(2, "tanh", name="first"),
            layers.BatchNormalization(name="normal"),
            layers.Dropout(0.2),
            layers.Dense(1, name="second"),
        ],
        name="stack",
    )
    model.compile("adam", "mse", metrics=["mae"])
    return model


def drawn(library: Any) -> Any:
    inputs = library.Input((3,))
    hidden = library.layers.Dense(2, name="first")(inputs)
    model = library.Model(inputs, library.layers.Dense(1, name="second")(hidden))
    model.compile("adam", "mse")
    return model


def fit(library: Any, model: Any, folder: Path, epochs: int = 3, **given: Any) -> Any:
    checkpoint = library.callbacks.OrbaxCheckpoint(folder, **given)
    model.fit(
        X, Y, batch_size=4, epochs=epochs, validation_split=0.25, verbose=0, callbacks=[checkpoint]
    )
    return checkpoint


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.rows(1)
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"max_to_keep": None, "save_weights_only": True, "save_on_background": False},
        {"save_freq": 2, "max_to_keep": 3},
        {"save_best_only": True, "initial_value_threshold": 0.0},
    ],
)
def test_steps_are_numbered_and_kept_as_keras_does(given: Any, tmp_path: Path) -> None:
    for library in (ppul, keras):
        fit(library, drawn(library), tmp_path / library.__name__, **given)
    assert names(tmp_path / "ppul") == names(tmp_path / "keras")


def test_a_model_goes_on_from_its_last_checkpoint(tmp_path: Path) -> None:
    model = stack(ppul)
    fit(ppul, model, tmp_path)
    loaded = ppul.saving.load_model(tmp_path)
    assert_close(loaded.get_weights(), model.get_weights(), rtol=0, atol=0)
    assert_close(
        [v.numpy() for v in loaded.optimizer.variables],
        [v.numpy() for v in model.optimizer.variables],
        rtol=0,
        atol=0,
    )
    histories = [
        m.fit(X, Y, epochs=1, shuffle=False, verbose=0).history["loss"] for m in (model, loaded)
    ]
    assert histories[0] == histories[1]


def test_what_is_saved_in_the_background_is_the_model_of_its_step(tmp_path: Path) -> None:
    weights = []

    class Watch(ppul.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            weights.append(self.model.get_weights())

    model = stack(ppul)
    checkpoint = ppul.callbacks.OrbaxCheckpoint(tmp_path, max_to_keep=None)
    model.fit(X, Y, epochs=4, verbose=0, callbacks=[Watch(), checkpoint])
    other = stack(ppul)
    for epoch, expected in enumerate(weights):
        other.load_weights(tmp_path / str(epoch))
        assert_close(other.get_weights(), expected, rtol=0, atol=0)


def test_the_best_is_kept(tmp_path: Path, capsys: Any) -> None:
    model = drawn(ppul)
    given = {"monitor": "lr", "mode": "min", "save_best_only": True, "verbose": 1}
    rates = iter([0.3, 0.1, 0.2])
    setter = ppul.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: logs.update(lr=next(rates))
    )
    checkpoint = ppul.callbacks.OrbaxCheckpoint(tmp_path, **given)
    model.fit(X, Y, epochs=3, verbose=0, callbacks=[setter, checkpoint])
    assert names(tmp_path) == ["1"]
    assert "Epoch 3: lr did not improve from 0.1" in capsys.readouterr().out
    assert checkpoint.is_primary_host()
    assert not checkpoint.is_multihost_enabled()


@pytest.mark.rows(1)
@pytest.mark.parametrize("weights_only", [False, True])
def test_a_checkpoint_of_keras_s_is_read(weights_only: bool, tmp_path: Path) -> None:
    for network in (stack, drawn):
        theirs = network(keras)
        fit(keras, theirs, tmp_path / network.__name__, save_weights_only=weights_only)
        ours = network(ppul)
        ours.load_weights(tmp_path / network.__name__)
        assert_close(ours.get_weights(), theirs.get_weights(), rtol=0, atol=0)
        if not weights_only:
            slots = [np.asarray(v) for v in theirs.optimizer.variables]
            assert_close([v.numpy() for v in ours.optimizer.variables], slots)
    if not weights_only:
        again = ppul.saving.load_model(tmp_path / "drawn")
        assert_close([v.numpy() for v in again.optimizer.variables], slots)


def test_keras_reads_ours(tmp_path: Path) -> None:
    model = drawn(ppul)
    fit(ppul, model, tmp_path)
    theirs = keras.saving.load_model(tmp_path)
    assert_close([np.asarray(w) for w in theirs.weights], model.get_weights(), rtol=0, atol=0)


def test_a_folder_with_later_checkpoints_is_not_written_to(tmp_path: Path) -> None:
    fit(ppul, drawn(ppul), tmp_path)
    with pytest.raises(ValueError, match="has checkpoint 2 already, and this run would write 0"):
        fit(ppul, drawn(ppul), tmp_path)


def test_layers_that_were_frozen_since_get_their_own_weights(tmp_path: Path) -> None:
    model = drawn(ppul)
    fit(ppul, model, tmp_path, epochs=1, save_weights_only=True)
    other = drawn(ppul)
    other.layers[1].trainable = False
    other.load_weights(tmp_path)
    assert_close(other.get_weights(), model.get_weights(), rtol=0, atol=0)


def test_a_run_that_goes_on_keeps_the_checkpoints_it_had_made(tmp_path: Path) -> None:
    checkpoints = []

    class Killed(Exception):  # noqa: N818 - what happens, not an error
        pass

    class Kill(ppul.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if epoch == 1:
                checkpoints[0].wait_until_finished()
                raise Killed  # the checkpoint of the epoch is made, its backup is not

    def run(model: Any, folder: Path, *more: Any) -> Any:
        checkpoint = ppul.callbacks.OrbaxCheckpoint(folder / "checkpoints", max_to_keep=None)
        checkpoints.append(checkpoint)
        ppul.utils.set_random_seed(1)
        backup = ppul.callbacks.BackupAndRestore(folder / "backup")
        model.fit(X, Y, epochs=3, verbose=0, callbacks=[backup, checkpoint, *more])
        return model

    model = drawn(ppul)
    model.save(tmp_path / "begin.keras")
    with pytest.raises(Killed):
        run(model, tmp_path, Kill())
    (tmp_path / "checkpoints" / "2.orbax-checkpoint-tmp" / "pytree").mkdir(parents=True)
    again = run(ppul.saving.load_model(tmp_path / "begin.keras"), tmp_path)
    alone = run(ppul.saving.load_model(tmp_path / "begin.keras"), tmp_path / "alone")
    assert names(tmp_path / "checkpoints") == ["0", "1", "2"]
    assert_close(again.get_weights(), alone.get_weights(), rtol=0, atol=0)
    for epoch in ("1", "2"):
        found, expected = (
            ppul.saving.load_model(folder / "checkpoints" / epoch).get_weights()
            for folder in (tmp_path, tmp_path / "alone")
        )
        assert_close(found, expected, rtol=0, atol=0)


# Where Orbax fails to read, it leaves what it reads with open.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_damaged_checkpoint_is_told(tmp_path: Path) -> None:
    model = drawn(ppul)
    fit(ppul, model, tmp_path, epochs=1)
    before = model.get_weights()
    (tmp_path / "0" / "order" / "_strings.json").write_text('{"paths": "{}"}')
    with pytest.raises(ValueError, match=r"0' is damaged \(KeyError: 'variables'\)"):
        ppul.saving.load_model(tmp_path)
    (tmp_path / "0" / "pytree" / "_METADATA").write_text("{")
    with pytest.raises(ValueError, match="0' is damaged"):
        model.load_weights(tmp_path)
    assert_close(model.get_weights(), before, rtol=0, atol=0)
    gc.collect()


def test_what_cannot_be_loaded_is_told(tmp_path: Path) -> None:
    fit(ppul, drawn(ppul), tmp_path / "a", epochs=1, save_weights_only=True)
    with pytest.raises(ValueError, match=r"has weights alone. Build the model"):
        ppul.saving.load_model(tmp_path / "a")
    before = (model := stack(ppul)).get_weights()
    with pytest.raises(ValueError, match=r"has 4 variables, model 'stack' has 9"):
        model.load_weights(tmp_path / "a")
    with pytest.raises(ValueError, match="leave out `by_name` and `skip_mismatch`"):
        model.load_weights(tmp_path / "a", skip_mismatch=True)
    shutil.rmtree(tmp_path / "a" / "0" / "order")
    with pytest.raises(ValueError, match=r"has nothing for 'stack/first/kernel'.*second/kernel"):
        model.load_weights(tmp_path / "a")
    assert_close(model.get_weights(), before, rtol=0, atol=0)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"max_to_keep": 0}, "`max_to_keep` must be a positive integer; got 0"),
        ({"mode": "best"}, "OrbaxCheckpoint: `mode` must be one of"),
        ({"save_freq": "step"}, "OrbaxCheckpoint: `save_freq` must be 'epoch'"),
    ],
)
def test_arguments_are_checked(given: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        ppul.callbacks.OrbaxCheckpoint(tmp_path, **given)
