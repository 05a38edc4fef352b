"""A whole model in one HDF5 file (`.h5`), as every Keras up to 3 writes it.

The configuration and what `compile` was given are attributes, in JSON; the weights are groups by
layer. Files of Keras 2 and tf.keras are read, too; those written are as Keras 3 writes them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ppul.core import registry
from ppul.core.serialization import serialize
from ppul.core.types import Config
from ppul.saving.arrays import group_at, reading_hdf5, text_at
from ppul.saving.atomic import replacing
from ppul.saving.by_layer import (
    FORMAT_VERSION,
    layers_by_name,
    read_arrays,
    read_layers,
    trained_weights,
    write_arrays,
    write_layers,
)
from ppul.saving.config import made, parsed
from ppul.saving.keras2 import is_old
from ppul.saving.slots import set_state

_MODEL, _OPTIMIZER = "model_weights", "optimizer_weights"


def save_h5(model: Any, path: Path, *, optimizer: bool = True) -> None:
    """Write a model to an `.h5` file.

    Args:
        model: The model.
        path: Where to.
        optimizer: Whether to write the optimizer's state, too.
    """
    import h5py

    config, training = json.dumps(_plain(serialize(model))), _training_config(model)
    with replacing(path) as temporary, h5py.File(temporary, "w") as file:
        file.attrs["backend"] = "jax"
        file.attrs["keras_version"] = FORMAT_VERSION
        file.attrs["model_config"] = config
        write_layers(file.create_group(_MODEL), model)
        if training is not None:
            file.attrs["training_config"] = training
        if optimizer and model.optimizer is not None:
            write_arrays(file.create_group(_OPTIMIZER), model.optimizer.variables)


def save_h5_weights(model: Any, path: Path) -> None:
    """Write the weights of a model alone, by layer, to an `.h5` file."""
    import h5py

    with replacing(path) as temporary, h5py.File(temporary, "w") as file:
        write_layers(file, model)


def load_h5(path: Path, custom_objects: dict[str, Any] | None, *, compile: bool) -> Any:
    """Return the model an `.h5` file holds.

    Raises:
        TypeError: If it names something unknown.
        ValueError: If it is not such a file, or is damaged.
    """
    name = str(path)
    with reading_hdf5(path, name) as file:
        config, version = _configs(file, name)
        old, size = is_old(version), path.stat().st_size
        model = made(config, name, size, custom_objects, old=old, compile=compile)
        weights = group_at(file, _MODEL, f"'{name}'")
        if weights is None:
            raise ValueError(f"'{name}' holds a model without weights. Save it again.")
        read_layers(model, weights, name, by_name=layers_by_name(model, weights, name))
        slots = group_at(file, _OPTIMIZER, f"'{name}'")
        if slots is not None and model.optimizer is not None and model.built:
            stored = read_arrays(slots, f"'{name}': '{_OPTIMIZER}'")
            trained = trained_weights(model, weights, name)
            set_state(model.optimizer, stored, trained, name, old=old)
    return model


def is_by_layer(file: Any, name: str) -> bool:
    """Return whether an open HDF5 file has weights by layer, with a list of the layers' names."""
    listed = any(attribute in file.attrs for attribute in ("layer_names", "layer_names0"))
    return listed or group_at(file, _MODEL, f"'{name}'") is not None


def load_h5_weights(
    model: Any, file: Any, name: str, *, by_name: bool = False, skip_mismatch: bool = False
) -> None:
    """Take the weights of a model from an open HDF5 file that has them by layer.

    Args:
        model: The model, built.
        file: The file: a whole model, or weights alone.
        name: The file's name, for errors.
        by_name: Whether layers are matched by name instead of in order.
        skip_mismatch: Whether layers that do not fit are left as they are.

    Raises:
        ValueError: If weights do not fit; nothing is changed then.
    """
    group = group_at(file, _MODEL, f"'{name}'")
    group = file if group is None else group
    read_layers(model, group, name, by_name=by_name, skip_mismatch=skip_mismatch)


def _configs(file: Any, name: str) -> tuple[Config, str | None]:
    """The configuration with what `compile` was given, and the version of Keras that wrote it."""
    text = text_at(file, "model_config", f"'{name}'")
    if text is None:
        raise ValueError(
            f"'{name}' holds no model; if it holds weights, build the model in Python and use "
            "`load_weights`."
        )
    config = parsed(text, f"'{name}': the attribute 'model_config'")
    version = text_at(file, "keras_version", f"'{name}'")
    training = text_at(file, "training_config", f"'{name}'")
    if training is not None:
        what = f"'{name}': the attribute 'training_config'"
        config["compile_config"] = parsed(training, what)
    if version is not None and version.startswith(("0.", "1.")):
        raise ValueError(
            f"'{name}' was written by Keras {version}; files of Keras 2.0 and later are read. Build "
            "the model in Python, and save it from Keras 2."
        )
    return config, version


def _plain(entry: Config) -> Config:
    """A layer's configuration as it stands in these files: a class and its arguments alone."""
    config = dict(entry["config"])
    if isinstance(config.get("layers"), list):
        config["layers"] = [_plain(layer) for layer in config["layers"]]
    kept = {name: entry[name] for name in ("name", "inbound_nodes") if name in entry}
    return {"class_name": entry["registered_name"] or entry["class_name"], "config": config} | kept


def _training_config(model: Any) -> str | None:
    config = model.get_compile_config()
    if config is None:
        return None
    optimizer = _named(config.pop("optimizer"))
    config = {name: _named(value, loss=name == "loss") for name, value in config.items()}
    return json.dumps(config | {"optimizer_config": optimizer})


def _named(value: Any, *, loss: bool = False) -> Any:
    """What `compile` was given: objects by class and arguments, functions by name."""
    if isinstance(value, (list, tuple)):
        return [_named(item, loss=loss) for item in value]
    if loss and isinstance(value, str):
        # Keras finds no short name of a loss (`mse`) in these files, so it is written in full.
        return getattr(registry.public_object("losses", value), "__name__", value)
    if not isinstance(value, dict):
        return value
    if "class_name" not in value:
        return {name: _named(item, loss=loss) for name, item in value.items()}
    if value["class_name"] == "function":
        return value["config"]
    name = value.get("registered_name") or value["class_name"]
    return {"class_name": name, "config": value["config"]}
