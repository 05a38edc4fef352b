"""Reuters: newswires by topic (from Lewis's Reuters-21578 collection, 1987)."""

from __future__ import annotations

from ppul.core.checks import in_range
from ppul.datasets.files import PUBLISHED, find_file
from ppul.datasets.npz import read_npz
from ppul.datasets.sequences import keep_shorter, limit_words, mark, pack, word_index
from ppul.datasets.split import Splits, shuffle, split

CLASS_NAMES = tuple(
    """cocoa grain veg-oil earn acq wheat copper housing money-supply coffee sugar trade reserves
    ship cotton carcass crude nat-gas cpi money-fx interest gnp meal-feed alum oilseed gold tin
    strategic-metal livestock retail ipi iron-steel rubber heat jobs lei bop zinc orange pet-chem
    dlr gas silver wpi hog lead""".split()  # noqa: SIM905 - forty-six quoted names read worse
)
CHECKSUM = "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916"
WORDS_CHECKSUM = "4d44cc38712099c9e383dc6e5f11a921"


def load_data(
    path: str = "reuters.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    test_split: float = 0.2,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int | None = 3,
) -> Splits:
    """Return 11,228 newswires as lists of word numbers, in 46 topics.

    A word's number is its rank by frequency (see `get_word_index`) plus `index_from`.

    Args:
        path: Name of the file in `PPUL_DATA_DIR` or Keras's cache, or an absolute path.
        num_words: Numbers from this on are replaced by `oov_char`.
        skip_top: Numbers below this are replaced by `oov_char`.
        maxlen: Only newswires of fewer numbers than this are kept.
        test_split: Share kept for testing, from 0 to 1.
        seed: Seed of the shuffle before the split.
        start_char: Number that begins each newswire; None for none.
        oov_char: What stands for a word left out; None drops such words.
        index_from: Added to each word's rank.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: arrays of lists of ints, shapes (8982,) and (2246,),
        and topics, int64, see `CLASS_NAMES`.

    Raises:
        FileNotFoundError: If the file is in no folder and cannot be downloaded.
        ValueError: If `test_split` is out of range, no newswire is short enough, or the file is not
            what it should be.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data(num_words=1000)  # doctest: +SKIP
        >>> len(x_train), CLASS_NAMES[y_train[0]]  # doctest: +SKIP
        (8982, 'earn')
    """
    where = "reuters.load_data"
    in_range(where, "test_split", test_split, 0, 1)
    file = find_file(path, PUBLISHED + "reuters.npz", CHECKSUM)
    x, y = read_npz(file, "x", "y")
    [(x, y)] = shuffle(seed, (x, y))
    texts, labels = keep_shorter(where, mark(x, start_char, index_from), y, maxlen)
    x, y = pack(limit_words(texts, num_words, skip_top, oov_char), labels)
    return split(x, y, test_split)


def get_word_index(path: str = "reuters_word_index.json") -> dict[str, int]:
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
    return word_index(path, "reuters_word_index.json", WORDS_CHECKSUM)


def get_label_names() -> tuple[str, ...]:
    """Return the names of the 46 topics, in the order of the labels.

    Example:
        >>> get_label_names()[3]
        'earn'
    """
    return CLASS_NAMES
