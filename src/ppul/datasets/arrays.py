"""Arrays made fit for training: padded, normalized, cut into windows, split in two."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ppul.core.checks import one_of
from ppul.datasets.dataset import Dataset

_ENDS = ("pre", "post")


def pad_sequences(
    sequences: Iterable[Any],
    maxlen: int | None = None,
    dtype: Any = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: Any = 0.0,
) -> np.ndarray:
    """Return sequences as one array, filled or cut to one length.

    Args:
        sequences: Lists or arrays, with one element a step.
        maxlen: The length; that of the longest by default.
        dtype: Dtype of the array; `object` for text.
        padding: Where they are filled: "pre" or "post".
        truncating: Where they are cut: "pre" or "post".
        value: What they are filled with.

    Returns:
        Array of (sequences, length, ...).

    Raises:
        ValueError: If an argument is not one that can be, or elements differ in shape.

    Example:
        >>> pad_sequences([[1], [2, 3]]).tolist()
        [[0, 1], [2, 3]]
    """
    one_of("pad_sequences", "padding", padding, _ENDS)
    one_of("pad_sequences", "truncating", truncating, _ENDS)
    rows = _rows(sequences)
    if isinstance(value, str) and np.dtype(dtype).kind != "O":
        raise ValueError(
            f"pad_sequences: value={value!r} does not go with dtype {dtype}. For text give "
            "`dtype=object`."
        )
    length = max(map(len, rows), default=0) if maxlen is None else maxlen
    shapes = {np.shape(row)[1:] for row in rows if len(row)}
    if len(shapes) > 1:
        raise ValueError(
            f"pad_sequences: the elements of all sequences must have one shape; got {sorted(shapes)}."
        )
    padded = np.full((len(rows), length, *next(iter(shapes), ())), value, dtype=dtype)
    for i, row in enumerate(rows):
        kept = row[: length or None] if truncating == "post" else row[-length:]
        if length and len(kept):
            place = slice(None, len(kept)) if padding == "post" else slice(-len(kept), None)
            padded[i, place] = np.asarray(kept, dtype=dtype)
    return padded


def normalize(x: Any, axis: int = -1, order: float = 2) -> Any:
    """Return an array divided by its norm along an axis; what is zero stays so.

    Args:
        x: The array.
        axis: The axis.
        order: Order of the norm, as for `numpy.linalg.norm`.

    Returns:
        A NumPy array for one, otherwise one of JAX.

    Example:
        >>> normalize(np.array([[3.0, 4.0]])).tolist()
        [[0.6, 0.8]]
    """
    xp: Any = np if isinstance(x, np.ndarray) else jnp
    x = xp.atleast_2d(xp.asarray(x))
    norms = xp.linalg.norm(x, ord=order, axis=axis, keepdims=True)
    return x / xp.where(norms == 0, 1, norms)


def timeseries_dataset_from_array(
    data: Any,
    targets: Any,
    sequence_length: int,
    sequence_stride: int = 1,
    sampling_rate: int = 1,
    batch_size: int | None = 128,
    shuffle: bool = False,
    seed: int | None = None,
    start_index: int | None = None,
    end_index: int | None = None,
    format: str = "tf",
) -> Dataset:
    """Return a data set of windows over a series.

    Args:
        data: The series: an array with one row a step.
        targets: For each step the target of the window that begins there; None for windows alone.
        sequence_length: Steps a window.
        sequence_stride: Steps from one window to the next.
        sampling_rate: Steps from one element of a window to the next.
        batch_size: Windows a batch; None for single windows.
        shuffle: Whether the order is one of chance, another one in each pass.
        seed: Seed of the order.
        start_index: The step to begin at.
        end_index: The step to end before.
        format: "tf" or "grain", for Keras's signature: the data set is ppul's own for both.

    Raises:
        ValueError: If an argument is not one that can be.

    Example:
        >>> data = timeseries_dataset_from_array(np.arange(5), np.arange(5) * 10, 3)
        >>> [(x.tolist(), y.tolist()) for x, y in data]
        [([[0, 1, 2], [1, 2, 3], [2, 3, 4]], [0, 10, 20])]
    """
    series = np.asarray(data)
    start, stop = start_index or 0, len(series) if end_index is None else end_index
    _check_windows(len(series), start, stop, sequence_length, sequence_stride, sampling_rate)
    one_of("timeseries_dataset_from_array", "format", format, ("tf", "grain"))
    count = stop - start - (sequence_length - 1) * sampling_rate
    goals = None if targets is None else np.asarray(targets)
    if goals is not None:
        count = min(count, len(goals) - start)
    begins = start + np.arange(0, max(count, 0), sequence_stride)
    steps = np.arange(sequence_length) * sampling_rate

    def window(i: int) -> Any:
        values = series[begins[i] + steps]
        return values if goals is None else (values, goals[begins[i]])

    windows = Dataset(lambda _: window, len(begins))
    if shuffle:
        windows = windows.shuffle(len(windows), seed)
    return windows if batch_size is None else windows.batch(batch_size)


def split_dataset(
    dataset: Any,
    left_size: float | None = None,
    right_size: float | None = None,
    shuffle: bool = False,
    seed: int | None = None,
    preferred_backend: str | None = None,
) -> tuple[Dataset, Dataset]:
    """Return two parts of a data set, which is read for that.

    Args:
        dataset: An array, a tuple, list or dict of arrays, or an iterable.
        left_size: Size of the first part: a number of elements, or a share of them.
        right_size: Size of the second, likewise; what the first leaves by default.
        shuffle: Whether elements are chosen by chance.
        seed: Seed of that.
        preferred_backend: Kept for Keras's signature; both parts are ppul's own data sets.

    Returns:
        Two data sets of single elements; `batch` makes batches.

    Raises:
        TypeError: If a size is no number, or `dataset` is none.
        ValueError: If the sizes do not fit.

    Example:
        >>> first, second = split_dataset(np.arange(5), left_size=0.8)
        >>> [int(i) for i in first], [int(i) for i in second]
        ([0, 1, 2, 3], [4])
    """
    del preferred_backend
    elements = list(_as_dataset(dataset))
    left, right = _sizes(left_size, right_size, len(elements))
    if shuffle:
        random.Random(seed).shuffle(elements)
    return _listed(elements[:left]), _listed(elements[len(elements) - right :])


def _rows(sequences: Iterable[Any]) -> list[Any]:
    try:
        rows = list(sequences)
    except TypeError:
        raise ValueError(
            f"pad_sequences: `sequences` must be a list of sequences; got {sequences!r}."
        ) from None
    for row in rows:
        if not hasattr(row, "__len__"):
            raise ValueError(
                f"pad_sequences: `sequences` must be a list of sequences; {row!r} in it is none."
            )
    return rows


def _check_windows(count: int, start: int, stop: int, length: int, stride: int, rate: int) -> None:
    where = "timeseries_dataset_from_array"
    for name, value in (("sequence_stride", stride), ("sampling_rate", rate)):
        if not 0 < value < count:
            raise ValueError(
                f"{where}: `{name}` must be above 0 and below the length of the data, {count}; got "
                f"{value}."
            )
    if length <= 0:
        raise ValueError(f"{where}: `sequence_length` must be above 0; got {length}.")
    if not 0 <= start < count:
        raise ValueError(
            f"{where}: `start_index` must be from 0 and below the length of the data, {count}; got "
            f"{start}."
        )
    if not start < stop <= count:
        raise ValueError(
            f"{where}: `end_index` must be above `start_index` ({start}) and at most the length of the "
            f"data, {count}; got {stop}."
        )


def _as_dataset(dataset: Any) -> Any:
    if isinstance(dataset, (tuple, list, dict)) or hasattr(dataset, "__array__"):
        if isinstance(dataset, (tuple, list)):
            dataset = tuple(dataset) if all(map(np.ndim, dataset)) else np.asarray(dataset)
        return Dataset.of(jax.tree.map(np.asarray, dataset))
    if not hasattr(dataset, "__iter__"):
        raise TypeError(
            f"split_dataset: `dataset` must be arrays or an iterable; got {dataset!r} of type "
            f"{type(dataset).__name__}."
        )
    return dataset


def _listed(elements: Sequence[Any]) -> Dataset:
    return Dataset(lambda _: elements.__getitem__, len(elements))


def _sizes(left: Any, right: Any, total: int) -> tuple[int, int]:
    if left is None and right is None:
        raise ValueError("split_dataset: give `left_size` or `right_size`, or both.")
    for name, size in (("left_size", left), ("right_size", right)):
        if size is None:
            continue
        if isinstance(size, bool) or not isinstance(size, (int, float)):
            raise TypeError(f"split_dataset: `{name}` must be a number; got {size!r}.")
        if size <= 0 or size >= (1 if isinstance(size, float) else total):
            raise ValueError(
                f"split_dataset: `{name}` must be a whole number from 1 and below {total}, or a share "
                f"between 0 and 1; got {size}."
            )
    counts = [
        None if s is None else round(s * total) if isinstance(s, float) else s
        for s in (left, right)
    ]
    first = total - counts[1] if counts[0] is None else counts[0]  # type: ignore[operator]
    second = total - first if counts[1] is None else counts[1]
    if first + second > total or 0 in (first, second):
        raise ValueError(
            f"split_dataset: parts of {first} and {second} elements cannot be made of {total}."
        )
    return first, second
