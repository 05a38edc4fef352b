"""Data that arrive batch by batch: read ahead in a thread, stacked into blocks, constant memory."""

from __future__ import annotations

import itertools
import queue
import threading
import time
import warnings
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jax
import numpy as np

from ppul.core.types import Tree
from ppul.datasets.dataset import Dataset
from ppul.training.data.arrays import class_weights_to_samples, rows_of, times_class_weights
from ppul.training.data.block import Block, Rows
from ppul.training.data.rows import plain_dtype
from ppul.training.data.unpack import unpack_x_y_sample_weight

# A block is handed over when it is full, or when the loop would have to wait this long for it.
_PATIENCE_S = 0.1
_BLOCK_BYTES = 1 << 25
_MOST_STEPS = 64
_END = object()


class StreamData:
    """Batches from a generator, an iterable or a `PyDataset`.

    Args:
        source: What yields x, (x, y) or (x, y, sample_weight).
        shuffle: Whether the order of a `PyDataset`'s batches changes each epoch.
        class_weight: Weights of classes, turned into sample weights.
    """

    batch_size: int | None = None

    def __init__(
        self, source: Any, *, shuffle: bool, class_weight: Mapping[int, float] | None
    ) -> None:
        self.source = source
        self.shuffle = shuffle
        self.class_weight = class_weight
        self.exhausted = False
        self._once = iter(source) if hasattr(source, "__next__") else None
        self._first: Tree | None = None
        self._reader: _Reader | None = None
        self._open: Iterator[Tree] | None = None
        self._started = False
        # Of the pass under way: its order, where that was drawn, and the batches of it that were
        # used by the epochs that are done.
        self._order: list[int] | None = None
        self._used = 0
        self._pass = self._state_of_source()

    @property
    def steps(self) -> int | None:
        """Batches an epoch, None where the source cannot tell."""
        if hasattr(self.source, "num_batches"):
            count = self.source.num_batches
            return None if count is None else int(count)
        try:
            return len(self.source)
        except TypeError:
            return None

    def sample(self) -> Tree:
        """Return the first batch; it is not lost."""
        if self._first is None:
            self._open = self._epoch()
            try:
                self._first = next(self._open)
            except StopIteration:
                raise ValueError(
                    f"The {type(self.source).__name__} given as data yielded no batch. If it is a "
                    "generator that was used before, make a new one."
                ) from None
            self._open = itertools.chain([self._first], self._open)
        return self._first

    def batches(self, limit: int | None = None) -> Iterator[Tree]:
        """Yield the batches of one epoch as NumPy arrays.

        Args:
            limit: Number of batches; the next epoch goes on from there.
        """
        source = self._epoch() if self._open is None else self._open
        if limit is None:
            self._open = None
            yield from source
            return
        first = next(source, _END)
        if first is _END and self._once is None:  # the epoch before ended where the data end
            source = self._epoch()
            first = next(source, _END)
        self._open = source
        count = 0
        for batch in itertools.islice(itertools.chain([first], source), limit):
            if batch is _END:
                break
            count += 1
            yield batch
        if count < limit:
            self._open = None

    def rewind(self) -> None:
        """Begin the next epoch from the beginning, where the source can be read again."""
        if self._once is None and self._started:
            self._open = None
        self._started = True

    def blocks(self, epoch: int, limit: int | None = None) -> Iterator[Block]:
        """Yield blocks of batches of equal shape; at most `limit` steps."""
        del epoch  # the source decides the order
        steps = 0
        for block in self._stacked(limit):
            steps += block.steps
            yield block
        self._used += steps
        if self._once is None and (limit is None or steps < limit):
            self._order, self._used = None, 0
            self._pass = self._state_of_source()
        if limit is not None and steps < limit:
            self.exhausted = self._once is not None
            warnings.warn(
                f"The data ended after {steps} of {limit} steps of an epoch"
                + (
                    "; training stops. Make the generator yield steps_per_epoch * epochs batches, or "
                    "loop for ever."
                    if self.exhausted
                    else "; the next epoch starts from their beginning."
                ),
                stacklevel=2,
            )
        if self._once is not None and limit is None:
            self.exhausted = True
        self.close_epoch()

    def get_state(self) -> dict[str, Any]:
        """Return where the epoch under way began."""
        return {
            "order": self._order,
            "used": self._used,
            "started": self._started,
            "source": self._pass,
        }

    def set_state(self, state: dict[str, Any]) -> None:
        """Let the next epoch begin where `get_state` says; batches before are read and dropped."""
        order, used = state.get("order"), state.get("used", 0)
        if isinstance(self.source, Dataset):
            self.source.set_state(state["source"])
        self._started = bool(state.get("started"))
        if self._once is not None:
            self._open = itertools.islice(self._open or self._epoch(), used, None)
            self._used = used
        else:
            self._open = self._epoch(order, used) if order or used else None

    def close_epoch(self) -> None:
        """Tell a `PyDataset` that an epoch has ended."""
        self._notify("on_epoch_end")

    def _notify(self, event: str) -> None:
        notify = getattr(self.source, event, None)
        if notify is not None:
            notify()

    def close(self) -> None:
        """Stop reading ahead."""
        if self._reader is not None:
            self._reader.stop()
            self._reader = None

    def _epoch(self, order: list[int] | None = None, used: int = 0) -> Iterator[Tree]:
        """A pass over the source, from batch number `used` on."""
        source = self.source
        self._pass = self._state_of_source()
        self._notify("on_epoch_begin")
        if self._once is not None:
            found: Iterator[Any] = self._once
        elif is_indexed(source):
            if self.shuffle and self.steps is not None and order is None:
                order = np.random.permutation(self.steps).tolist()  # noqa: NPY002  (seeded by users)
            workers = getattr(source, "workers", 1) or 1
            ahead = max(workers, getattr(source, "max_queue_size", workers))
            everything = itertools.count() if self.steps is None else range(self.steps)
            numbers = itertools.islice(order or everything, used, None)
            found = _read_in_order(source, numbers, workers, ahead)
        else:
            found = itertools.islice(source, used, None)
        self._order, self._used = order, used
        for batch in found:
            yield self._standardized(batch)

    def _state_of_source(self) -> Any:
        """What decides the order of a source of our own, in plain values."""
        return self.source.get_state() if isinstance(self.source, Dataset) else None

    def _standardized(self, batch: Any) -> Tree:
        x, y, weights = unpack_x_y_sample_weight(batch)
        if self.class_weight is not None and y is not None:
            own = class_weights_to_samples(y, self.class_weight)
            weights = times_class_weights(weights, own)
        parts = ((x, "x"), (y, "y"), (weights, "sample_weight"))
        rows = tuple(rows_of(part, what) for part, what in parts)
        return jax.tree.map(lambda a: a.astype(plain_dtype(a.dtype), copy=False), rows)

    def _stacked(self, limit: int | None) -> Iterator[Block]:
        self._reader = self._reader or _Reader()
        source = self.batches(limit)
        stack: list[Tree] = []
        room, since = 1, time.monotonic()
        for batch in self._reader.read(source):
            if stack and _shapes(batch) != _shapes(stack[0]):
                yield _block(stack, room)
                stack = []
            if not stack:
                room, since = _room(batch), time.monotonic()
            stack.append(batch)
            if len(stack) == room or time.monotonic() - since > _PATIENCE_S:
                yield _block(stack, room)
                stack = []
        if stack:
            yield _block(stack, room)


