"""Small pictures kept as JPEGs end to end in one .npz, decoded once."""

from __future__ import annotations

import contextlib
import functools
import io
import os
import zipfile
from pathlib import Path

import numpy as np

from ppul.datasets.download import say, write_beside
from ppul.datasets.files import reading
from ppul.datasets.npz import read_npz
from ppul.datasets.split import Splits

ARRAYS = ("x_train", "y_train", "x_test", "y_test")


def read_jpegs(path: Path, size: tuple[int, int]) -> Splits:
    """Decode pictures, or read what was decoded before.

    What was decoded is kept in the user's cache folder (`PPUL_CACHE_DIR`, else `ppul` in
    `XDG_CACHE_HOME` or `~/.cache`), where that can be written.

    Args:
        path: An .npz with, for "train" and "test", `jpeg_*` (bytes, all pictures end to end),
            `offsets_*` (n + 1 whole numbers: where each begins, and the end) and `y_*` (n, 1).
        size: Height and width of each picture.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: pictures of shape (n, height, width, 3), uint8,
        and labels of shape (n, 1), as they are in the file.

    Raises:
        ValueError: If the file, or a picture in it, is not what it should be.
    """
    _tell_once(path)
    kept = _kept_at(path)
    if kept:
        # A copy that is missing or does not read is made anew: it is ours, not the user's.
        with contextlib.suppress(ValueError, OSError):
            x_train, y_train, x_test, y_test = read_npz(kept, *ARRAYS)
            return (x_train, y_train), (x_test, y_test)
    train, test = (_decoded(path, split, size) for split in ("train", "test"))
    if kept:
        with contextlib.suppress(OSError), write_beside(kept) as file:
            np.savez(file, **dict(zip(ARRAYS, (*train, *test), strict=True)))
    return train, test


def _decoded(path: Path, split: str, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    content, offsets, y = read_npz(path, f"jpeg_{split}", f"offsets_{split}", f"y_{split}")
    with reading(path, f"JPEG pictures of {size[0]} x {size[1]}"):
        if len(offsets) != len(y) + 1:
            raise ValueError(f"it holds {len(offsets) - 1} pictures but {len(y)} labels")
        x = np.empty((len(y), *size, 3), np.uint8)
        for i in range(len(y)):
            x[i] = _picture(content[offsets[i] : offsets[i + 1]].tobytes(), size)
    return x, y


def _picture(content: bytes, size: tuple[int, int]) -> np.ndarray:
    from PIL import Image

    # Naming the one format spares Pillow two thirds of its time, and us all other decoders.
    with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
        if image.size != size[::-1]:
            raise ValueError(f"one of its pictures is {image.size[1]} x {image.size[0]}")
        return np.asarray(image.convert("RGB"))


@functools.cache
def _tell_once(path: Path) -> None:
    say(
        f"{path.name}: these pictures were recompressed as JPEG, so accuracies are close to, not "
        "the same as, those on the original. Decoding them takes some seconds the first time."
    )


def _kept_at(path: Path) -> Path | None:
    """Where the decoded arrays are kept, under a name that stands for the file's content."""
    chosen = os.environ.get("PPUL_CACHE_DIR")
    try:
        folder = Path(chosen) if chosen else Path(_xdg_cache_home(), "ppul")
        with zipfile.ZipFile(path) as archive:
            key = "".join(f"{member.CRC:08x}" for member in archive.infolist())
        return folder.expanduser() / "datasets" / f"{path.stem}-{key}.npz"
    except (RuntimeError, OSError, zipfile.BadZipFile):  # No home folder, or no such archive.
        return None


def _xdg_cache_home() -> str:
    return os.environ.get("XDG_CACHE_HOME") or "~/.cache"
