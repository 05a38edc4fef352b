"""Weights under names of the user's choice, whole at any moment; TensorFlow's checkpoints."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest

import ppul
from ppul.saving.atomic import replacing

X = np.random.default_rng(0).normal(size=(8, 4)).astype("float32")


def net(k: Any = ppul) -> Any:
    model = k.Sequential([k.Input((4,)), k.layers.Dense(3, "tanh"), k.layers.Dense(1)])
    model.compile("adam", "mse")
    model.optimizer.build(model.trainable_variables)
    return model


@pytest.mark.parametrize("name", ["training_1/cp.ckpt", "a/b/weights", "cp-0003", "best.tf"])
def test_weights_and_slots_are_in_exactly_that_file(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    model, again = net(), net()
    model.optimizer.iterations.assign(5)
    model.save_weights(name)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / name]
    again.load_weights(name)
    for a, b in zip(again.variables, model.variables, strict=True):
        np.testing.assert_array_equal(a, b)
    assert int(again.optimizer.iterations) == 5


def test_a_callback_writes_such_names(tmp_path: Path) -> None:
    model = net()
    path = tmp_path / "training" / "cp-{epoch:04d}.ckpt"
    save = ppul.callbacks.ModelCheckpoint(path, save_weights_only=True)
    model.fit(X, X[:, :1], epochs=2, verbose=0, callbacks=[save])
    names = ["cp-0001.ckpt", "cp-0002.ckpt"]
    assert sorted(p.name for p in path.parent.iterdir()) == names
    again = net()
    again.load_weights(path.parent / names[1])
    np.testing.assert_array_equal(again.predict(X, verbose=0), model.predict(X, verbose=0))


def test_the_format_is_that_of_weights_with_its_name_and_version(tmp_path: Path) -> None:
    model, theirs = net(), net(keras)
    path = tmp_path / "cp.ckpt"
    model.save_weights(path)
    theirs.load_weights(shutil.copy(path, tmp_path / "cp.weights.h5"))
    for a, b in zip(theirs.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    with h5py.File(path, "r+") as file:
        assert file.attrs["format"] == "ppul weights"
        file.attrs["format_version"] = "2"
    with pytest.raises(ValueError, match=r"cp\.ckpt' has version 2.*version 1 is known"):
        model.load_weights(path)


def test_endings_that_mean_something_else_are_kept_for_it(tmp_path: Path) -> None:
    model = net()
    with pytest.raises(ValueError, match=r"ending of a whole model.*weights\.h5"):
        model.save_weights(tmp_path / "m.keras")
    with pytest.raises(ValueError, match=r"m\.ckpt' must end in '\.keras' or '\.h5'"):
        model.save(tmp_path / "m.ckpt")
    model.save_weights(tmp_path / "cp.ckpt")
    with pytest.raises(FileExistsError, match=r"cp\.ckpt' exists already"):
        model.save_weights(tmp_path / "cp.ckpt", overwrite=False)
    with pytest.raises(ValueError, match="no weights yet"):
        ppul.Sequential([ppul.layers.Dense(3)]).save_weights(tmp_path / "none.ckpt")


@pytest.mark.parametrize(
    "name", ["", "cp.ckpt", "cp.ckpt.index", "cp.ckpt.data-00000-of-00001", "checkpoint"]
)
def test_checkpoints_of_tensorflow_are_named_as_such(name: str, tmp_path: Path) -> None:
    (tmp_path / "checkpoint").write_text('model_checkpoint_path: "cp.ckpt"\n')
    (tmp_path / "cp.ckpt.index").write_bytes(b"\0\0\1\2table")
    (tmp_path / "cp.ckpt.data-00000-of-00001").write_bytes(b"\0" * 64)
    with pytest.raises(
        ValueError, match=r"is a checkpoint of TensorFlow.*save_weights\('name\.h5'"
    ):
        net().load_weights(tmp_path / name)


def test_folders_are_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError, match="is a folder"):
        net().load_weights(tmp_path)
    (tmp_path / "saved_model.pb").write_bytes(b"\x08\x01")
    with pytest.raises(ValueError, match=r"is a SavedModel.*name\.h5"):
        ppul.saving.load_model(tmp_path)


# Whole at any moment.


@pytest.mark.parametrize("ending", [".keras", ".h5", ".weights.h5", ".ckpt"])
def test_a_failure_before_the_end_leaves_the_old_file(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, path = net(), tmp_path / f"m{ending}"
    save = model.save if ending in (".keras", ".h5") else model.save_weights
    save(path)
    before = path.read_bytes()
    order: list[str] = []
    flush = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (order.append("flush"), flush(handle)))

    def stop(*_: Any) -> None:
        order.append("rename")
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", stop)
    model.set_weights([w + 1 for w in model.get_weights()])
    with pytest.raises(KeyboardInterrupt):
        save(path)
    assert order == ["flush", "rename"]
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_is_as_readable_as_any_other(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    with replacing(tmp_path / "ours") as temporary:
        temporary.write_text("text")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


KILLED = """
import os, random, signal, sys, time
import numpy as np
import ppul

folder = sys.argv[1]
model = ppul.Sequential([ppul.Input((40,)), ppul.layers.Dense(300)])
names = ["m.keras", "m.h5", "m.weights.h5", "m.ckpt"]

def save(number):
    for variable in model.variables:
        variable._value = np.full(variable.shape, number, "float32")
    for name in names:
        (model.save if name in names[:2] else model.save_weights)(os.path.join(folder, name))

save(0)
for round in range(20):
    child = os.fork()
    if not child:
        for number in range(1, 10000):
            save(number)
        os._exit(1)
    time.sleep(random.uniform(0.01, 0.15))
    os.kill(child, signal.SIGKILL)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    for name in names:
        model.load_weights(os.path.join(folder, name))
        values = np.concatenate([np.ravel(v.numpy()) for v in model.variables])
        assert (values == values[0]).all(), name
print("whole")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a process that it forked")
def test_a_process_killed_while_saving_leaves_whole_files(tmp_path: Path) -> None:
    how = [sys.executable, "-W", "ignore", "-c", KILLED, str(tmp_path)]
    done = subprocess.run(how, capture_output=True, text=True, check=False)
    assert done.stdout == "whole\n", done.stderr
