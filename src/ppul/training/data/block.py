"""What the loops run over: arrays on the device, and which rows make up each step."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

import jax
import numpy as np

from ppul.core.distribution import Distribution
from ppul.core.types import Tree
from ppul.training.data.rows import plain_dtype

# So little data are taken along by each call in less time than it takes to put them anywhere.
_LIGHT_BYTES = 1 << 16
# Where arrays begin that JAX, on a CPU, uses as they are; it copies others.
_ALIGNMENT = 64


class Rows:
    """Arrays with one row a sample, which are put on a device when a program asks for them.

    Args:
        arrays: NumPy arrays.
        count: Rows they have on the device; those added are never read.
    """

    def __init__(self, arrays: Tree, count: int) -> None:
        self.arrays = arrays
        self.count = count
        self.shapes = jax.tree.map(self._shape, arrays)
        self._on: dict[Any, Tree] = {}

    def on(self, device: Any, axis: int | None = None) -> Tree:
        """Return the arrays for a program on a device (None: the default one).

        They are copied once, so that nobody else's changes are seen; few stay NumPy arrays.

        Args:
            device: A device, or a distribution over several.
            axis: The axis along which several devices divide them; None for whole arrays on each.
        """
        if device not in self._on:
            rows = jax.tree.map(self._copied, self.arrays)
            if isinstance(device, Distribution):
                rows = jax.tree.map(
                    lambda a: jax.device_put(a, device.divided(a.shape, axis)), rows
                )
            elif sum(a.nbytes for a in jax.tree.leaves(rows)) > _LIGHT_BYTES:
                rows = jax.tree.map(lambda a: jax.device_put(a, device), rows)
            self._on[device] = rows
        return self._on[device]

    def _shape(self, array: np.ndarray) -> Any:
        return jax.ShapeDtypeStruct((self.count, *array.shape[1:]), plain_dtype(array.dtype))

    def _copied(self, array: np.ndarray) -> np.ndarray:
        rows = _aligned((self.count, *array.shape[1:]), plain_dtype(array.dtype))
        rows[: len(array)] = array
        rows[len(array) :] = 0
        return rows


def _aligned(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """An array that JAX does not copy again, not filled."""
    nbytes = math.prod(shape) * np.dtype(dtype).itemsize
    memory = np.empty(nbytes + _ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % _ALIGNMENT
    return memory[start : start + nbytes].view(dtype).reshape(shape)


class Block(NamedTuple):
    """Steps of one batch size, and perhaps a smaller last one, over one set of arrays.

    Args:
        data: x, y and sample weights.
        order: Rows of each full step, (at least `full`, batch) uint32.
        full: Number of full steps.
        last: Rows of the smaller step after them, (1, fewer), or None.
    """

    data: Rows
    order: Rows
    full: int
    last: Rows | None = None

    @property
    def steps(self) -> int:
        """Number of steps."""
        return self.full + (self.last is not None)


class Data(Protocol):
    """A source of blocks, epoch after epoch."""

    batch_size: int | None

    @property
    def steps(self) -> int | None:
        """Steps an epoch, None where unknown."""
        ...

    def sample(self) -> Tree:
        """Return arrays or symbolic tensors like those of a batch."""
        ...

    def blocks(self, epoch: int, limit: int | None = None) -> Iterator[Block]:
        """Yield the blocks of an epoch; at most `limit` steps."""
        ...

    def prepare(self, epoch: int) -> None:
        """Do ahead what an epoch needs; called while a program runs."""
        ...

    def get_state(self) -> dict[str, Any]:
        """Return, in plain values, where the epoch under way began."""
        ...

    def set_state(self, state: dict[str, Any]) -> None:
        """Let the next epoch begin where `get_state` says; a ValueError where that cannot be."""
        ...


def capacity(count: int, unit: int) -> int:
    """Return `count` rounded up so that few different sizes occur: at most an eighth more.

    Programs are compiled for the size of their arrays; data sets of nearly the same size share one.

    Args:
        count: Number of rows.
        unit: What the result is a multiple of.

    Example:
        >>> capacity(60_000, 32), capacity(10, 32)
        (61440, 32)
    """
    step = max(unit, 1 << max(count.bit_length() - 4, 0))
    step = -(-step // unit) * unit
    return -(-count // step) * step
