"""IMDB: film reviews, praising or not (Maas et al., ACL 2011)."""

from __future__ import annotations

from typing import Any

from ppul.datasets.files import PUBLISHED, find_file
from ppul.datasets.npz import read_npz
from ppul.datasets.sequences import keep_shorter, limit_words, mark, pack, word_index
from ppul.datasets.split import Splits, shuffle

CLASS_NAMES = ("negative", "positive")
CHECKSUM = "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"
WORDS_CHECKSUM = "bfafd718b763782e994055a2d397834f"


def load_data(
    path: str = "imdb.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int | None = 3,
    **kwargs: Any,
) -> Splits:
    """Return 50,000 film reviews as lists of word numbers.

    A word's number is its rank by frequency (see `get_word_index`) plus `index_from`.

    Args:
        path: Name of the file in `PPUL_DATA_DIR` or Keras's cache, or an absolute path.
        num_words: Numbers from this on are replaced by `oov_char`.
        skip_top: Numbers below this are replaced by `oov_char`.
        maxlen: Only reviews of fewer numbers than this are kept.
        seed: Seed of the shuffle.
        start_char: Number that begins each review; None for none.
        oov_char: What stands for a word left out; None drops such words.
        index_from: Added to each word's rank.
        kwargs: Not used: anything here is an error.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: arrays of lists of ints, shape (25000,), and labels
        0 (negative) or 1 (positive), int64, shape (25000,).

    Raises:
        FileNotFoundError: If the file is in no folder and cannot be downloaded.
        TypeError: If an argument is unknown.
        ValueError: If no review is short enough or the file is not what it should be.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data(num_words=10000)  # doctest: +SKIP
        >>> x_train[0][:4], CLASS_NAMES[y_train[0]]  # doctest: +SKIP
        ([1, 14, 22, 16], 'positive')
    """
    if kwargs:
        raise TypeError(
            f"imdb.load_data got unknown arguments {', '.join(kwargs)}; it has `path`, "
            "`num_words` (once `nb_words`), `skip_top`, `maxlen`, `seed`, `start_char`, "
            "`oov_char` and `index_from`."
        )
    file = find_file(path, PUBLISHED + "imdb.npz", CHECKSUM)
    x_train, y_train, x_test, y_test = read_npz(file, "x_train", "y_train", "x_test", "y_test")
    texts, labels = [], []
    for x, y in shuffle(seed, (x_train, y_train), (x_test, y_test)):
        kept, kept_labels = keep_shorter(
            "imdb.load_data", mark(x, start_char, index_from), y, maxlen
        )
        texts.append(kept)
        labels.append(kept_labels)
    limited = limit_words(texts[0] + texts[1], num_words, skip_top, oov_char)
    cut = len(texts[0])
    return pack(limited[:cut], labels[0]), pack(limited[cut:], labels[1])


def get_word_index(path: str = "imdb_word_index.json") -> dict[str, int]:
    """Return the rank by frequency of each word, from 1; `load_data` adds its `index_from`.

    Args:
        path: Name of the file in `PPUL_DATA_DIR` or Keras's cache, or an absolute path.

    Raises:
        FileNotFoundError: If the file is in no folder and cannot be downloaded.
        ValueError: If the file is not what it should be.

    Example:
        >>> get_word_index()["the"]  # doctest: +SKIP
        1
    """
    return word_index(path, "imdb_word_index.json", WORDS_CHECKSUM)
