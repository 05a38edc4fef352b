"""Plain values: what a file gives back as it was, without anything being run."""

from __future__ import annotations

import contextlib
from typing import Any

import jax
import numpy as np

_ATOMS = (type(None), bool, int, float, str)


def is_plain(value: Any) -> bool:
    """Return whether a value is a number, a text or an array, or a list, tuple or dict of such.

    Example:
        >>> is_plain({"wait": 3, "best": [np.zeros(2)]}), is_plain(print)
        (True, False)
    """
    if type(value) in _ATOMS:
        return True
    if type(value) in (list, tuple):
        return all(map(is_plain, value))
    if type(value) is dict:
        return all(type(key) in _ATOMS and is_plain(item) for key, item in value.items())
    return isinstance(value, (np.ndarray, np.generic, jax.Array)) and bool(dtype_name(value.dtype))


def encode(value: Any, arrays: list[np.ndarray]) -> Any:
    """Return a plain value as JSON can hold it; arrays are put into a list of their own.

    Args:
        value: The value.
        arrays: Where arrays go.

    Raises:
        TypeError: If it is not plain.

    Example:
        >>> arrays = []
        >>> encode({"a": (1, np.ones(2))}, arrays), len(arrays)
        ({'dict': [['a', {'tuple': [1, {'array': 0}]}]]}, 1)
    """
    if type(value) in _ATOMS:
        return value
    if type(value) is list:
        return [encode(item, arrays) for item in value]
    if type(value) is tuple:
        return {"tuple": [encode(item, arrays) for item in value]}
    if type(value) is dict and all(type(key) in _ATOMS for key in value):
        return {"dict": [[key, encode(item, arrays)] for key, item in value.items()]}
    if not is_plain(value):
        raise TypeError(
            "A backup can hold numbers, texts, arrays, and lists, tuples and dicts of them; got "
            f"{value!r} of type {type(value).__name__}."
        )
    arrays.append(np.asarray(value))
    return {"scalar" if isinstance(value, np.generic) else "array": len(arrays) - 1}


def decode(value: Any, arrays: list[np.ndarray]) -> Any:
    """Return the value that `encode` was given; JAX arrays come back as NumPy's.

    Example:
        >>> decode({"dict": [["a", {"tuple": [1, {"array": 0}]}]]}, [np.ones(2)])
        {'a': (1, array([1., 1.]))}
    """
    if isinstance(value, list):
        return [decode(item, arrays) for item in value]
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    if kind == "tuple":
        return tuple(decode(item, arrays) for item in content)
    if kind == "dict":
        return {key: decode(item, arrays) for key, item in content}
    return arrays[content][()] if kind == "scalar" else arrays[content]


def dtype_name(dtype: np.dtype) -> str:
    """Return what NumPy makes the same dtype from; "" where there is nothing, as for objects."""
    if dtype.hasobject:
        return ""
    for name in (dtype.str, dtype.name):  # bfloat16 and its like have their names alone
        with contextlib.suppress(TypeError):
            if np.dtype(name) == dtype:
                return name
    return ""
