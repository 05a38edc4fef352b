"""What the loops run over: arrays on the device, and which rows make up each step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from ppul.core.types import Tree


class Block(NamedTuple):
    """Steps of one batch size over one set of arrays.

    Args:
        data: x, y and sample weights on the device, one row a sample (rows beyond the samples are
            never read).
        order: Rows of each step, (at least `steps`, batch) int32.
        steps: Number of steps.
        batch: Samples a step.
    """

    data: Tree
    order: Any
    steps: int
    batch: int


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
