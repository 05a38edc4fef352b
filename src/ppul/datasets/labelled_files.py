"""The files below a folder, with the classes that its folders stand for."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ppul.core.checks import one_of
from ppul.datasets.dataset import Dataset

LABEL_MODES = ("int", "categorical", "binary", None)
_SUBSETS = ("training", "validation", "both")
_FORMATS = ("tf", "grain")


@dataclass
class Request:
    """What a function that makes data sets of files was asked for.

    Args:
        where: The function, for messages.
        directory: The folder.
        labels: "inferred": by the folder in it that a file is in; None; or one label a file, in the
            order of their paths.
        label_mode: "int", "categorical" (one-hot), "binary" or None.
        class_names: Names of the folders in it, in the order of their labels.
        batch_size: Samples a batch; None for single samples.
        shuffle: Whether the order is one of chance, another one in each pass.
        seed: Seed of the order.
        validation_split: Share of the files, the last ones, that are for validation.
        subset: "training", "validation" or "both".
        follow_links: Whether folders that are links are entered.
        verbose: Whether to say how many files were found.
        format: "tf" or "grain": what Keras returns; here it is a `Dataset` for both.
    """

    where: str
    directory: Any
    labels: Any
    label_mode: str | None
    class_names: Sequence[str] | None
    batch_size: int | None
    shuffle: bool
    seed: int | None
    validation_split: float | None
    subset: str | None
    follow_links: bool
    verbose: bool
    format: str = "tf"


@dataclass
class Found:
    """Files, each with its label, and the names of the classes."""

    paths: list[str]
    labels: np.ndarray | None
    class_names: list[str] | None

    def part(self, start: int, stop: int) -> Found:
        """Return some of the files."""
        labels = None if self.labels is None else self.labels[start:stop]
        return Found(self.paths[start:stop], labels, self.class_names)


def datasets_of(
    request: Request,
    endings: tuple[str, ...],
    read: Callable[[str], Any],
    collate: Callable[[list[Any]], Any] | None = None,
) -> Any:
    """Return data sets of the files below a folder: one, or two for the subset "both".

    Args:
        request: What was asked for.
        endings: Endings of the names of the files that count.
        read: Makes of a path what a sample is.
        collate: Makes of a list of samples a batch; stacks their arrays by default.

    Raises:
        ValueError: If an argument is not one that can be, or there are no such files.
    """
    _check(request)
    seed = request.seed if request.seed is not None else int(np.random.randint(1_000_000))  # noqa: NPY002  (users seed it)
    found = _found(request, endings, seed)
    total = len(found.paths)
    held = 0 if request.validation_split is None else int(request.validation_split * total)
    parts = {"training": (0, total - held), "validation": (total - held, total)}
    wanted = {"both": list(parts), None: []}.get(request.subset, [request.subset])
    if not wanted:
        return _dataset(request, found, read, collate, seed)
    sets = []
    for name in wanted:
        part = found.part(*parts[name])  # type: ignore[index]
        if request.verbose:
            print(f"Using {len(part.paths)} files for {name}.")  # noqa: T201  (as Keras does)
        if not part.paths:
            raise ValueError(
                f"{request.where}: validation_split={request.validation_split} of {total} files "
                f"leaves none for {name}."
            )
        sets.append(_dataset(request, part, read, collate, seed))
    return sets if request.subset == "both" else sets[0]


def _dataset(
    request: Request, found: Found, read: Callable[[str], Any], collate: Any, seed: int
) -> Dataset:
    labels = _encoded(request, found)

    def sample(i: int) -> Any:
        value = read(found.paths[i])
        return value if labels is None else (value, labels[i])

    names = found.class_names if labels is not None else None
    data = Dataset(lambda _: sample, len(found.paths), names, found.paths)
    if request.shuffle:
        data = data.shuffle(len(data), seed)
    if request.batch_size is None:
        return data
    return data.batch(request.batch_size, collate=collate)


def _encoded(request: Request, found: Found) -> np.ndarray | None:
    if found.labels is None or request.label_mode is None:
        return None
    if request.label_mode == "int":
        return found.labels.astype(np.int32)
    if request.label_mode == "binary":
        return found.labels.astype(np.float32)[:, None]
    return np.eye(len(found.class_names or ()), dtype=np.float32)[found.labels]


def _found(request: Request, endings: tuple[str, ...], seed: int) -> Found:
    root = Path(request.directory)
    if not root.is_dir():
        raise FileNotFoundError(f"{request.where}: there is no folder '{root}'.")
    folders = sorted(entry.name for entry in root.iterdir() if entry.is_dir())
    inferred = request.labels == "inferred"
    names = folders
    if inferred and request.class_names is not None:
        names = list(request.class_names)
        if not set(names) <= set(folders):
            raise ValueError(
                f"{request.where}: `class_names` must be folders in '{root}', which are {folders}; "
                f"got {names}."
            )
    walked = [root / name for name in names] if names or inferred else [root]
    files = [_files(folder, endings, follow=request.follow_links) for folder in walked]
    paths = [path for some in files for path in some]
    if not paths:
        raise ValueError(
            f"{request.where}: no file found in '{root}'. Those that end in {', '.join(endings)} "
            "count" + (", in a folder for each class." if inferred else ".")
        )
    labels = _labels(request, files, len(paths))
    found = Found(paths, labels, _class_names(request, names, labels))
    _say_found(request, found)
    if request.label_mode == "binary" and len(found.class_names or ()) != 2:
        raise ValueError(
            f"{request.where}: label_mode='binary' is for two classes; found {found.class_names}."
        )
    if request.shuffle:
        order = np.arange(len(paths))
        np.random.RandomState(seed).shuffle(order)
        found.paths = [paths[i] for i in order]
        found.labels = None if labels is None else labels[order]
    return found


def _labels(request: Request, files: list[list[str]], count: int) -> np.ndarray | None:
    if request.labels is None:
        return None
    if request.labels == "inferred":
        return np.repeat(np.arange(len(files)), [len(some) for some in files])
    labels = np.asarray(request.labels)
    if len(labels) != count:
        raise ValueError(
            f"{request.where}: `labels` must have one label a file; got {len(labels)} labels and "
            f"{count} files in '{request.directory}'."
        )
    return labels


def _class_names(request: Request, names: list[str], labels: np.ndarray | None) -> list[str] | None:
    if labels is None:
        return None
    return names if request.labels == "inferred" else [str(name) for name in np.unique(labels)]


def _say_found(request: Request, found: Found) -> None:
    if not request.verbose:
        return
    of_classes = ""
    if found.labels is not None and request.label_mode is not None:
        of_classes = f" belonging to {len(found.class_names or ())} classes"
    print(f"Found {len(found.paths)} files{of_classes}.")  # noqa: T201  (as Keras does)


def _files(folder: Path, endings: tuple[str, ...], *, follow: bool) -> list[str]:
    """The files of a folder in order, then those of the folders in it."""
    found = []
    for root, folders, files in os.walk(folder, followlinks=follow):
        folders.sort()
        found += [os.path.join(root, f) for f in sorted(files) if f.lower().endswith(endings)]  # noqa: PTH118
    return found


def _check(request: Request) -> None:
    where = request.where
    one_of(where, "label_mode", request.label_mode, LABEL_MODES)
    one_of(where, "format", request.format, _FORMATS)
    if request.labels is not None and not isinstance(
        request.labels, (str, list, tuple, np.ndarray)
    ):
        raise ValueError(
            f"{where}: `labels` must be 'inferred', None, or a list of labels; got {request.labels!r}."
        )
    if isinstance(request.labels, str):
        one_of(where, "labels", request.labels, ("inferred",))
    elif request.class_names is not None:
        raise ValueError(
            f"{where}: `class_names` goes with labels='inferred'; got labels={request.labels!r}."
        )
    if (request.validation_split is None) != (request.subset is None):
        raise ValueError(
            f"{where}: `subset` and `validation_split` go together; got subset={request.subset!r} and "
            f"validation_split={request.validation_split}."
        )
    if request.validation_split is None:
        return
    one_of(where, "subset", request.subset, _SUBSETS)
    if not 0 < request.validation_split < 1:
        raise ValueError(
            f"{where}: `validation_split` must be between 0 and 1; got {request.validation_split}."
        )
    if request.shuffle and request.seed is None:
        raise ValueError(
            f"{where}: with `validation_split` and `shuffle` give a `seed`, so that no file is in both "
            "subsets."
        )
