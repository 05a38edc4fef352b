"""Reading pickled NumPy arrays and lists of whole numbers, and nothing else.

A pickle is a program: it may ask for any function by name and call it. Here it gets stand-ins that
only note what they are given, so even NumPy's own reconstruction never sees a stranger's values.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable
from typing import IO, Any

import numpy as np


def unpickle(file: IO[bytes]) -> Any:
    """Read one pickle of arrays, numbers, strings, and lists and dicts of them.

    Args:
        file: Opened for reading, at the start of the pickle.

    Returns:
        An array, or a dict by string of arrays and lists. Strings written by Python 2 are bytes.

    Raises:
        ValueError: If the pickle is broken or asks for anything else.

    Example:
        >>> import io
        >>> lists = np.array([[1, 2], [3]], dtype=object)
        >>> unpickle(io.BytesIO(pickle.dumps(lists)))
        array([list([1, 2]), list([3])], dtype=object)
        >>> unpickle(io.BytesIO(pickle.dumps(eval)))  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ValueError: the pickle was refused (it asks for builtins.eval; only NumPy arrays ...
    """
    try:
        value = _Unpickler(file, encoding="bytes").load()
        if isinstance(value, dict):
            return {_text(key): _finished(item) for key, item in value.items()}
        return _finished(value)
    except Exception as error:
        # A hostile pickle can raise anything, and nothing of it concerns the caller.
        raise ValueError(f"the pickle was refused ({error})") from error


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _STAND_INS:
            return _STAND_INS[module, name]
        raise pickle.UnpicklingError(
            f"it asks for {module}.{name}; only NumPy arrays and lists of whole numbers are read"
        )


class _PickledDtype:
    """What a pickle says about the type of an array."""

    __slots__ = ("dtype",)

    def __init__(self, code: str) -> None:
        if not re.fullmatch(r"[biuf][1248]|O8?", code):
            raise pickle.UnpicklingError(f"it asks for arrays of type {code!r}")
        self.dtype = np.dtype(code[0] if code[0] == "O" else code)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        order = _text(state[1])
        if order not in ("<", ">", "|", "=") or any(part is not None for part in state[2:5]):
            raise pickle.UnpicklingError("it asks for arrays of a structured type")
        self.dtype = self.dtype.newbyteorder(order)


class _PickledArray:
    """What a pickle says is in an array."""

    __slots__ = ("array",)

    def __init__(self) -> None:
        self.array: np.ndarray | None = None

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        _, shape, pickled, fortran, content = state
        objects = pickled.dtype.hasobject
        flat = _lists_of_ints(content) if objects else np.frombuffer(content, pickled.dtype)
        self.array = flat.reshape(shape, order="F" if fortran else "C")


class _StandIn:
    """Called by a pickle in place of NumPy; slots keep a pickle from changing it."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[..., Any]) -> None:
        object.__setattr__(self, "_make", make)

    def __call__(self, *args: Any) -> Any:
        return self._make(*args)

    def __setattr__(self, name: str, value: Any) -> None:
        raise pickle.UnpicklingError(f"it sets {name} of a function")


_RECONSTRUCT = _StandIn(lambda *_: _PickledArray())
_STAND_INS = {
    ("numpy.core.multiarray", "_reconstruct"): _RECONSTRUCT,
    ("numpy._core.multiarray", "_reconstruct"): _RECONSTRUCT,
    ("numpy", "ndarray"): None,
    ("numpy", "dtype"): _StandIn(lambda code, *_: _PickledDtype(_text(code))),
}


def _lists_of_ints(content: list[Any]) -> np.ndarray:
    for i, item in enumerate(content):
        if type(item) is not list or not set(map(type, item)) <= {int}:
            raise pickle.UnpicklingError(f"entry {i} is not a list of whole numbers")
    return np.fromiter(content, dtype=object, count=len(content))


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _finished(value: Any) -> Any:
    return value.array if isinstance(value, _PickledArray) else value
