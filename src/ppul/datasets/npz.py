"""Reading arrays from .npz files, as data."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy

from ppul.datasets.files import reading
from ppul.datasets.unpickling import unpickle


def read_npz(path: Path, *names: str) -> list[np.ndarray]:
    """Read arrays by name; those of objects only if they hold lists of whole numbers.

    Args:
        path: The file.
        names: Names of the arrays.

    Raises:
        ValueError: If the file is no .npz, lacks one of the arrays, or pickles anything else.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "points.npz"
        >>> np.savez(path, x=np.eye(2), y=np.arange(2))
        >>> read_npz(path, "y")
        [array([0, 1])]
    """
    with reading(path, f"an .npz file with {', '.join(names)}"), zipfile.ZipFile(path) as archive:
        present = [name.removesuffix(".npy") for name in archive.namelist()]
        missing = [name for name in names if name not in present]
        if missing:
            raise KeyError(f"{', '.join(missing)} not found among {', '.join(present)}")
        arrays = []
        for name in names:
            with archive.open(f"{name}.npy") as member:
                arrays.append(_read_array(member))
    return arrays


def _read_array(member: IO[bytes]) -> np.ndarray:
    if npy.read_magic(member) == (1, 0) and npy.read_array_header_1_0(member)[2].hasobject:
        return unpickle(member)
    member.seek(0)
    return npy.read_array(member, allow_pickle=False)
