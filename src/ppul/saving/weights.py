"""Weights in HDF5, laid out as Keras 3 lays them out: a group a layer, `vars/0`, `vars/1`, ..."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ppul.core.names import to_snake_case
from ppul.layers.base import Layer
from ppul.models.functional import Functional
from ppul.models.model import Model
from ppul.models.sequential import Sequential


class GroupStore:
    """A group of an HDF5 file as a mapping of names to arrays.

    Args:
        group: An open h5py group.
        where: What to call it in an error.
    """

    def __init__(self, group: Any, where: str) -> None:
        self.group = group
        self.where = where

    def keys(self) -> list[str]:
        """Return the names, in the order of their numbers."""
        return (
            sorted(self.group.keys(), key=lambda k: (len(k), k)) if self.group is not None else []
        )

    def __getitem__(self, key: str) -> np.ndarray:
        import h5py

        if self.group is None or key not in self.group:
            raise ValueError(f"The file has no variable '{key}' in {self.where}.")
        if isinstance(self.group.get(key, getlink=True), (h5py.ExternalLink, h5py.SoftLink)):
            raise ValueError(f"{self.where}: '{key}' is a link, which model files must not have.")
        dataset = self.group[key]
        if not isinstance(dataset, h5py.Dataset) or dataset.external:
            raise ValueError(f"{self.where}: '{key}' is not an array stored in the file.")
        value = dataset[()]
        if dataset.attrs.get("dtype") == "bfloat16":
            import ml_dtypes

            value = value.view(ml_dtypes.bfloat16)
        return value

    def __setitem__(self, key: str, value: Any) -> None:
        array = np.asarray(value)
        if str(array.dtype) == "bfloat16":
            self.group.create_dataset(key, data=array.view(np.int16)).attrs["dtype"] = "bfloat16"
        else:
            self.group[key] = array


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
    before = {id(v): (v, v._value) for v in _all_variables(model)}
    try:
        for path, owner in walk(model):
            try:
                _read_one(path, owner, file, name)
            except ValueError:
                if not skip_mismatch:
                    raise
    except ValueError:
        for variable, value in before.values():
            variable._value = value
        raise


def _read_one(path: str, owner: Any, file: Any, name: str) -> None:
    group = _group(file, f"{path}/vars" if path else "vars", name)
    own = _own_variables(owner)
    if group is None and not own:
        return
    if group is None and not isinstance(owner, Layer):
        return  # an optimizer that the file does not have starts anew
    try:
        owner.load_own_variables(GroupStore(group, f"'{path}'"))
    except ValueError as error:
        raise ValueError(f"'{name}' does not fit the model: {error}") from None


def _group(file: Any, path: str, name: str) -> Any:
    import h5py

    group = file
    for part in path.split("/"):
        if part not in group:
            return None
        if not isinstance(group.get(part, getlink=True), h5py.HardLink):
            raise ValueError(f"'{name}' has a link at '{path}', which model files must not have.")
        group = group[part]
        if not isinstance(group, h5py.Group):
            raise ValueError(f"'{name}' has no group at '{path}'.")
    return group


def _children(owner: Any) -> Iterator[tuple[str, Any]]:
    """What a layer holds, by the names Keras gives it in files."""
    if not isinstance(owner, Layer):
        return
    if isinstance(owner, (Functional, Sequential)):
        for name, child in _numbered(owner.layers):
            yield f"layers/{name}", child
    for attribute, value in sorted(vars(owner).items()):
        if attribute.startswith("_") or attribute in ("graph", "optimizer"):
            continue
        if isinstance(value, Layer):
            yield attribute, value
        elif isinstance(value, (list, tuple, dict)):
            items = list(value.values()) if isinstance(value, dict) else list(value)
            for name, child in _numbered([item for item in items if isinstance(item, Layer)]):
                yield f"{attribute}/{name}", child
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


def _all_variables(model: Any) -> list[Any]:
    return [v for _, owner in walk(model) for v in _own_variables(owner)]
