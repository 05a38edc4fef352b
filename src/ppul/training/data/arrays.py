"""Data in arrays: put on the device once, gathered by row inside the program."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import jax
import numpy as np

from ppul.core.types import Tree
from ppul.random.order import epoch_order
from ppul.training.data.block import Block, Rows, capacity
from ppul.training.data.rows import as_rows, check_lengths, plain_dtype, warn_if_not_finite


class ArrayData:
    """Inputs, targets and weights as arrays with one row a sample.

    Args:
        x: An array, or a list, tuple or dict of them.
        y: Targets, likewise, or None.
        sample_weight: Weights, one a sample, likewise, or None.
        batch_size: Samples a step.
        shuffle: Whether the order changes each epoch; "batch" shuffles whole batches.
        seed: Seed of the order.

    Raises:
        ValueError: If lengths differ, or something is not numbers.
    """

    def __init__(
        self,
        x: Tree,
        y: Tree = None,
        sample_weight: Tree = None,
        *,
        batch_size: int = 32,
        shuffle: bool | str = False,
        seed: int = 0,
    ) -> None:
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.seed = seed
        self.rows = tuple(
            rows_of(part, what)
            for part, what in ((x, "x"), (y, "y"), (sample_weight, "sample_weight"))
        )
        named = dict(_named(self.rows))
        self.count = check_lengths(named)
        self.data = Rows(self.rows, capacity(self.count, batch_size))
        for what, array in named.items():
            warn_if_not_finite(array, what)
        self._next = 0
        self._passes = 0
        self._orders: dict[tuple[int, int], np.ndarray] = {}

    @property
    def steps(self) -> int:
        """Steps an epoch."""
        return -(-self.count // self.batch_size)

    def sample(self) -> Tree:
        """Return a few rows of the data."""
        return jax.tree.map(lambda a: a[:1].astype(plain_dtype(a.dtype)), self.rows)

    def blocks(self, epoch: int, limit: int | None = None) -> Iterator[Block]:
        """Yield the batches of an epoch, all but the last of one size.

        Args:
            epoch: Number of the epoch, which decides the order.
            limit: Number of steps, fewer than there are: the next epoch goes on from there, and one
                that comes to the end of the data ends with it.
        """
        if limit is None:
            yield from self._steps_of(epoch, 0, self.steps)
            return
        first = self._next
        last = min(first + limit, self.steps)
        yield from self._steps_of(self._passes, first, last)
        self._next = last
        if last == self.steps:
            self._next, self._passes = 0, self._passes + 1
        if last - first < limit:
            warnings.warn(
                f"The data ended after {last - first} of {limit} steps of an epoch; the next epoch starts "
                "from their beginning. Leave out `steps_per_epoch` to use all data in every epoch.",
                stacklevel=2,
            )

    def prepare(self, epoch: int) -> None:
        """Decide the order of an epoch, which is then at hand when its turn comes."""
        self._order(epoch)

    def rewind(self) -> None:
        """Begin the next epoch from the beginning of the data."""
        self._next = 0

    def get_state(self) -> dict[str, Any]:
        """Return where the epoch under way began, and what decides the order of the samples."""
        return {
            "samples": self.count,
            "batch_size": self.batch_size,
            "seed": self.seed,
            "next": self._next,
            "passes": self._passes,
        }

    def set_state(self, state: dict[str, Any]) -> None:
        """Let the next epoch begin where `get_state` says.

        Raises:
            ValueError: If those were other data.
        """
        for name, own in (("samples", self.count), ("batch_size", self.batch_size)):
            if state.get(name) != own:
                raise ValueError(
                    f"Its data had {name}={state.get(name)}, those of this run have {own}."
                )
        self.seed, self._next, self._passes = state["seed"], state["next"], state["passes"]

    def _steps_of(self, epoch: int, first: int, last: int) -> Iterator[Block]:
        """The steps `first` to `last` of an epoch."""
        size = self.batch_size
        order = self._order(epoch)
        full, rest = divmod(self.count, size)
        count = min(last, full) - first
        smaller = Rows(order[full * size :][None], 1) if rest and last > full else None
        if count > 0:
            table = order[first * size : (first + count) * size].reshape(count, size)
            room = capacity(full * size, size) // size
            yield Block(self.data, Rows(table, room), count, smaller)
        elif smaller is not None:
            yield Block(self.data, smaller, 1)

    def _order(self, epoch: int) -> np.ndarray:
        key = self.seed, epoch
        if key not in self._orders:
            # That of the epoch under way is used again where it is a part of the data.
            self._orders = dict([*self._orders.items()][-1:])
            self._orders[key] = self._new_order(epoch)
        return self._orders[key]

    def _new_order(self, epoch: int) -> np.ndarray:
        if self.shuffle == "batch":
            full = self.count // self.batch_size
            batches = epoch_order(self.seed, epoch, full) if full else np.zeros(0, np.uint32)
            rows = np.arange(self.count, dtype=np.uint32)
            head = rows[: full * self.batch_size].reshape(full, self.batch_size)[batches]
            return np.concatenate([head.ravel(), rows[full * self.batch_size :]])
        if self.shuffle:
            return epoch_order(self.seed, epoch, self.count)
        return np.arange(self.count, dtype=np.uint32)


def split(arrays: Tree, fraction: float) -> tuple[Tree, Tree]:
    """Return the first rows of every array, and the last `fraction` of them.

    Raises:
        ValueError: If `fraction` is not inside (0, 1) or leaves one part empty.
    """
    if not isinstance(fraction, (int, float)) or not 0 < fraction < 1:
        raise ValueError(f"`validation_split` must be between 0 and 1; got {fraction!r}.")
    count = len(jax.tree.leaves(arrays)[0])
    start = int(count * (1.0 - fraction))
    if not 0 < start < count:
        raise ValueError(
            f"validation_split={fraction} of {count} samples leaves {start} to train on and "
            f"{count - start} to validate on. Choose another fraction, or pass `validation_data`."
        )
    first = jax.tree.map(lambda a: a[:start], arrays)
    return first, jax.tree.map(lambda a: a[start:], arrays)


def class_weights_to_samples(y: Any, class_weight: Mapping[int, float]) -> np.ndarray:
    """Return a weight for each sample from weights for classes; 1 for classes without one.

    Args:
        y: Class numbers (n,) or (n, 1), or one-hot rows (n, classes).
        class_weight: Class number to weight.
    """
    labels = np.asarray(y)
    if labels.ndim > 1 and labels.shape[-1] > 1:
        labels = labels.argmax(-1)
    labels = labels.reshape(len(labels), -1)[:, 0].round().astype(np.int64)
    weights = np.ones(len(labels), np.float32)
    for label, weight in class_weight.items():
        weights[labels == int(label)] = weight
    return weights


def times_class_weights(own: Any, weights: np.ndarray) -> np.ndarray:
    """Return sample weights, if there are any, times those of the samples' classes."""
    if own is None:
        return weights
    own = as_rows(own, "sample_weight")
    check_lengths({"y": weights, "sample_weight": own})
    return own * weights.reshape(-1, *[1] * (own.ndim - 1))


def rows_of(part: Tree, what: str) -> Tree:
    """The arrays of x, y or weights; a list of plain rows is one array."""
    if part is None:
        return None
    if isinstance(part, dict):
        return {key: rows_of(value, f"{what}['{key}']") for key, value in part.items()}
    if isinstance(part, (list, tuple)) and part and _holds_arrays(part):
        return [rows_of(value, f"{what}[{i}]") for i, value in enumerate(part)]
    return as_rows(part, what)


def _holds_arrays(part: Any) -> bool:
    return all(
        item is None or isinstance(item, dict) or getattr(item, "ndim", 0) > 0 for item in part
    )


def _named(rows: Tree) -> Iterator[tuple[str, np.ndarray]]:
    for part, what in zip(rows, ("x", "y", "sample_weight"), strict=True):
        if part is None:
            continue
        leaves = jax.tree.leaves(part)
        for i, leaf in enumerate(leaves):
            yield (what if len(leaves) == 1 else f"{what}[{i}]"), leaf
