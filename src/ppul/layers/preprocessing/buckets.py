"""Texts and whole numbers hashed into a number of bins, as TensorFlow hashes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from ppul.core.types import Array
from ppul.layers.preprocessing.farmhash import (
    concatenated,
    fingerprint64,
    fingerprint_of_nothing,
)
from ppul.layers.preprocessing.siphash import siphash64, words_of

Salt = tuple[int, int] | None
# What a crossing begins with, in TensorFlow.
_CROSSING = np.uint64(0xDECAFCAFFE)


def bins_of(values: np.ndarray | Array, count: int, salt: Salt = None) -> Any:
    """Return the bin that each value is in.

    Args:
        values: An array of strings or whole numbers, or whole numbers in a trace.
        count: Number of bins.
        salt: The key of a keyed hash (SipHash); FarmHash without one.

    Returns:
        Numbers from 0 to `count` - 1, of the shape of the values.

    Example:
        >>> bins_of(np.array(["a", "b", "c"], object), 10).tolist()
        [9, 2, 2]
    """
    if isinstance(values, Tracer):
        with jax.enable_x64(True):
            hashes = _hashes_of_traced(values, salt)
            return (hashes % np.uint64(count)).astype("int32")
    return (_hashes_of_texts(_as_bytes(np.asarray(values)), salt) % np.uint64(count)).astype(
        np.int64
    )


def crossed_bins(features: Sequence[np.ndarray | Array], count: int) -> Any:
    """Return the bin that the values of several features together are in.

    Args:
        features: Arrays of strings or whole numbers, of one shape.
        count: Number of bins.
    """
    if any(isinstance(feature, Tracer) for feature in features):
        with jax.enable_x64(True):
            words = [jnp.asarray(feature).astype("int64").astype("uint64") for feature in features]
            return (_crossed(words) % np.uint64(count)).astype("int32")
    words = [_fingerprints(np.asarray(feature)) for feature in features]
    return (_crossed(words) % np.uint64(count)).astype(np.int64)


def _crossed(words: Sequence[Any]) -> Any:
    hashed = (words[0] & np.uint64(0)) + _CROSSING
    for word in words:
        hashed = concatenated(hashed, word)
    return hashed


def _fingerprints(values: np.ndarray) -> np.ndarray:
    """Texts by their hashes, numbers as they are."""
    if values.dtype.kind in "iub":
        return values.astype(np.int64).astype(np.uint64)
    return _hashes_of_texts(_as_bytes(values), None)


def _as_bytes(values: np.ndarray) -> np.ndarray:
    """Values as the bytes of what TensorFlow writes for them, in an array of objects.

    Of fractions that is the whole part.
    """
    if values.dtype.kind == "f":
        values = values.astype(np.int64)
    elif values.dtype.kind == "b":
        values = np.where(values, "true", "false")
    found = np.empty(values.size, object)
    for i, value in enumerate(values.ravel().tolist()):
        found[i] = value if isinstance(value, bytes) else str(value).encode()
    return found.reshape(values.shape)


def _hashes_of_texts(texts: np.ndarray, salt: Salt) -> np.ndarray:
    """The hashes of an array of bytes; those of one length are computed together."""
    flat = texts.ravel()
    sizes = np.fromiter(map(len, flat), np.int64, len(flat))
    hashes = np.empty(len(flat), np.uint64)
    for size in np.unique(sizes).tolist():
        places = np.flatnonzero(sizes == size)
        content = b"".join(flat[places].tolist())
        rows = np.frombuffer(content, np.uint8).reshape(len(places), size).astype(np.uint64)
        hashes[places] = _hash(list(rows.T), salt, np.zeros(len(places), np.uint64))
    return hashes.reshape(texts.shape)


def _hash(text: Sequence[Any], salt: Salt, zero: Any) -> Any:
    if salt is not None:
        return siphash64(words_of(text, zero), salt)
    return fingerprint64(text) if text else zero + fingerprint_of_nothing()


def _hashes_of_traced(numbers: Array, salt: Salt) -> Array:
    """The hashes of whole numbers as they are written, chosen by how long that is."""
    zero = jnp.zeros(numbers.shape, "uint64")
    texts, sizes = _written(numbers, zero)
    if salt is None:
        return _chosen([fingerprint64(text) for text in texts], sizes, 1)
    # Texts of as many words are hashed as one: their lengths are in the words.
    packed: dict[int, list[Any]] = {}
    for text in texts:
        words = words_of(text, zero)
        packed.setdefault(len(words), []).append(words)
    found, start = [], 1
    for group in packed.values():
        words = [_chosen(list(same), sizes, start) for same in zip(*group, strict=True)]
        found += [siphash64(words, salt)] * len(group)
        start += len(group)
    return _chosen(found, sizes, 1)


def _written(numbers: Array, zero: Array) -> tuple[list[list[Any]], Array]:
    """Whole numbers in decimal digits, once for each length; and how long each really is."""
    signed = jnp.issubdtype(numbers.dtype, jnp.signedinteger)
    wide = numbers.astype("int64" if signed else "uint64").astype("uint64")
    negative = numbers < 0 if signed else jnp.zeros(numbers.shape, bool)
    size = jnp.where(negative, ~wide + np.uint64(1), wide)
    most = len(str(jnp.iinfo(numbers.dtype).max))
    digits = [size // np.uint64(10**k) % np.uint64(10) + np.uint64(ord("0")) for k in range(most)]
    digits.append(zero)  # where only a minus can stand
    minus = zero + np.uint64(ord("-"))
    texts = [
        [jnp.where(negative, minus, digits[length - 1]), *digits[: length - 1][::-1]]
        for length in range(1, most + 2)
    ]
    counts = (size >= np.uint64(10**k) for k in range(1, most))
    return texts, 1 + negative.astype("int32") + sum(more.astype("int32") for more in counts)


def _chosen(values: Sequence[Array], sizes: Array, first: int) -> Array:
    """For each text the value that belongs to its length, the first to the length `first`."""
    result = values[0]
    for size, value in enumerate(values[1:], first + 1):
        result = jnp.where(sizes == size, value, result)
    return result
