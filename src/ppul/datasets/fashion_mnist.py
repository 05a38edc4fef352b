"""Fashion-MNIST: pictures of clothes (Xiao, Rasul & Vollgraf, arXiv:1708.07747)."""

from __future__ import annotations

import gzip
import math
import struct
from pathlib import Path

import numpy as np

from ppul.datasets.files import PUBLISHED, find_file, reading
from ppul.datasets.npz import read_npz
from ppul.datasets.split import Splits

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
# As its authors publish them; Keras itself names no checksums.
CHECKSUMS = {
    "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
    "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
    "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
}
UNSIGNED_BYTES = 8


def load_data() -> Splits:
    """Return 70,000 pictures of clothes in ten classes.

    Read from the four files of the original in a folder `fashion-mnist` (MNIST's have the same
    names), or from `fashion_mnist.npz` with `x_train`, `y_train`, `x_test`, `y_test`.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: pictures of 28 x 28 grey values, uint8, 0 (black)
        to 255, shapes (60000, 28, 28) and (10000, 28, 28), and the classes, uint8, see
        `CLASS_NAMES`.

    Raises:
        FileNotFoundError: If the files are in no folder and cannot be downloaded.
        ValueError: If a file is not what it should be.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()  # doctest: +SKIP
        >>> x_train.shape, CLASS_NAMES[y_train[0]]  # doctest: +SKIP
        ((60000, 28, 28), 'Ankle boot')
    """
    arrays = []
    for name, checksum in CHECKSUMS.items():
        names = (f"fashion-mnist/{name}", "fashion_mnist.npz")
        file = find_file(names, PUBLISHED + name, checksum)
        if file.suffix == ".npz":
            arrays = read_npz(file, "x_train", "y_train", "x_test", "y_test")
            break
        arrays.append(_read_idx(file))
    x_train, y_train, x_test, y_test = arrays
    return (x_train, y_train), (x_test, y_test)


def _read_idx(path: Path) -> np.ndarray:
    """Read an array of bytes in LeCun's idx format: type, rank, sizes, then the values."""
    with reading(path, "a gzipped idx file of bytes"), gzip.open(path) as file:
        content = file.read()
        kind, rank = struct.unpack(">xxBB", content[:4].ljust(4, b"\0"))
        if kind != UNSIGNED_BYTES:
            raise ValueError(f"its values are of type {kind}")
        shape = np.frombuffer(content, ">u4", count=rank, offset=4).tolist()
        values = np.frombuffer(content, np.uint8, offset=4 + 4 * rank)
        if len(values) != math.prod(shape):
            raise ValueError(f"it holds {len(values)} values instead of {shape}")
        return values.reshape(shape).copy()
