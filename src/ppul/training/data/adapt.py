"""Whatever `x` may be, as data the loops can run over."""

from __future__ import annotations

import random
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ppul.core.checks import positive_int
from ppul.core.settings import max_steps_per_epoch
from ppul.core.types import Tree
from ppul.training.data.arrays import (
    ArrayData,
    class_weights_to_samples,
    rows_of,
    times_class_weights,
)
from ppul.training.data.block import Block
from ppul.training.data.rows import check_lengths, plain_dtype
from ppul.training.data.streams import StreamData, is_stream
from ppul.training.data.unpack import unpack_x_y_sample_weight

DEFAULT_BATCH_SIZE = 32


@dataclass
class Settings:
    """How data are cut into steps.

    Args:
        batch_size: Samples a step; None is 32, -1 all at once.
        shuffle: Whether the order changes each epoch.
        steps: Steps an epoch; None is all data.
        class_weight: Weights of classes.
    """

    batch_size: int | None = None
    shuffle: bool | str = False
    steps: int | None = None
    class_weight: Mapping[int, float] | None = None


class Bounded:
    """Data that end an epoch after a number of steps; goes on in the next where they stopped.

    Args:
        data: The source.
        steps: Steps an epoch; None is all of the source.
    """

    def __init__(self, data: Any, steps: int | None) -> None:
        self.data = data
        self.limit = _limited(steps, data.steps)
        self.batch_size = data.batch_size

    @property
    def steps(self) -> int | None:
        """Steps an epoch, None where unknown."""
        return self.data.steps if self.limit is None else self.limit

    @property
    def exhausted(self) -> bool:
        """Whether there is nothing left for another epoch."""
        return getattr(self.data, "exhausted", False)

    def sample(self) -> Tree:
        """Return a few rows like those of a batch."""
        return self.data.sample()

    def targets(self) -> Tree:
        """Return all targets that are at hand: those of arrays, or of a first batch."""
        rows = self.data.rows if isinstance(self.data, ArrayData) else self.data.sample()
        return rows[1]

    def blocks(self, epoch: int) -> Iterator[Block]:
        """Yield the blocks of an epoch."""
        return self.data.blocks(epoch, self.limit)

    def prepare(self, epoch: int) -> None:
        """Do ahead what an epoch needs, as far as that can be known."""
        if self.limit is None and isinstance(self.data, ArrayData):
            self.data.prepare(epoch)

    def rewind(self) -> None:
        """Begin the next epoch from the beginning of the data."""
        self.data.rewind()

    def get_state(self) -> dict[str, Any]:
        """Return, in plain values, where the epoch under way began."""
        return self.data.get_state()

    def set_state(self, state: dict[str, Any]) -> None:
        """Let the next epoch begin where `get_state` says."""
        self.data.set_state(state)

    def close(self) -> None:
        """Stop reading ahead."""
        close = getattr(self.data, "close", None)
        if close is not None:
            close()


def adapt(
    x: Any, y: Any, sample_weight: Any, settings: Settings, *, parts: bool = False
) -> Bounded:
    """Return data as a source of blocks.

    Args:
        x: Arrays, frames, a generator, an iterable of batches, a `PyDataset`.
        y: Targets, if `x` are arrays.
        sample_weight: Weights, if `x` are arrays.
        settings: How they are cut.
        parts: Whether `x` may be a tuple `(x, y)` or `(x, y, sample_weight)` of arrays.

    Raises:
        ValueError: If the data do not fit together.
    """
    if is_stream(x):
        for what, given in (("y", y), ("sample_weight", sample_weight)):
            if given is not None:
                raise ValueError(
                    f"`{what}` must not be given where `x` yields batches ({type(x).__name__}): "
                    "yield (x, y) or (x, y, sample_weight)."
                )
        stream = StreamData(x, shuffle=bool(settings.shuffle), class_weight=settings.class_weight)
        return Bounded(stream, settings.steps)
    if x is None:
        raise ValueError("There are no data: `x` is None. Pass arrays or an iterable of batches.")
    if parts:
        x, y, sample_weight = unpack_x_y_sample_weight(x)
    if settings.class_weight is not None:
        if y is None:
            raise ValueError("`class_weight` needs targets: `y` is None.")
        weights = class_weights_to_samples(y, settings.class_weight)
        sample_weight = times_class_weights(sample_weight, weights)
    size = settings.batch_size
    if size == -1:
        size = max(1, len(jax.tree.leaves(rows_of(x, "x"))[0]))
    data = ArrayData(
        x,
        y,
        sample_weight,
        batch_size=positive_int("fit", "batch_size", DEFAULT_BATCH_SIZE if size is None else size),
        shuffle=settings.shuffle,
        seed=random.getrandbits(63) if settings.shuffle else 0,
    )
    return Bounded(data, settings.steps)


