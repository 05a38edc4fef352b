"""HDF5 files read as data alone: arrays, names and texts that are stored in the file itself.

HDF5 can point elsewhere (links, external storage, virtual arrays), load filters from a folder of
plug-ins, and declare arrays that it does not hold. Model files need none of that, so what is not a
plain array in plain groups is refused before it is opened or read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np

# HDF5 limits an attribute to 64 KiB, and a name takes 16 bytes of that.
_NAMES_AT_ONCE = 2000
# What h5py raises for what it cannot make sense of.
_DAMAGES = (KeyError, OSError, RuntimeError, TypeError, ValueError)


def is_hdf5(path: Path) -> bool:
    """Return whether a file begins as an HDF5 file."""
    with path.open("rb") as file:
        return file.read(8) == b"\x89HDF\r\n\x1a\n"


@contextmanager
def reading_hdf5(source: Path | IO[bytes], name: str) -> Iterator[Any]:
    """Open an HDF5 file to read.

    Args:
        source: A path, or an open binary file.
        name: What to call it in an error.

    Raises:
        ValueError: If it is not a whole HDF5 file.
    """
    import h5py

    # Opened by Python: HDF5 then has no folder in which a link could lead to another file.
    stream = source.open("rb") if isinstance(source, Path) else source
    with stream:
        try:
            with h5py.File(stream, "r") as file:
                yield file
        except (OSError, RuntimeError, KeyError, ValueError) as error:
            if name in str(error):
                raise  # ours; h5py's own, and those of the stream below it, know no name
            raise ValueError(
                f"'{name}' is not a whole HDF5 file ({error}). Save it again."
            ) from error


def member(group: Any, key: str, where: str) -> Any:
    """Return what a group holds under one name, None if nothing.

    Raises:
        ValueError: If it is a link, or damaged.
    """
    import h5py

    link = group.get(key, getlink=True)
    if link is None:
        return None
    if not isinstance(link, h5py.HardLink):
        raise ValueError(
            f"{where}: '{key}' is a link to somewhere else, which model files must not have."
        )
    try:
        return group[key]
    except _DAMAGES as error:
        raise ValueError(f"{where}: '{key}' is damaged ({error}).") from None


def group_at(group: Any, path: str, where: str) -> Any:
    """Return the group at a path below `group`, None if there is none."""
    import h5py

    for part in path.split("/"):
        found = member(group, part, where)
        if found is None:
            return None
        if not isinstance(found, h5py.Group):
            raise ValueError(f"{where}: '{path}' is not a group.")
        group = found
    return group


def array_at(group: Any, path: str, where: str) -> np.ndarray:
    """Return the array at a path below `group`.

    Raises:
        ValueError: If there is none, or it is not an array of numbers stored plainly in the file.
    """
    folder, _, key = path.rpartition("/")
    inner = group_at(group, folder, where) if folder else group
    dataset = None if inner is None else member(inner, key, where)
    if dataset is None:
        raise ValueError(f"{where}: there is no array '{path}'.")
    _check_plain(dataset, f"{where}: '{path}'")
    try:
        value = dataset[()]
    except _DAMAGES as error:
        raise ValueError(f"{where}: the array '{path}' is damaged ({error}).") from None
    if dataset.attrs.get("dtype") == "bfloat16":
        import ml_dtypes

        value = value.view(ml_dtypes.bfloat16)
    return value


def _check_plain(dataset: Any, where: str) -> None:
    import h5py

    if not isinstance(dataset, h5py.Dataset):
        raise ValueError(f"{where} is not an array.")
    settings = dataset.id.get_create_plist()
    if settings.get_layout() == h5py.h5d.VIRTUAL or settings.get_external_count():
        raise ValueError(f"{where} is stored in another file, which model files must not do.")
    if settings.get_nfilters():
        raise ValueError(
            f"{where} is compressed, which arrays of model files must not be. Rewrite the file with "
            "`h5repack -f NONE`."
        )
    if dataset.shape is None or dataset.dtype.kind not in "biuf":
        raise ValueError(f"{where} is not an array of numbers; its type is {dataset.dtype}.")
    size = dataset.size * dataset.dtype.itemsize
    held = min(dataset.id.get_storage_size(), dataset.file.id.get_filesize())
    if size > held:
        raise ValueError(
            f"{where} says that it has the shape {dataset.shape}, {size} bytes, and the file holds "
            f"{held} bytes of it."
        )


def text_at(group: Any, attribute: str, where: str) -> str | None:
    """Return an attribute that is a text, None if there is none."""
    value = _attribute(group, attribute, where)
    return None if value is None else _text(value, f"{where}: the attribute '{attribute}'")


def names_at(group: Any, attribute: str, where: str) -> list[str] | None:
    """Return an attribute that is a list of names, None if there is none.

    A list too long for one attribute is kept in several: `weight_names0`, `weight_names1`, ...
    """
    value = _attribute(group, attribute, where)
    if value is not None:
        parts = [value]
    else:
        parts = []
        while (part := _attribute(group, f"{attribute}{len(parts)}", where)) is not None:
            parts.append(part)
        if not parts:
            return None
    what = f"{where}: the attribute '{attribute}'"
    return [_text(name, what) for part in parts for name in np.atleast_1d(part)]


def put_names(group: Any, attribute: str, names: list[str]) -> None:
    """Write what `names_at` reads."""
    if len(names) <= _NAMES_AT_ONCE:
        group.attrs[attribute] = names
        return
    for i in range(0, len(names), _NAMES_AT_ONCE):
        group.attrs[f"{attribute}{i // _NAMES_AT_ONCE}"] = names[i : i + _NAMES_AT_ONCE]


def _attribute(group: Any, attribute: str, where: str) -> Any:
    if attribute not in group.attrs:
        return None
    try:
        return group.attrs[attribute]
    except _DAMAGES as error:
        raise ValueError(f"{where}: the attribute '{attribute}' is damaged ({error}).") from None


def _text(value: Any, what: str) -> str:
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(f"{what} is not text ({error}).") from None
    if isinstance(value, str):
        return value
    raise ValueError(f"{what} is not text; got {value!r}.")


class GroupStore:
    """A group of an HDF5 file as a mapping of names to arrays.

    Args:
        group: An open h5py group, or None for one that is not there.
        where: What to call it in an error.
    """

    def __init__(self, group: Any, where: str) -> None:
        self.group = group
        self.where = where

    def keys(self) -> list[str]:
        """Return the names, in the order of their numbers."""
        return [] if self.group is None else sorted(self.group, key=lambda k: (len(k), k))

    def __getitem__(self, key: str) -> np.ndarray:
        if self.group is None:
            raise ValueError(f"{self.where}: there is no array '{key}'.")
        return array_at(self.group, key, self.where)

    def __setitem__(self, key: str, value: Any) -> None:
        array = np.asarray(value)
        if str(array.dtype) == "bfloat16":
            self.group.create_dataset(key, data=array.view(np.int16)).attrs["dtype"] = "bfloat16"
        else:
            self.group[key] = array
