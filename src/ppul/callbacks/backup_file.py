"""A file of plain values: JSON, then the arrays as they are in memory, under a checksum."""

from __future__ import annotations

import hashlib
import json
import math
import os
from pathlib import Path
from typing import Any

import numpy as np

from ppul.callbacks.plain import decode, dtype_name, encode
from ppul.saving.atomic import replacing

# What a file begins with; the number changes with the layout.
_MAGIC = b"ppul backup 1\n"
_LENGTH = 8  # bytes of the number that says how long the JSON is


def write_backup(path: str | os.PathLike[str], state: Any) -> None:
    """Write plain values to a file, which takes the place of `path` when it is complete.

    Args:
        path: The file.
        state: Plain values, see `is_plain`.

    Raises:
        TypeError: If something is not plain.
    """
    arrays: list[np.ndarray] = []
    tree = encode(state, arrays)
    described = [[dtype_name(array.dtype), array.shape] for array in arrays]
    text = json.dumps({"state": tree, "arrays": described}).encode()
    parts = [len(text).to_bytes(_LENGTH, "little"), text, *map(_buffer, arrays)]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.writelines([_MAGIC, digest.digest(), *parts])


def read_backup(path: str | os.PathLike[str]) -> Any:
    """Return the plain values of a file.

    Raises:
        ValueError: If it is damaged or another kind of file.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_backup(f"{folder}/a.backup", {"best": np.ones(2, "float32"), "wait": 3})
        ...     read_backup(f"{folder}/a.backup")
        {'best': array([1., 1.], dtype=float32), 'wait': 3}
    """
    content = Path(path).read_bytes()
    if not content.startswith(_MAGIC):
        raise ValueError(
            f"'{path}' is no backup of this version of ppul: it begins {content[:16]!r}."
        )
    body = memoryview(content)[len(_MAGIC) + hashlib.sha256().digest_size :]
    if hashlib.sha256(body).digest() != content[len(_MAGIC) : len(content) - len(body)]:
        raise ValueError(
            f"'{path}' is damaged: its {len(content)} bytes do not have the checksum they were "
            "written with."
        )
    end = _LENGTH + int.from_bytes(body[:_LENGTH], "little")
    header = json.loads(bytes(body[_LENGTH:end]))
    arrays = []
    for name, shape in header["arrays"]:
        dtype, count = np.dtype(name), math.prod(shape)
        array = np.frombuffer(body[end:], dtype, count) if count else np.empty(0, dtype)
        arrays.append(array.reshape(shape).copy())  # what is restored may be changed in place
        end += count * dtype.itemsize
    return decode(header["state"], arrays)


def _buffer(array: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8)
