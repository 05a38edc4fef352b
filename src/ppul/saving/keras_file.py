"""The `.keras` format: a zip archive of the configuration and the weights."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from pathlib import Path
from typing import Any

from ppul.core.serialization import serialize
from ppul.saving.archive import read_member, reading_archive
from ppul.saving.arrays import reading_hdf5
from ppul.saving.assets import read_assets, write_assets
from ppul.saving.atomic import replacing
from ppul.saving.by_layer import FORMAT_VERSION
from ppul.saving.config import LARGEST_CONFIG, made, parsed
from ppul.saving.keras2 import is_old
from ppul.saving.weights import read_weights, write_weights

_CONFIG, _METADATA, _WEIGHTS = "config.json", "metadata.json", "model.weights.h5"


def save_keras(model: Any, path: Path, *, optimizer: bool = True) -> None:
    """Write a model to a `.keras` file."""
    content = keras_bytes(model, optimizer=optimizer)
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def keras_bytes(model: Any, *, optimizer: bool = True) -> bytes:
    """Return a model as a `.keras` file in memory."""
    config = json.dumps(serialize(model))
    date = dt.datetime.now(tz=dt.UTC).strftime("%Y-%m-%d@%H:%M:%S")
    metadata = json.dumps({"keras_version": FORMAT_VERSION, "date_saved": date})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(_METADATA, metadata)
        archive.writestr(_CONFIG, config)
        archive.writestr(_WEIGHTS, weights_bytes(model, optimizer=optimizer))
        write_assets(model, archive)
    return buffer.getvalue()


def pickled(model: Any) -> tuple[Any, Any]:
    """Return how pickle makes the model again: from a `.keras` file in memory and its classes."""
    classes = {type(layer) for layer in model._flatten_layers()}
    own = {cls.__name__: cls for cls in classes if not cls.__module__.startswith("ppul.")}
    return _from_bytes, (keras_bytes(model), own)


def _from_bytes(content: bytes, custom_objects: dict[str, Any]) -> Any:
    return load_keras(io.BytesIO(content), "a pickled model", custom_objects, compile=True)


def load_keras(
    source: Path | io.BytesIO, name: str, custom_objects: dict[str, Any] | None, *, compile: bool
) -> Any:
    """Return the model a `.keras` file holds.

    Args:
        source: The file.
        name: What to call it in an error.
        custom_objects: Names, beside ppul's own and registered ones, and what they mean.
        compile: Whether to compile it as it was.

    Raises:
        TypeError: If it names something unknown.
        ValueError: If it is not such a file, or is damaged.
    """
    with reading_archive(source, name) as archive:
        config = parsed(
            read_member(archive, _CONFIG, name, LARGEST_CONFIG), f"'{name}': '{_CONFIG}'"
        )
        metadata = parsed(
            read_member(archive, _METADATA, name, LARGEST_CONFIG), f"'{name}': '{_METADATA}'"
        )
        weights = read_member(archive, _WEIGHTS, name)
        old = is_old(str(metadata.get("keras_version", FORMAT_VERSION)))
        model = made(config, name, len(weights), custom_objects, old=old, compile=compile)
        with reading_hdf5(io.BytesIO(weights), name) as file:
            read_weights(model, file, name)
        read_assets(model, archive, name)
    return model


def weights_of_keras(path: Path) -> io.BytesIO:
    """Return the weights' file inside a `.keras` file."""
    with reading_archive(path, str(path)) as archive:
        return io.BytesIO(read_member(archive, _WEIGHTS, str(path)))


def weights_bytes(model: Any, *, optimizer: bool = True) -> bytes:
    """Return the weights of a model as an HDF5 file in memory."""
    import h5py

    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        write_weights(model, file, optimizer=optimizer)
    return buffer.getvalue()
