"""The arrays of the workloads: real ones from `PPUL_DATA_DIR`, else synthetic of the same shape.

A timing does not depend on the values, so that the synthetic ones serve as well; where they
stand in, `Data.source` says so.
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

CLASSES = 10


@dataclass(frozen=True)
class Data:
    """Samples `x` and targets `y` of one workload, and where they come from."""

    x: np.ndarray
    y: np.ndarray
    source: str

    def save(self, folder: Path) -> None:
        """Write `x.npy` and `y.npy`, for the processes that train on them."""
        np.save(folder / "x.npy", self.x)
        np.save(folder / "y.npy", self.y)


def load(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return `x` and `y` as `Data.save` wrote them."""
    return np.load(folder / "x.npy"), np.load(folder / "y.npy")


def mnist_vectors() -> Data:
    """Return MNIST as document 004 prepares it: (60000, 784) in 0..1, one-hot labels."""
    images, labels, source = _pictures("mnist.npz", 60_000, (28, 28))
    return Data(_scaled(images).reshape(len(images), -1), _one_hot(labels), source)


def mnist_pictures() -> Data:
    """Return the first 20,000 pictures of MNIST, (20000, 28, 28, 1), with integer labels."""
    images, labels, source = _pictures("mnist.npz", 60_000, (28, 28))
    return Data(_scaled(images[:20_000])[..., None], labels[:20_000], source)


def fashion_pictures() -> Data:
    """Return Fashion-MNIST without document 002's validation part, (55000, 28, 28)."""
    images, labels, source = _pictures("fashion_mnist.npz", 60_000, (28, 28))
    return Data(_scaled(images[5_000:]), labels[5_000:], source)


def cifar_vectors() -> Data:
    """Return CIFAR-10 as document 003 feeds it: (50000, 3072) in 0..1, one-hot labels."""
    images, labels, source = _cifar()
    return Data(_scaled(images).reshape(len(images), -1), _one_hot(labels), source)


def california_rows() -> Data:
    """Return document 002's training part of California housing, (11610, 8), standardized."""
    archive = _archive("california_housing.npz")
    if archive is None:
        random = np.random.default_rng(0)
        x = random.normal(size=(11_610, 8)).astype("float32")
        return Data(x, random.uniform(0.15, 5, size=(11_610, 1)).astype("float32"), "synthetic")
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import StandardScaler

    x, _, y, _ = train_test_split(archive["x"], archive["y"], random_state=42)
    x, _, y, _ = train_test_split(x, y, random_state=42)
    x = StandardScaler().fit_transform(x).astype("float32")
    return Data(x, y.astype("float32")[:, None], "california_housing.npz")


def digits_pictures() -> Data:
    """Return the 1005 digits that document 001's `validation_split` leaves to train on."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    digits = load_digits()
    x, _, y, _ = train_test_split(digits.images, digits.target, test_size=0.3, random_state=777)
    x = x[:1005, :, :, None].astype("float32")
    return Data(x, _one_hot(y[:1005]), "scikit-learn's digits")


def _archive(name: str) -> dict[str, np.ndarray] | None:
    folder = os.environ.get("PPUL_DATA_DIR")
    if not folder or not (path := Path(folder) / name).is_file():
        return None
    with np.load(path) as arrays:
        return dict(arrays)


def _pictures(name: str, count: int, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, str]:
    archive = _archive(name)
    if archive is not None:
        return archive["x_train"], archive["y_train"].astype("int32").reshape(-1), name
    random = np.random.default_rng(0)
    images = random.integers(0, 256, size=(count, *shape), dtype="uint8")
    return images, random.integers(0, CLASSES, size=count, dtype="int32"), "synthetic"


def _cifar() -> tuple[np.ndarray, np.ndarray, str]:
    archive = _archive("cifar10_jpeg.npz")
    if archive is None:
        return _pictures("cifar10.npz", 50_000, (32, 32, 3))
    from PIL import Image

    stream, ends = archive["jpeg_train"].tobytes(), archive["offsets_train"]
    images = [
        np.asarray(Image.open(io.BytesIO(stream[start:end])).convert("RGB"))
        for start, end in pairwise(ends)
    ]
    return np.stack(images), archive["y_train"].astype("int32").reshape(-1), "cifar10_jpeg.npz"


def _scaled(images: np.ndarray) -> np.ndarray:
    return images.astype("float32") / np.float32(255)


def _one_hot(labels: np.ndarray) -> np.ndarray:
    return np.eye(CLASSES, dtype="float32")[labels]
