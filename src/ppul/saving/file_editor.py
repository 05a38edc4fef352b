"""Weights in files, looked at and changed: renamed, added, deleted."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ppul.core.checks import suggestion
from ppul.saving.archive import is_archive
from ppul.saving.arrays import GroupStore, array_at, is_hdf5, member, reading_hdf5, text_at
from ppul.saving.atomic import replacing
from ppul.saving.keras_file import weights_bytes, weights_of_keras

Weights = dict[str, np.ndarray]


class KerasFileEditor:
    """The weights of a `.keras` or `.weights.h5` file, to be changed and saved anew.

    An object is a layer or whatever else has weights; it is named by its path in the file, or by
    the last part of that, where no other object has it.

    Args:
        filepath: The file.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is no such file.

    Example:
        >>> import tempfile
        >>> from ppul import Input, Sequential, layers
        >>> folder = Path(tempfile.mkdtemp())
        >>> Sequential([Input((2,)), layers.Dense(1)]).save_weights(folder / "old.weights.h5")
        >>> editor = KerasFileEditor(folder / "old.weights.h5")
        >>> editor.rename_object("dense", "head")
        >>> editor.save(folder / "new.weights.h5")
        >>> sorted(editor.weights_dict["layers"]["head"])
        ['0', '1']
    """

    def __init__(self, filepath: str | Path) -> None:
        self.filepath = Path(filepath)
        self._names: dict[str, str] = {}
        if is_archive(self.filepath):
            self._objects = self._read(weights_of_keras(self.filepath))
        elif is_hdf5(self.filepath):
            self._objects = self._read(self.filepath)
        else:
            raise ValueError(
                f"KerasFileEditor: '{self.filepath}' is neither a .keras nor a .weights.h5 file."
            )

    @property
    def weights_dict(self) -> dict[str, Any]:
        """All weights, in dicts nested like the objects."""
        nested: dict[str, Any] = {}
        for path, weights in self._objects.items():
            place = nested
            for part in path.split("/") if path else ():
                place = place.setdefault(part, {})
            place.update(weights)
        return nested

    def summary(self) -> None:
        """Print all objects with their weights."""
        from rich.console import Console
        from rich.tree import Tree

        def grow(branch: Tree, content: Mapping[str, Any]) -> None:
            for name, value in content.items():
                if isinstance(value, dict):
                    grow(branch.add(name), value)
                else:
                    branch.add(f"{name}: shape={value.shape}, dtype={value.dtype}")

        tree = Tree(f"Weights of '{self.filepath}'")
        grow(tree, self.weights_dict)
        Console().print(tree)

    def compare(self, reference_model: Any) -> dict[str, Any]:
        """Print how the weights differ from those that a model has, and count.

        Args:
            reference_model: The model, built.

        Returns:
            `status`, "success" where the file fits the model, else "error"; `error_count`, the
            weights that are missing, too many or of another shape; `match_count`, the others.
        """
        own = dict(self._shapes(self._objects))
        content = io.BytesIO(weights_bytes(reference_model, optimizer=False))
        expected = dict(self._shapes(self._read(content)))
        lines = []
        for path in sorted({*own, *expected}):
            found, wanted = own.get(path), expected.get(path)
            if found is None:
                lines.append(f"{path}: missing in the file; the model has {wanted}")
            elif wanted is None:
                lines.append(f"{path}: {found} in the file; missing in the model")
            elif found != wanted:
                lines.append(f"{path}: {found} in the file, {wanted} in the model")
        from rich.console import Console

        matches = len({*own, *expected}) - len(lines)
        Console().print("\n".join([*lines, f"{len(lines)} weights differ, {matches} fit."]))
        status = "error" if lines else "success"
        return {"status": status, "error_count": len(lines), "match_count": matches}

    def rename_object(self, object_name: str, new_name: str) -> None:
        """Give an object, with all that is in it, another name.

        Raises:
            ValueError: If there is no such object, or the name is taken or a path.
        """
        if "/" in new_name:
            raise ValueError(f"rename_object: `new_name` must be no path; got {new_name!r}.")
        old = self._find(object_name)
        new = "/".join([*old.split("/")[:-1], new_name])
        if any(self._within(path, new) for path in self._objects):
            raise ValueError(f"rename_object: there is an object '{new}' already.")
        self._objects = {self._moved(p, old, new): w for p, w in self._objects.items()}
        self._names = {self._moved(p, old, new): n for p, n in self._names.items()}

    def delete_object(self, object_name: str) -> None:
        """Delete an object, with all that is in it."""
        gone = self._find(object_name)
        self._objects = {p: w for p, w in self._objects.items() if not self._within(p, gone)}

    def add_object(self, object_path: str, weights: Mapping[str, Any]) -> None:
        """Add an object.

        Args:
            object_path: Its path; what it is in must be there.
            weights: Names ("0", "1", ...) and arrays.
        """
        parent = object_path.rpartition("/")[0]
        if parent and not any(self._within(path, parent) for path in self._objects):
            raise ValueError(f"add_object: there is no '{parent}' to add '{object_path}' to.")
        self._objects[object_path] = {name: np.asarray(w) for name, w in weights.items()}

    def add_weights(self, object_name: str, weights: Mapping[str, Any]) -> None:
        """Add weights to an object, names ("0", "1", ...) and arrays; those of a name replace it."""
        path = self._find(object_name)
        own = self._objects.setdefault(path, {})
        own.update({name: np.asarray(weight) for name, weight in weights.items()})

    def delete_weight(self, object_name: str, weight_name: str) -> None:
        """Delete a weight of an object."""
        own = self._objects.get(self._find(object_name), {})
        if weight_name not in own:
            raise ValueError(
                f"delete_weight: '{object_name}' has no weight '{weight_name}'; it has {sorted(own)}."
            )
        del own[weight_name]

    def save(self, filepath: str | Path) -> None:
        """Save all weights to a `.weights.h5` file."""
        path = Path(filepath)
        if not path.name.endswith(".weights.h5"):
            raise ValueError(f"save: the file must end in '.weights.h5'; got '{path}'.")
        import h5py

        with replacing(path) as temporary, h5py.File(temporary, "w") as file:
            for where, weights in self._objects.items():
                group = file.create_group(f"{where}/vars" if where else "vars")
                if where in self._names:
                    group.attrs["name"] = self._names[where]
                store = GroupStore(group, where)
                for name, weight in weights.items():
                    store[name] = weight

    def resave_weights(self, filepath: str | Path) -> None:
        """Save all weights to a `.weights.h5` file, as `save` does."""
        self.save(filepath)

    def _read(self, source: Path | io.BytesIO) -> dict[str, Weights]:
        """The weights of a file by the paths of their objects."""
        import h5py

        where = f"'{self.filepath}'"

        def walk(group: Any, path: str) -> Iterator[tuple[str, Weights]]:
            for key in group:
                inner = member(group, key, where)
                if not isinstance(inner, h5py.Group):
                    continue
                if key == "vars":
                    name = text_at(inner, "name", where)
                    if name is not None:
                        self._names[path] = name
                    yield path, {n: array_at(inner, n, where) for n in list(inner)}
                else:
                    yield from walk(inner, f"{path}/{key}" if path else key)

        with reading_hdf5(source, str(self.filepath)) as file:
            return dict(walk(file, ""))

    def _find(self, name: str) -> str:
        """The path of an object that is named by it, or by its last part."""
        paths = self._paths()
        leaves = [path.rpartition("/")[2] for path in paths]
        found = [path for path in paths if path == name] or [
            path for path, leaf in zip(paths, leaves, strict=True) if leaf == name
        ]
        if len(found) == 1:
            return found[0]
        if found:
            raise ValueError(f"There are several objects '{name}': {found}. Give the path of one.")
        raise ValueError(
            f"There is no object '{name}' in '{self.filepath}'.{suggestion(name, [*paths, *leaves])} "
            "`summary()` lists them."
        )

    def _paths(self) -> list[str]:
        """The paths of all objects, and of all they are in."""
        found: dict[str, None] = {}
        for path in self._objects:
            parts = path.split("/") if path else []
            found.update(dict.fromkeys("/".join(parts[: i + 1]) for i in range(len(parts))))
        return list(found)

    @staticmethod
    def _within(path: str, other: str) -> bool:
        return path == other or path.startswith(f"{other}/")

    def _moved(self, path: str, old: str, new: str) -> str:
        return new + path[len(old) :] if self._within(path, old) else path

    @staticmethod
    def _shapes(objects: dict[str, Weights]) -> Iterator[tuple[str, Any]]:
        for path, weights in objects.items():
            for name, weight in weights.items():
                yield f"{path}/{name}", weight.shape
