"""Data as numbered elements, which are read or computed when they are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import jax
import numpy as np

Get = Callable[[int], Any]
# Makes, for the number of a pass over the data, what returns an element by its number.
Reader = Callable[[int], Get]


class Dataset:
    """Elements, each a sample or a batch, in an order that may change from pass to pass.

    What `fit`, `evaluate` and `predict` take, where the elements are batches; a loop over it reads
    them, too. Every method returns another data set and reads nothing.

    Args:
        reader: Makes, for the number of a pass, a function that returns an element by its number.
        count: Number of elements.
        class_names: Names of the classes, where the data have some.
        file_paths: The files that the data are read from, where there are some.

    Example:
        >>> data = Dataset.of(np.arange(6)).map(lambda x: 10 * x).batch(4)
        >>> [batch.tolist() for batch in data]
        [[0, 10, 20, 30], [40, 50]]
    """

    def __init__(
        self,
        reader: Reader,
        count: int,
        class_names: list[str] | None = None,
        file_paths: list[str] | None = None,
    ) -> None:
        self._reader = reader
        self._count = count
        self._passes = 0
        self.class_names = class_names
        self.file_paths = file_paths

    @classmethod
    def of(cls, arrays: Any) -> Dataset:
        """Return the samples of arrays.

        Args:
            arrays: An array, or a tuple, list or dict of arrays, with one row a sample.
        """
        count = len(jax.tree.leaves(arrays)[0])
        return cls(lambda _: lambda i: jax.tree.map(lambda rows: rows[i], arrays), count)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> Any:
        """Return an element by its number in the first pass."""
        if not -self._count <= index < self._count:
            raise IndexError(f"There are {self._count} elements; got number {index}.")
        return self._reader(0)(index % self._count)

    def __iter__(self) -> Iterator[Any]:
        """Yield the elements of the next pass."""
        get = self._reader(self._passes)
        self._passes += 1
        return map(get, range(self._count))

    def get_state(self) -> dict[str, Any]:
        """Return, in plain values, which pass is the next."""
        return {"passes": self._passes}

    def set_state(self, state: dict[str, Any]) -> None:
        """Let the next pass be the one that `get_state` says."""
        self._passes = state["passes"]

    def map(self, function: Callable[..., Any], **kwargs: Any) -> Dataset:
        """Return the elements changed by a function.

        Args:
            function: Takes an element; of a tuple, its parts as arguments.
            **kwargs: Ignored; those of TensorFlow's `map`, such as `num_parallel_calls`.
        """

        def changed(element: Any) -> Any:
            return function(*element) if isinstance(element, tuple) else function(element)

        return self._derived(lambda get: lambda i: changed(get(i)), self._count)

    def batch(
        self,
        batch_size: int,
        drop_remainder: bool = False,
        collate: Callable[[list[Any]], Any] | None = None,
    ) -> Dataset:
        """Return batches of elements.

        Args:
            batch_size: Elements a batch.
            drop_remainder: Whether a smaller last batch is left out.
            collate: Makes of a list of elements a batch; stacks their arrays by default.
        """
        collate = collate or stacked
        whole, rest = divmod(self._count, batch_size)
        count = whole + (rest > 0 and not drop_remainder)

        def batches(get: Get) -> Get:
            def batch(i: int) -> Any:
                stop = min((i + 1) * batch_size, self._count)
                return collate([get(j) for j in range(i * batch_size, stop)])

            return batch

        return self._derived(batches, count)

    def take(self, count: int) -> Dataset:
        """Return the first elements; all for a count of -1."""
        return self._derived(lambda get: get, self._count if count < 0 else min(count, self._count))

    def skip(self, count: int) -> Dataset:
        """Return all but the first elements."""
        count = min(count, self._count)
        return self._derived(lambda get: lambda i: get(i + count), self._count - count)

    def shuffle(
        self, buffer_size: int, seed: int | None = None, reshuffle_each_iteration: bool = True
    ) -> Dataset:
        """Return the elements in an order of chance.

        Args:
            buffer_size: Kept for TensorFlow's signature; the order is one of all elements.
            seed: Seed of the order.
            reshuffle_each_iteration: Whether every pass has another order.
        """
        del buffer_size
        start = seed if seed is not None else int(np.random.randint(2**31))  # noqa: NPY002  (users seed it)

        def reader(number: int) -> Get:
            get = self._reader(number)
            again = number if reshuffle_each_iteration else 0
            order = np.random.default_rng([start, again]).permutation(self._count)
            return lambda i: get(int(order[i]))

        return self._with(reader, self._count)

    def cache(self) -> Dataset:
        """Return the elements, each read once and kept in memory; their order stays as it is."""
        get = self._reader(0)
        kept: dict[int, Any] = {}

        def cached(i: int) -> Any:
            if i not in kept:
                kept[i] = get(i)
            return kept[i]

        return self._with(lambda _: cached, self._count)

    def prefetch(self, buffer_size: int | None = None) -> Dataset:
        """Return the data set itself: `fit` reads ahead anyway."""
        del buffer_size
        return self

    def as_numpy_iterator(self) -> Iterator[Any]:
        """Yield the elements, which are NumPy arrays already."""
        return iter(self)

    def _derived(self, change: Callable[[Get], Get], count: int) -> Dataset:
        return self._with(lambda number: change(self._reader(number)), count)

    def _with(self, reader: Reader, count: int) -> Dataset:
        data = Dataset(reader, count, self.class_names, self.file_paths)
        data.set_state(self.get_state())
        return data


def stacked(elements: Sequence[Any]) -> Any:
    """Return elements of one structure as one, their arrays stacked; texts as an array of objects."""
    first = elements[0]
    if isinstance(first, (tuple, list)):
        return type(first)(stacked(parts) for parts in zip(*elements, strict=True))
    if isinstance(first, dict):
        return {key: stacked([element[key] for element in elements]) for key in first}
    if isinstance(first, (str, bytes)):
        return np.array(elements, object)
    return np.stack([np.asarray(element) for element in elements])
