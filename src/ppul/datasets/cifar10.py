"""CIFAR-10: small colour pictures in ten classes (Krizhevsky, 2009)."""

from __future__ import annotations

import numpy as np

from ppul.datasets.cifar import read_batches
from ppul.datasets.files import find_file
from ppul.datasets.jpeg import read_jpegs
from ppul.datasets.npz import read_npz
from ppul.datasets.split import Splits

CLASS_NAMES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
ORIGIN = "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"
CHECKSUM = "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"
# As published, as the various Kerases keep it, and repacked; the original first.
NAMES = (
    "cifar-10-python.tar.gz",
    "cifar-10-batches-py-target/cifar-10-batches-py",
    "cifar-10-batches-py-target_archive",
    "cifar-10-batches-py",
    "cifar-10-batches-py.tar.gz",
    "cifar10.npz",
    "cifar10_jpeg.npz",
)
TRAIN = tuple(f"data_batch_{i}" for i in range(1, 6))


def load_data() -> Splits:
    """Return 60,000 colour pictures of animals and vehicles.

    Read from the published archive, from the folder it unpacks to, from `cifar10.npz` (`x_train`,
    `y_train`, `x_test`, `y_test`), or from `cifar10_jpeg.npz` (recompressed: a note on the standard
    error output says so), whichever there is.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: pictures of 32 x 32 in red, green and blue, uint8,
        shapes (50000, 32, 32, 3) and (10000, 32, 32, 3), and the classes, uint8, shapes (50000, 1)
        and (10000, 1), see `CLASS_NAMES`.

    Raises:
        FileNotFoundError: If no such file is in a folder and it cannot be downloaded.
        ValueError: If the file is not what it should be.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()  # doctest: +SKIP
        >>> x_train.shape, CLASS_NAMES[y_train[0, 0]]  # doctest: +SKIP
        ((50000, 32, 32, 3), 'frog')
    """
    file = find_file(NAMES, ORIGIN, CHECKSUM)
    if file.name == "cifar10_jpeg.npz":
        return read_jpegs(file, (32, 32))
    if file.suffix == ".npz":
        x_train, y_train, x_test, y_test = read_npz(file, "x_train", "y_train", "x_test", "y_test")
        return (x_train, y_train), (x_test, y_test)
    train, test = read_batches(file, TRAIN, ("test_batch",), label="labels")
    return (train[0], train[1].astype(np.uint8)), (test[0], test[1].astype(np.uint8))
