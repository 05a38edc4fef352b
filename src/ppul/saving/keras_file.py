"""The `.keras` format: a zip archive of the configuration and the weights."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from pathlib import Path
from typing import Any

from ppul.core.serialization import deserialize, serialize
from ppul.saving.atomic import replacing
from ppul.saving.weights import read_weights, write_weights

# The version of Keras whose format this is.
FORMAT_VERSION = "3.15.1"
_CONFIG, _METADATA, _WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
_LARGEST_CONFIG = 1 << 28


def save_keras(model: Any, path: Path) -> None:
    """Write a model to a `.keras` file."""
    with replacing(path) as temporary:
        temporary.write_bytes(keras_bytes(model))


def keras_bytes(model: Any) -> bytes:
    """Return a model as a `.keras` file in memory."""
    config = json.dumps(serialize(model))
    date = dt.datetime.now(tz=dt.UTC).strftime("%Y-%m-%d@%H:%M:%S")
    metadata = json.dumps({"keras_version": FORMAT_VERSION, "date_saved": date})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(_METADATA, metadata)
        archive.writestr(_CONFIG, config)
        archive.writestr(_WEIGHTS, weights_bytes(model))
    return buffer.getvalue()


def pickled(model: Any) -> tuple[Any, Any]:
    """Return how pickle makes the model again: from a `.keras` file in memory and its classes."""
    classes = {type(layer) for layer in model._flatten_layers()}
    own = {cls.__name__: cls for cls in classes if not cls.__module__.startswith("ppul.")}
    return _from_bytes, (keras_bytes(model), own)


def _from_bytes(content: bytes, custom_objects: dict[str, Any]) -> Any:
    return load_keras(io.BytesIO(content), custom_objects, compile=True)


def load_keras(
    path: Path | io.BytesIO, custom_objects: dict[str, Any] | None, *, compile: bool
) -> Any:
    """Return the model a `.keras` file holds.

    Raises:
        ValueError: If it is not such a file, or is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            config = _read_json(archive, _CONFIG, path)
            weights = _read(archive, _WEIGHTS, path)
    except (zipfile.BadZipFile, OSError) as error:
        raise ValueError(
            f"'{path}' is not a whole .keras file ({error}). Save the model again."
        ) from None
    if not compile:
        config.pop("compile_config", None)
    model = deserialize(config, custom_objects)
    read_bytes(model, weights, str(path))
    return model


def weights_bytes(model: Any, *, optimizer: bool = True) -> bytes:
    """Return the weights of a model as an HDF5 file in memory."""
    import h5py

    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        write_weights(model, file, optimizer=optimizer)
    return buffer.getvalue()


def read_bytes(model: Any, content: bytes, name: str, *, skip_mismatch: bool = False) -> None:
    """Take the weights of a model from an HDF5 file in memory."""
    import h5py

    try:
        file = h5py.File(io.BytesIO(content), "r")
    except OSError as error:
        raise ValueError(f"'{name}' holds no readable HDF5 weights ({error}).") from None
    with file:
        read_weights(model, file, name, skip_mismatch=skip_mismatch)


def _read(archive: zipfile.ZipFile, member: str, path: Any) -> bytes:
    if member not in archive.namelist():
        raise ValueError(f"'{path}' is not a .keras file: it has no '{member}'.")
    return archive.read(member)


def _read_json(archive: zipfile.ZipFile, member: str, path: Any) -> dict[str, Any]:
    if member in archive.namelist() and archive.getinfo(member).file_size > _LARGEST_CONFIG:
        raise ValueError(f"'{path}': '{member}' is larger than {_LARGEST_CONFIG} bytes.")
    try:
        return json.loads(_read(archive, member, path))
    except json.JSONDecodeError as error:
        raise ValueError(f"'{path}': '{member}' is not JSON ({error}).") from None
