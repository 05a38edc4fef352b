"""Batches that are computed or read when they are needed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any


class PyDataset:
    """Data as numbered batches; a subclass defines `__getitem__` and `__len__`.

    Batches are read ahead while the model trains.

    Args:
        workers: How many threads read batches.
        use_multiprocessing: Kept for Keras's signature; batches are read by threads.
        max_queue_size: How many batches are read ahead.

    Example:
        >>> import numpy as np
        >>> class Squares(PyDataset):
        ...     def __len__(self):
        ...         return 3
        ...
        ...     def __getitem__(self, index):
        ...         x = np.full((2, 1), index, "float32")
        ...         return x, x**2
        >>> data = Squares(workers=2)
        >>> data.num_batches, data[2][1].tolist()
        (3, [[4.0], [4.0]])
    """

    def __init__(
        self, workers: int = 1, use_multiprocessing: bool = False, max_queue_size: int = 10
    ) -> None:
        self.workers = workers
        self.use_multiprocessing = use_multiprocessing
        self.max_queue_size = max_queue_size

    def __getitem__(self, index: int) -> Any:
        """Return batch number `index`: x, (x, y) or (x, y, sample_weight)."""
        raise NotImplementedError(f"{type(self).__name__} must define `__getitem__`.")

    @property
    def num_batches(self) -> int | None:
        """How many batches there are; None for as many as are asked for."""
        if hasattr(self, "__len__"):
            return len(self)  # type: ignore[arg-type]
        raise NotImplementedError(f"{type(self).__name__} must define `__len__`.")

    def __iter__(self) -> Iterator[Any]:
        """Yield the batches of an epoch; without end where their number is unknown."""
        numbers = itertools.count() if self.num_batches is None else range(self.num_batches)
        for index in numbers:
            yield self[index]

    def on_epoch_begin(self) -> None:
        """An epoch begins."""

    def on_epoch_end(self) -> None:
        """An epoch ends; here the order may be changed."""
