"""What files that attack are made of: whole files, their parts, and the list of all."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np

Maker = Callable[[Path], None]
# Opening a pipe that nobody writes to never ends: so a test sees if HDF5 opens it, which Python does
# not hear of.
PIPE = "pipe"
FILES: dict[str, tuple[Maker, str]] = {}


def hostile(name: str, refusal: str) -> Callable[[Maker], Maker]:
    """Register what makes a file, and a pattern of the error that loading it must end in."""

    def keep(make: Maker) -> Maker:
        FILES[name] = make, refusal
        return make

    return keep


# Pieces of whole files.


def dense(**config: Any) -> dict[str, Any]:
    return layer("keras.layers", "Dense", {"name": "d", "units": 3} | config)


def layer(module: Any, class_name: Any, config: Any, **more: Any) -> dict[str, Any]:
    entry = {"module": module, "class_name": class_name, "config": config}
    return entry | {"registered_name": None} | more


def sequential(*layers: Any, width: int = 4) -> dict[str, Any]:
    first = layer("keras.layers", "InputLayer", {"name": "in", "batch_shape": [None, width]})
    return layer("keras", "Sequential", {"name": "s", "layers": [first, *layers]})


def weights(change: Callable[[Any], None] | None = None, group: str = "layers/dense/vars") -> bytes:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        vars_ = file.create_group(group)
        vars_["0"], vars_["1"] = np.ones((4, 3), "float32"), np.ones(3, "float32")
        if change is not None:
            change(vars_)
    return buffer.getvalue()


def graph(*calls: Any, ends: Any = ("d", 0, 0)) -> dict[str, Any]:
    first = layer("keras.layers", "InputLayer", {"name": "in", "batch_shape": [None, 4]})
    entries = [first | {"name": "in", "inbound_nodes": []}]
    nodes = [{"args": list(args), "kwargs": {}} for args in calls]
    entries.append(dense() | {"name": "d", "inbound_nodes": nodes})
    config = {"name": "g", "layers": entries, "input_layers": ["in", 0, 0]}
    return layer(
        "keras.src.models.functional", "Functional", config | {"output_layers": list(ends)}
    )


def tensor(*place: Any) -> dict[str, Any]:
    return {"class_name": "__keras_tensor__", "config": {"keras_history": list(place)}}


def keras_file(path: Path, config: Any, content: bytes | None = None) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", '{"keras_version": "3.15.1"}')
        archive.writestr("config.json", config if isinstance(config, str) else json.dumps(config))
        archive.writestr("model.weights.h5", weights() if content is None else content)


def h5_file(path: Path, config: Any, training: Any = None) -> None:
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = np.bytes_("2.3.1")
        file.attrs["model_config"] = config if isinstance(config, str) else json.dumps(config)
        if training is not None:
            file.attrs["training_config"] = json.dumps(training)
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = ["d"]
        group = group.create_group("d")
        group.attrs["weight_names"] = ["d/kernel:0", "d/bias:0"]
        group["d/kernel:0"], group["d/bias:0"] = np.ones((4, 3), "f"), np.ones(3, "f")


def good_files(folder: Path) -> None:
    """What the hostile files are made from, a refusal of either kind, and a pipe to point to."""
    os.mkfifo(folder / PIPE)
    compiled = {"optimizer": "adam", "loss": "mse", "metrics": ["mae"]}
    keras_file(folder / "good.keras", graph([tensor("in", 0, 0)]) | {"compile_config": compiled})
    h5_file(folder / "good.h5", sequential(dense(activation="relu")))
    (folder / "good.weights.h5").write_bytes(weights())
    keras_file(folder / "good.refused.keras", sequential(dense(unit=3)))
    h5_file(folder / "good.refused.h5", sequential(layer(None, "Nothing", {})))


def of_config(name: str, config: Any, refusal: str) -> None:
    hostile(f"{name}.keras", refusal)(lambda path: keras_file(path, config))


def of_weights(name: str, refusal: str, *, inside: bool = False) -> Callable[[Any], Any]:
    """Register a change of the group of the weights, in a file of weights or of a model."""

    def keep(change: Callable[[Any], None]) -> None:
        if inside:
            config = sequential(dense())
            make: Maker = lambda path: keras_file(path, config, weights(change))  # noqa: E731
        else:
            make = lambda path: path.write_bytes(weights(change)) and None  # noqa: E731
        hostile(f"{name}.keras" if inside else f"{name}.weights.h5", refusal)(make)

    return keep


# Damage at random places, which HDF5 must notice or which changes no more than a number.


def damaged_files(folder: Path, count: int) -> None:
    """Write so many files with some bits of a whole one turned."""
    rng = np.random.default_rng(0)
    for number in range(count):
        whole = "good.h5" if number % 2 else "good.weights.h5"
        content = bytearray((folder / whole).read_bytes())
        for place in rng.integers(0, len(content), 4):
            content[place] ^= 1 << rng.integers(0, 8)
        (folder / whole.replace("good", f"damaged {number}")).write_bytes(content)
