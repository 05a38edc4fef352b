"""Weights in HDF5 as every Keras up to 3 lays them out: a group a layer, arrays by name."""

from __future__ import annotations

import warnings
from typing import Any, TypeAlias

import numpy as np

from ppul.core.variable import Variable
from ppul.layers.base import Layer
from ppul.layers.convolutional.conv import BaseConv
from ppul.saving.arrays import array_at, group_at, names_at, put_names, text_at

Named: TypeAlias = list[tuple[str, np.ndarray]]

# The version of Keras in whose manner files are written.
FORMAT_VERSION = "3.15.1"
# The group of a model's own weights, which are in none of its layers.
_OWN = "top_level_model_weights"


def write_layers(group: Any, model: Any) -> None:
    """Put the weights of a model into an open h5py group."""
    group.attrs["backend"] = "jax"
    group.attrs["keras_version"] = FORMAT_VERSION
    put_names(group, "layer_names", [layer.name for layer in model.layers])
    for layer in model.layers:
        write_arrays(group.create_group(layer.name), _weights(layer))
    write_arrays(group.create_group(_OWN), _own_weights(model))


def write_arrays(group: Any, variables: list[Variable]) -> None:
    """Put variables into an open h5py group by their paths, with a list of these."""
    names: list[str] = []
    for variable in variables:
        name, count = variable.path, 0
        while name in names:
            count += 1
            name = f"{variable.path}_{count}"
        names.append(name)
        array = variable.numpy()
        # A bfloat16, which HDF5 does not know, is exact in float32.
        group[name] = array.astype("float32") if str(array.dtype) == "bfloat16" else array
    put_names(group, "weight_names", names)


def read_arrays(group: Any, where: str) -> Named:
    """Return what `write_arrays` wrote, in its order."""
    names = names_at(group, "weight_names", where) or []
    return [(name, array_at(group, name, where)) for name in names]


def read_layers(
    model: Any, group: Any, name: str, *, by_name: bool = False, skip_mismatch: bool = False
) -> None:
    """Take the weights of a model from an open h5py group.

    Args:
        model: The model, built if the file has weights.
        group: The group.
        name: The file's name, for errors.
        by_name: Whether layers are matched by name instead of in order.
        skip_mismatch: Whether layers that do not fit are left as they are, with a warning.

    Raises:
        ValueError: If weights do not fit; nothing is changed then.
    """
    found: list[tuple[Variable, np.ndarray]] = []
    for owner, own, key in _matched(model, group, name, by_name=by_name):
        stored = read_arrays(group_at(group, key, f"'{name}'"), f"'{name}': layer '{key}'")
        try:
            found += _fitted(owner, own, stored, name)
        except ValueError as error:
            if not skip_mismatch:
                raise
            warnings.warn(f"Left as it was: {error}", stacklevel=2)
    if text_at(group, "backend", f"'{name}'") == "theano":
        convolutions = [i for i in model._flatten_layers() if isinstance(i, BaseConv) and i.built]
        kernels = {id(layer.kernel) for layer in convolutions}
        found = [(v, _turned(value) if id(v) in kernels else value) for v, value in found]
    for variable, value in found:
        variable.assign(value)


def trained_weights(model: Any, group: Any, name: str) -> list[Variable]:
    """Return the weights that training changes in the order of a file's layers."""
    own = {layer.name: layer for layer in model.layers}
    names = [key for key in names_at(group, "layer_names", f"'{name}'") or [] if key in own]
    found = {id(v): v for key in names for v in own[key].trainable_weights}
    every = model.trainable_variables
    return list(found.values()) if found.keys() == {id(v) for v in every} else every


def layers_by_name(model: Any, group: Any, name: str) -> bool:
    """Return whether a file names all layers of a model that have weights."""
    names = names_at(group, "layer_names", f"'{name}'") or []
    return all(layer.name in names for layer in model.layers if _weights(layer))


def _matched(
    model: Any, group: Any, name: str, *, by_name: bool
) -> list[tuple[Layer, list[Variable], str]]:
    """Layers with weights, and the keys of their groups."""
    keys = names_at(group, "layer_names", f"'{name}'")
    if keys is None:
        raise ValueError(f"'{name}' has no list of layers, so it holds no weights by layer.")
    groups = {key: group_at(group, key, f"'{name}'") for key in keys}
    missing = [key for key, found in groups.items() if found is None]
    if missing:
        raise ValueError(f"'{name}' lists the layers {missing}, and holds nothing for them.")
    keys = [key for key in keys if names_at(groups[key], "weight_names", f"'{name}': '{key}'")]
    if keys and not model.built:
        raise ValueError(
            f"Model '{model.name}' has no weights yet that those of '{name}' could be loaded into: "
            "build it, or call it on data, and use `load_weights`."
        )
    layers = [(layer, own) for layer in model.layers if (own := _weights(layer))]
    if by_name:
        matched = [(layer, own, layer.name) for layer, own in layers if layer.name in keys]
    elif len(layers) == len(keys):
        matched = [(layer, own, key) for (layer, own), key in zip(layers, keys, strict=True)]
    else:
        raise ValueError(
            f"'{name}' has weights for {len(keys)} layers {keys}, and model '{model.name}' has "
            f"{len(layers)} layers with weights {[layer.name for layer, _ in layers]}. To load those "
            "of the same name, pass `by_name=True`."
        )
    own = _own_weights(model)
    if own and group_at(group, _OWN, f"'{name}'") is not None:
        matched.append((model, own, _OWN))
    return matched


def _fitted(
    owner: Layer, own: list[Variable], stored: Named, name: str
) -> list[tuple[Variable, np.ndarray]]:
    """Variables of a layer with their values."""
    where = f"'{name}': layer '{owner.name}' ({type(owner).__name__})"
    if len(own) != len(stored):
        raise ValueError(
            f"{where} has {len(own)} variables {[v.name for v in own]} in the model and "
            f"{len(stored)} in the file {[key for key, _ in stored]}."
        )
    # By name where the names are the same: a frozen layer inside stood in another place.
    named = {_short(key): value for key, value in stored}
    names = [_short(variable.path) for variable in own]
    same = len(named) == len(own) and set(names) == named.keys()
    values = [named[key] for key in names] if same else [value for _, value in stored]
    for variable, value in zip(own, values, strict=True):
        if variable.shape != value.shape:
            raise ValueError(
                f"{where}: '{variable.path}' has the shape {variable.shape} in the model and "
                f"{value.shape} in the file. Give the layer the size it was saved with."
            )
    return list(zip(own, values, strict=True))


def _short(path: str) -> str:
    """The names of a variable and of its layer, as every Keras ends a path."""
    return "/".join(path.partition(":")[0].split("/")[-2:])


def _turned(kernel: np.ndarray) -> np.ndarray:
    """A kernel turned by half a turn: Theano convolved where others correlate."""
    return np.flip(kernel, tuple(range(kernel.ndim - 2)))


def _weights(layer: Layer) -> list[Variable]:
    return [*layer.trainable_weights, *layer.non_trainable_weights]


def _own_weights(model: Any) -> list[Variable]:
    return [*model._trainable_own, *model._frozen_own]
