"""Sources of batches with every batch changed by a function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ppul.datasets.dataset import Dataset
from ppul.training.data.streams import is_indexed


def mapped(source: Any, function: Callable[[Any], Any]) -> Any:
    """Return a source of the batches of another one, each changed by a function.

    Args:
        source: A generator, an iterable or a `PyDataset`.
        function: What is made of each batch, when it is read.

    Example:
        >>> list(mapped(iter([1, 2]), lambda batch: batch * 10))
        [10, 20]
    """
    if isinstance(source, Dataset):
        return source.map(lambda first, *rest: function((first, *rest) if rest else first))
    if hasattr(source, "__next__"):
        return map(function, source)
    return (_MappedBatches if is_indexed(source) else _MappedIterable)(source, function)


class _MappedIterable:
    def __init__(self, source: Any, function: Callable[[Any], Any]) -> None:
        self.source = source
        self.function = function

    def __iter__(self) -> Iterator[Any]:
        return map(self.function, self.source)

    def __len__(self) -> int:
        return len(self.source)


class _MappedBatches:
    def __init__(self, source: Any, function: Callable[[Any], Any]) -> None:
        self.source = source
        self.function = function
        self.workers = getattr(source, "workers", 1)
        self.max_queue_size = getattr(source, "max_queue_size", 1)

    @property
    def num_batches(self) -> int | None:
        """How many batches there are; None for as many as are asked for."""
        if hasattr(self.source, "num_batches"):
            return self.source.num_batches
        return len(self.source)

    def __getitem__(self, index: int) -> Any:
        return self.function(self.source[index])

    def on_epoch_begin(self) -> None:
        """An epoch begins."""
        self._tell("on_epoch_begin")

    def on_epoch_end(self) -> None:
        """An epoch ends."""
        self._tell("on_epoch_end")

    def _tell(self, event: str) -> None:
        told = getattr(self.source, event, None)
        if told is not None:
            told()
