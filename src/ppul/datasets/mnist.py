"""MNIST: handwritten digits (LeCun, Cortes & Burges, 1998)."""

from __future__ import annotations

from ppul.datasets.files import PUBLISHED, find_file
from ppul.datasets.npz import read_npz
from ppul.datasets.split import Splits

CLASS_NAMES = tuple("0123456789")
CHECKSUM = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"


def load_data(path: str = "mnist.npz") -> Splits:
    """Return 70,000 pictures of handwritten digits.

    Args:
        path: Name of the file in `PPUL_DATA_DIR` or Keras's cache, or an absolute path.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: pictures of 28 x 28 grey values, uint8, 0 (black)
        to 255, shapes (60000, 28, 28) and (10000, 28, 28), and the digits, uint8.

    Raises:
        FileNotFoundError: If the file is in no folder and cannot be downloaded.
        ValueError: If the file is not what it should be.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()  # doctest: +SKIP
        >>> x_train.shape, CLASS_NAMES[y_train[0]]  # doctest: +SKIP
        ((60000, 28, 28), '5')
    """
    file = find_file(path, PUBLISHED + "mnist.npz", CHECKSUM)
    x_train, y_train, x_test, y_test = read_npz(file, "x_train", "y_train", "x_test", "y_test")
    return (x_train, y_train), (x_test, y_test)
