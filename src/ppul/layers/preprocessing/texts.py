"""Texts as NumPy arrays of Python strings: taken in, standardized, split into words."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from jax.core import Tracer

_PUNCTUATION = r"""!"#$%&()*+,-./:;<=>?@[\]^_`{|}~'"""
# Of ASCII alone, as in Keras: other letters keep their case, and other signs stay.
_LOWER = dict(zip(map(ord, string.ascii_uppercase), string.ascii_lowercase, strict=True))
_STRIPPED: dict[int, Any] = dict.fromkeys(map(ord, _PUNCTUATION))
_WORD = re.compile(r"[^ \t\n\r\f\v]+")

STANDARDIZATIONS: dict[str, dict[int, Any]] = {
    "lower_and_strip_punctuation": _LOWER | _STRIPPED,
    "lower": _LOWER,
    "strip_punctuation": _STRIPPED,
}
SPLITS: dict[str, Callable[[str], list[str]]] = {"whitespace": _WORD.findall, "character": list}


def is_text(dtype: Any) -> bool:
    """Return whether a dtype is one of texts."""
    return dtype == "string" or (isinstance(dtype, np.dtype) and dtype.kind in "OSUT")


def as_host_array(value: Any) -> np.ndarray:
    """Return numbers or texts as a NumPy array; texts as an array of objects.

    Args:
        value: An array, frame, series, list or single value.
    """
    if hasattr(value, "to_numpy"):
        value = value.to_numpy()
    array = np.asarray(value)
    return array.astype(object) if array.dtype.kind in "SUT" else array


def as_texts(array: np.ndarray, where: str, encoding: str = "utf-8") -> np.ndarray:
    """Return an array of texts or bytes as an array of Python strings.

    Args:
        array: The array.
        where: What to call the layer in an error.
        encoding: How bytes are read.

    Raises:
        ValueError: If something in it is no text.

    Example:
        >>> as_texts(np.array([b"a", "b"], object), "layer").tolist()
        ['a', 'b']
    """
    if array.dtype.kind == "U":
        return array.astype(object)
    found = np.empty(array.size, object)
    for i, item in enumerate(array.astype(object, copy=False).ravel()):
        if isinstance(item, bytes):
            found[i] = item.decode(encoding)
        elif isinstance(item, str):
            found[i] = str(item)
        else:
            raise ValueError(
                f"{where} takes text; got {item!r} of type {type(item).__name__} in an array of "
                f"dtype {array.dtype}. Give an array of strings."
            )
    return found.reshape(array.shape)


def refuse_trace(value: Any, where: str) -> None:
    """Raise a TypeError for a value of a trace: text is in no compiled program."""
    if isinstance(value, Tracer):
        raise TypeError(
            f"{where} works with text, which no compiled program holds; it was called with "
            f"{value} while one was made. Map the layer over the data (`dataset.map`), or put it at "
            "the front of a drawn model: `Input(shape, dtype='string')` and then the layer."
        )


def with_ngrams(words: list[str], sizes: Sequence[int]) -> list[str]:
    """Return the groups of neighbouring words of each size, those of the first size first.

    Example:
        >>> with_ngrams(["a", "b", "c"], (1, 2))
        ['a', 'b', 'c', 'a b', 'b c']
    """
    return [
        " ".join(words[start : start + size])
        for size in sizes
        for start in range(len(words) - size + 1)
    ]
