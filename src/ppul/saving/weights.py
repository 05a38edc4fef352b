"""Weights in HDF5, laid out as Keras 3 lays them out: a group a layer, `vars/0`, `vars/1`, ..."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from typing import Any

from ppul.core.names import to_snake_case
from ppul.layers.base import Layer
from ppul.models.model import Model
from ppul.saving.arrays import GroupStore, group_at

_LAYERS = re.compile(r"\blayers\b")
# Attributes that hold layers found under another name, or none.
_ELSEWHERE = ("_functional", "_layers", "graph", "optimizer")


def walk(model: Any) -> Iterator[tuple[str, Any]]:
    """Yield `(path in the file, layer or optimizer)` for all that has variables, each once."""
    seen: set[int] = set()

    def visit(path: str, owner: Any) -> Iterator[tuple[str, Any]]:
        if id(owner) in seen:
            return
        seen.add(id(owner))
        yield path, owner
        for name, child in _children(owner):
            yield from visit(f"{path}/{name}" if path else name, child)

    yield from visit("", model)


def write_weights(model: Any, file: Any, *, optimizer: bool) -> None:
    """Put the variables of a model into an open HDF5 file.

    Args:
        model: The model.
        file: An h5py file, open for writing.
        optimizer: Whether to put the optimizer's variables too.
    """
    for path, owner in walk(model):
        if not optimizer and owner is getattr(model, "optimizer", None):
            continue
        group = file.create_group(f"{path}/vars" if path else "vars")
        group.attrs["name"] = owner.name
        owner.save_own_variables(GroupStore(group, path))


def read_weights(model: Any, file: Any, name: str, *, skip_mismatch: bool = False) -> None:
    """Take the variables of a model from an open HDF5 file.

    Args:
        model: The model, built.
        file: An h5py file.
        name: The file's name, for errors.
        skip_mismatch: Whether layers that do not fit are left as they are.

    Raises:
        ValueError: If something is missing or has another shape; nothing is changed then.
    """
    before = [(v, v._value) for _, owner in walk(model) for v in _own_variables(owner)]
    try:
        for path, owner in walk(model):
            _read_one(path, owner, file, f"'{name}'", skip_mismatch=skip_mismatch)
    except ValueError:
        _set_back(before)
        raise


def _read_one(path: str, owner: Any, file: Any, where: str, *, skip_mismatch: bool) -> None:
    own, is_layer = _own_variables(owner), isinstance(owner, Layer)
    group = _group(file, f"{path}/vars" if path else "vars", where)
    if group is None and not (own and is_layer):
        return  # an optimizer that the file does not have starts anew
    before = [(variable, variable._value) for variable in own]
    where = f"{where}: {type(owner).__name__} '{owner.name}' (group '{path}')"
    try:
        owner.load_own_variables(GroupStore(group, where))
    except ValueError as error:
        problem = f"{where} does not fit the model: {error}"
        if is_layer and not skip_mismatch:
            raise ValueError(problem) from None
        _set_back(before)
        warnings.warn(f"Left as it was: {problem}", stacklevel=3)


def _set_back(values: list[tuple[Any, Any]]) -> None:
    for variable, value in values:
        variable._value = value


def _group(file: Any, path: str, where: str) -> Any:
    """The group of a layer; tf.keras 2.12 to 2.15 have another name for the layers of a model."""
    found = group_at(file, path, where)
    if found is None:
        found = group_at(file, _LAYERS.sub("_layer_checkpoint_dependencies", path), where)
    return found


def _children(owner: Any) -> Iterator[tuple[str, Any]]:
    """What a layer holds, by the names and in the order in which Keras finds it: private last."""
    if not isinstance(owner, Layer):
        return
    held = {name: value for name, value in vars(owner).items() if name not in _ELSEWHERE}
    if isinstance(owner, Model):
        held["layers"] = owner.layers
    for name, value in sorted(held.items(), key=lambda item: (item[0].startswith("_"), item[0])):
        if isinstance(value, Layer):
            yield name, value
        elif isinstance(value, (list, tuple, dict)):
            items = list(value.values()) if isinstance(value, dict) else list(value)
            for own, child in _numbered([item for item in items if isinstance(item, Layer)]):
                yield f"{name}/{own}", child
    if isinstance(owner, Model) and owner.optimizer is not None:
        yield "optimizer", owner.optimizer


def _numbered(layers: list[Layer]) -> Iterator[tuple[str, Layer]]:
    used: dict[str, int] = {}
    for layer in layers:
        name = to_snake_case(type(layer).__name__)
        count = used[name] = used.get(name, -1) + 1
        yield (name if count == 0 else f"{name}_{count}"), layer


def _own_variables(owner: Any) -> list[Any]:
    if isinstance(owner, Layer):
        return [*owner._trainable_own, *owner._frozen_own]
    return owner.variables