class PredictBatches:
    """Batches to predict, each with the number of its rows that count.

    A batch smaller than `batch_size` is filled up to a power of two, so that few programs serve all
    lengths.
    """

    def __init__(self, x: Any, settings: Settings) -> None:
        self.rows = rows_of(x, "x")
        self.count = check_lengths({f"x[{i}]": a for i, a in enumerate(jax.tree.leaves(self.rows))})
        size = DEFAULT_BATCH_SIZE if settings.batch_size is None else settings.batch_size
        self.size = positive_int("predict", "batch_size", size)
        full = -(-self.count // self.size)
        steps = _limited(settings.steps, full)
        self.steps = full if steps is None else min(full, steps)

    def sample(self) -> Tree:
        """Return a row like those of a batch."""
        return jax.tree.map(lambda a: a[:1].astype(plain_dtype(a.dtype)), self.rows)

    def __iter__(self) -> Iterator[tuple[Tree, int]]:
        for step in range(self.steps):
            start = step * self.size
            count = min(self.size, self.count - start)
            rows = (
                self.size if count == self.size else min(self.size, 1 << (count - 1).bit_length())
            )
            yield jax.tree.map(lambda a: _cut(a, start, count, rows), self.rows), count  # noqa: B023


def predict_blocks(x: Any, settings: Settings) -> Any:
    """Return batches to predict, from arrays or from a stream."""
    if is_stream(x):
        return StreamBatches(x, settings)
    return PredictBatches(x, settings)


class StreamBatches:
    """The x of batches that a stream yields."""

    def __init__(self, x: Any, settings: Settings) -> None:
        self.stream = StreamData(x, shuffle=False, class_weight=None)
        self.limit = _limited(settings.steps, self.stream.steps)
        self.steps = self.limit or self.stream.steps

    def sample(self) -> Tree:
        """Return arrays like those of a batch."""
        return unpack_x_y_sample_weight(self.stream.sample())[0]

    def __iter__(self) -> Iterator[tuple[Tree, int]]:
        for step, batch in enumerate(self.stream.batches()):
            if self.limit is not None and step >= self.limit:
                return
            x = jax.tree.map(jnp.asarray, unpack_x_y_sample_weight(batch)[0])
            yield x, jax.tree.leaves(x)[0].shape[0]


def _limited(steps: int | None, available: int | None) -> int | None:
    """The steps of an epoch that were asked for, no more than `config` allows; None is all."""
    steps = None if steps is None else positive_int("fit", "steps_per_epoch", steps)
    most, asked = max_steps_per_epoch(), available if steps is None else steps
    if most is None or (asked is not None and asked <= most):
        return steps
    warnings.warn(f"`config.set_max_steps_per_epoch` limits epochs to {most} steps.", stacklevel=2)
    return most


def is_arrays(x: Any) -> bool:
    """Return whether `x` is arrays, rather than something that yields batches."""
    return x is not None and not is_stream(x)


def _cut(array: np.ndarray, start: int, count: int, rows: int) -> np.ndarray:
    piece = array[start : start + count].astype(plain_dtype(array.dtype), copy=False)
    if rows == count:
        return piece
    # Rows of the data rather than zeros: nothing unusual, such as 0/0, is computed from them.
    return np.concatenate([piece, np.repeat(piece[-1:], rows - count, axis=0)])