class _Reader:
    """A thread that takes batches from an iterator a little ahead of who needs them."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def read(self, source: Iterator[Tree]) -> Iterator[Tree]:
        ahead: queue.Queue[Any] = queue.Queue(maxsize=_MOST_STEPS)

        def run() -> None:
            try:
                for batch in source:
                    if not self._put(ahead, batch):
                        return
                self._put(ahead, _END)
            except BaseException as error:  # noqa: BLE001  (raised again where batches are used)
                self._put(ahead, error)

        thread = threading.Thread(target=run, name="ppul-reader", daemon=True)
        thread.start()
        while True:
            item = ahead.get()
            if item is _END:
                thread.join()
                return
            if isinstance(item, BaseException):
                raise item
            yield item

    def _put(self, ahead: queue.Queue[Any], item: Any) -> bool:
        while not self._stopped.is_set():
            try:
                ahead.put(item, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def stop(self) -> None:
        self._stopped.set()


def _read_in_order(source: Any, order: Iterable[int], workers: int, ahead: int) -> Iterator[Any]:
    """The numbered batches of a source, read by several threads, in the order asked for."""
    if workers <= 1:
        for index in order:
            yield source[index]
        return
    numbers = iter(order)
    with ThreadPoolExecutor(workers, thread_name_prefix="ppul-reader") as pool:
        waiting = deque(
            pool.submit(source.__getitem__, i) for i in itertools.islice(numbers, ahead)
        )
        while waiting:
            batch = waiting.popleft().result()
            waiting.extend(pool.submit(source.__getitem__, i) for i in itertools.islice(numbers, 1))
            yield batch


def is_stream(x: Any) -> bool:
    """Return whether `x` yields batches, rather than being arrays."""
    if isinstance(x, (np.ndarray, jax.Array, list, tuple, dict, str)) or x is None:
        return False
    if hasattr(x, "to_numpy") or hasattr(x, "toarray") or hasattr(x, "__array__"):
        return False
    return hasattr(x, "__next__") or hasattr(x, "__iter__") or is_indexed(x)


def is_indexed(x: Any) -> bool:
    """Return whether `x` has numbered batches."""
    return (hasattr(x, "__getitem__") and hasattr(x, "__len__") and not hasattr(x, "__iter__")) or (
        hasattr(x, "num_batches") and hasattr(x, "__getitem__")
    )


def _shapes(batch: Tree) -> Any:
    leaves, treedef = jax.tree.flatten(batch)
    return treedef, [(leaf.shape, leaf.dtype) for leaf in leaves]


def _room(batch: Tree) -> int:
    size = sum(leaf.nbytes for leaf in jax.tree.leaves(batch))
    return max(1, min(_MOST_STEPS, _BLOCK_BYTES // max(size, 1)))


def _block(batches: list[Tree], room: int) -> Block:
    """Batches of one shape as one block of `room` steps, the rest of it empty."""
    rows = jax.tree.leaves(batches[0])[0].shape[0]

    stacked = Rows(jax.tree.map(lambda *parts: np.concatenate(parts), *batches), room * rows)
    order = np.arange(room * rows, dtype=np.uint32).reshape(room, rows)
    return Block(stacked, Rows(order, room), len(batches))
