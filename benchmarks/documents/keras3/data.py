"""The data sets of the documents as NumPy arrays, from the folder that `PPUL_DATA_DIR` names."""

from __future__ import annotations

import io
import itertools
import os
from pathlib import Path
from typing import Any

import numpy as np

Split = tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def pictures(name: str) -> Split:
    """Return the training and test pictures of MNIST or Fashion-MNIST with their labels."""
    with _file(name) as arrays:
        train = arrays["x_train"], arrays["y_train"]
        return train, (arrays["x_test"], arrays["y_test"])


def cifar10() -> Split:
    """Return the training and test pictures of CIFAR-10 with their labels."""
    with _file("cifar10_jpeg") as arrays:
        train, test = (
            (_decoded(arrays, part), arrays[f"y_{part}"].reshape(-1, 1))
            for part in ("train", "test")
        )
    return train, test


def california() -> tuple[np.ndarray, np.ndarray]:
    """Return the features and targets of California housing."""
    with _file("california_housing") as arrays:
        return arrays["x"], arrays["y"]


def _file(name: str) -> Any:
    return np.load(Path(os.environ["PPUL_DATA_DIR"]) / f"{name}.npz")


def _decoded(arrays: Any, part: str) -> np.ndarray:
    from PIL import Image

    stream, ends = arrays[f"jpeg_{part}"].tobytes(), arrays[f"offsets_{part}"]
    pieces = (stream[a:b] for a, b in itertools.pairwise(ends))
    return np.stack([np.asarray(Image.open(io.BytesIO(piece))) for piece in pieces])
