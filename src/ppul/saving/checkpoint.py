"""Weights under a name of the user's choice (`training_1/cp.ckpt`), in a format of ppul's own.

It is the layout of a `.weights.h5` file, in a file of that name that says so. TensorFlow's
checkpoints had such names, but were several files that only TensorFlow can read.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ppul.saving.arrays import text_at
from ppul.saving.atomic import replacing
from ppul.saving.weights import read_weights, write_weights

FORMAT, VERSION = "ppul weights", "1"


def save_checkpoint(model: Any, path: Path) -> None:
    """Write the weights of a model, and the optimizer's state, to a file of any name."""
    import h5py

    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary, h5py.File(temporary, "w") as file:
        file.attrs["format"], file.attrs["format_version"] = FORMAT, VERSION
        write_weights(model, file, optimizer=True)


def load_checkpoint(model: Any, file: Any, name: str, *, skip_mismatch: bool = False) -> None:
    """Take the weights of a model from an open HDF5 file: `save_checkpoint`'s or `.weights.h5`.

    Raises:
        ValueError: If the weights do not fit, or the file is of a later format.
    """
    version = text_at(file, "format_version", f"'{name}'")
    if version not in (None, VERSION):
        raise ValueError(
            f"'{name}' has version {version} of the format of weights, and version {VERSION} is "
            "known here. Read it with the ppul that wrote it, or a later one."
        )
    read_weights(model, file, name, skip_mismatch=skip_mismatch)


def refuse_tensorflow(path: Path) -> None:
    """Raise a ValueError if a path leads to files that only TensorFlow can read."""
    index = path if path.suffix == ".index" else path.with_name(f"{path.name}.index")
    folder = path if path.is_dir() else path.parent
    parts = ".data-" in path.name and path.is_file()
    if (path.is_dir() and (path / "saved_model.pb").is_file()) or path.name == "saved_model.pb":
        raise ValueError(
            f"'{path}' is a SavedModel, a program for TensorFlow. In the environment that wrote it, "
            "load it with `tf.keras.models.load_model` and save it as 'name.h5', which loads here."
        )
    named = path.name == "checkpoint" or path.is_dir()
    if index.is_file() or parts or (named and (folder / "checkpoint").is_file()):
        raise ValueError(
            f"'{path}' is a checkpoint of TensorFlow (the files '.index' and '.data-...'), which only "
            "TensorFlow can read. In the environment that wrote it, use `model.load_weights(...)` and "
            "then `model.save_weights('name.h5')`, which loads here."
        )
