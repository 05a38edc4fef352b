"""What data may come in: stand-ins for the tensors and loaders of other libraries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jax
import keras
import numpy as np

BATCH, STEPS = 10, 4
_RNG = np.random.default_rng(0)
# Zeros and ones, so that every dtype has them exactly.
X = (_RNG.random((BATCH * STEPS, 4)) < 0.5).astype("float32")
Z = X[:, :2] * 0.5 - 0.25
Y = X[:, :1] * 2 - X[:, 1:2] + 0.5 * X[:, 2:3]
W = _RNG.random(len(X), dtype="float32")


class Tensor:
    """What a torch tensor that needs a gradient lets others do."""

    def __init__(self, array: np.ndarray, *, detached: bool = False) -> None:
        self.array, self.detached = array, detached
        self.shape, self.ndim = array.shape, array.ndim

    def detach(self) -> Tensor:
        return Tensor(self.array, detached=True)

    def cpu(self) -> Tensor:
        return self

    def numpy(self) -> np.ndarray:
        if not self.detached:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad.")
        return self.array

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.asarray(self.numpy(), dtype)

    def __len__(self) -> int:
        return len(self.array)

    def __iter__(self) -> Iterator[Tensor]:
        return map(Tensor, self.array)

    def __getitem__(self, index: Any) -> Tensor:
        return Tensor(self.array[index])


class EagerTensor:
    """What a TensorFlow tensor lets others do."""

    def __init__(self, array: np.ndarray) -> None:
        self.array, self.shape, self.ndim = array, array.shape, array.ndim

    def numpy(self) -> np.ndarray:
        return self.array

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.asarray(self.array, dtype)

    def __len__(self) -> int:
        return len(self.array)


def batches(*arrays: Any, pack: Any = tuple, wrap: Any = lambda a: a) -> Iterator[Any]:
    for start in range(0, len(X), BATCH):
        yield pack(jax.tree.map(lambda a, at=start: wrap(a[at : at + BATCH]), arrays))


def forever(*arrays: Any, **how: Any) -> Iterator[Any]:
    while True:
        yield from batches(*arrays, **how)


class Loader:
    """An iterable of batches that tells their number, as a `DataLoader`."""

    def __init__(self, *arrays: Any, **how: Any) -> None:
        self.arrays, self.how = arrays, how

    def __len__(self) -> int:
        return STEPS

    def __iter__(self) -> Iterator[Any]:
        return batches(*self.arrays, **self.how)


class Dataset(Loader):
    """An iterable of batches that does not know their number, as some `tf.data.Dataset`s."""

    def __len__(self) -> int:
        raise TypeError("The dataset length is unknown.")


class ListOfBatches(Loader):
    def __getitem__(self, index: int) -> Any:
        return list(self)[index]


class Indexed:
    """What `PyDataset`s have in common, without the base class."""

    def __init__(self, *arrays: Any) -> None:
        self.batches, self.read, self.ends = list(batches(*arrays)), [], 0

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, index: int) -> Any:
        self.read.append(index)
        return self.batches[index]

    def on_epoch_end(self) -> None:
        self.ends += 1


class KerasDataset(Indexed, keras.utils.PyDataset):
    def __init__(self, *arrays: Any) -> None:
        keras.utils.PyDataset.__init__(self)
        Indexed.__init__(self, *arrays)
