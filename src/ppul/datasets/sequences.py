"""Texts as lists of word numbers: shifting, cutting off rare and frequent words, word lists.

A word's number is its rank by frequency in the data set, from 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np

from ppul.datasets.files import PUBLISHED, find_file, reading
from ppul.datasets.split import Pair

Sequences: TypeAlias = list[list[int]]


def mark(
    sequences: Iterable[list[int]], start_char: int | None, index_from: int | None
) -> Sequences:
    """Shift word numbers to begin above `index_from`, and begin each text with `start_char`.

    Example:
        >>> mark([[1, 4], [2]], start_char=1, index_from=3)
        [[1, 4, 7], [1, 5]]
    """
    start = [] if start_char is None else [start_char]
    offset = index_from or 0
    return [start + [word + offset for word in text] for text in sequences]


def keep_shorter(
    where: str, sequences: Sequences, labels: np.ndarray, maxlen: int | None
) -> tuple[Sequences, np.ndarray]:
    """Keep texts of fewer than `maxlen` numbers, with their labels.

    Raises:
        ValueError: If there is none.

    Example:
        >>> keep_shorter("load_data", [[1, 4, 7], [1, 5]], np.array([0, 1]), maxlen=3)
        ([[1, 5]], array([1]))
    """
    if not maxlen:
        return sequences, labels
    kept = [i for i, text in enumerate(sequences) if len(text) < maxlen]
    if not kept:
        shortest = min(map(len, sequences), default=0)
        raise ValueError(
            f"{where}: no text has fewer than `maxlen`={maxlen} words; the shortest of "
            f"{len(sequences)} has {shortest}. Give a larger `maxlen`."
        )
    return [sequences[i] for i in kept], labels[kept]


def limit_words(
    sequences: Sequences, num_words: int | None, skip_top: int, oov_char: int | None
) -> Sequences:
    """Replace numbers below `skip_top`, or from `num_words` on, by `oov_char`; None drops them.

    Without `num_words` only the largest number of all is out, as in Keras.

    Example:
        >>> limit_words([[1, 4, 7], [1, 5]], num_words=6, skip_top=0, oov_char=2)
        [[1, 4, 2], [1, 5]]
    """
    stop = num_words or max(max(text, default=0) for text in sequences)
    if oov_char is None:
        return [[word for word in text if skip_top <= word < stop] for text in sequences]
    return [[word if skip_top <= word < stop else oov_char for word in text] for text in sequences]


def pack(sequences: Sequence[list[int]], labels: np.ndarray) -> Pair:
    """Return texts as an array of lists, shape (n,), beside their labels."""
    return np.fromiter(sequences, dtype=object, count=len(sequences)), labels


def word_index(path: str, name: str, checksum: str) -> dict[str, int]:
    """Read the numbers of words from a JSON file."""
    file = find_file(path, PUBLISHED + name, checksum)
    with reading(file, "a JSON object of words and numbers"):
        index = json.loads(file.read_text("utf-8"))
        if not isinstance(index, dict):
            raise ValueError(f"it holds a {type(index).__name__}")
    return index
