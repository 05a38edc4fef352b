"""The form in which CIFAR-10 and CIFAR-100 are published: pickled batches of rows of bytes."""

from __future__ import annotations

import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import numpy as np

from ppul.datasets.files import reading
from ppul.datasets.split import Pair
from ppul.datasets.unpickling import unpickle

PICTURE = (3, 32, 32)


def read_batches(path: Path, *splits: tuple[str, ...], label: str) -> list[Pair]:
    """Read pictures and labels from batches, in the archive or in the folder it unpacks to.

    Args:
        path: The .tar.gz, or a folder that holds the batches.
        splits: For each split the names of its batches, in order.
        label: The key that labels are kept under.

    Returns:
        For each split pictures of shape (n, 32, 32, 3), uint8, and labels of shape (n, 1), int64.

    Raises:
        ValueError: If a batch is missing or is not what it should be.
    """
    names = [name for split in splits for name in split]
    with reading(path, f"batches {', '.join(names)} with {label!r}"):
        batches = {
            name: _read_batch(file, label)
            for name, file in (_members(path) if path.is_file() else _files(path, names))
            if name in names
        }
        missing = [name for name in names if name not in batches]
        if missing:
            raise KeyError(f"{', '.join(missing)} not found")
        return [_joined([batches[name] for name in split]) for split in splits]


def _members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    # In the order of the archive: going back in a gzip file means starting it again.
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is not None:
                yield Path(member.name).name, file


def _files(folder: Path, names: Iterable[str]) -> Iterator[tuple[str, IO[bytes]]]:
    for name in names:
        if (folder / name).is_file():
            with (folder / name).open("rb") as file:
                yield name, file


def _read_batch(file: IO[bytes], label: str) -> Pair:
    batch = unpickle(file)
    if not isinstance(batch, dict) or not isinstance(batch.get("data"), np.ndarray):
        raise ValueError("a batch is no dict with an array 'data'")
    labels = np.array(batch[label], dtype=np.int64)
    return batch["data"].reshape(-1, *PICTURE), labels.reshape(-1, 1)


def _joined(batches: list[Pair]) -> Pair:
    x = np.concatenate([pictures for pictures, _ in batches])
    y = np.concatenate([labels for _, labels in batches])
    if x.dtype != np.uint8 or len(x) != len(y):
        raise ValueError(f"it holds {len(x)} pictures of {x.dtype} and {len(y)} labels")
    return np.ascontiguousarray(x.transpose(0, 2, 3, 1)), y
