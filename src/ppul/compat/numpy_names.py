"""Names that NumPy dropped (1.24 and 2.0), for the user's own code as long as it is run."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import numpy as np

from ppul.compat.notes import is_users, say

# The old name, what it is now, and that as one would write it.
ROWS: dict[str, tuple[Any, str]] = {
    "Inf": (np.inf, "np.inf"),
    "Infinity": (np.inf, "np.inf"),
    "NINF": (-np.inf, "-np.inf"),
    "NaN": (np.nan, "np.nan"),
    "PINF": (np.inf, "np.inf"),
    "alltrue": (np.all, "np.all"),
    "asfarray": (lambda a, dtype=float: np.asarray(a, dtype), "np.asarray"),
    "asscalar": (lambda a: a.item(), "a.item()"),
    "bool": (bool, "bool"),
    "cfloat": (np.complex128, "np.complex128"),
    "complex": (complex, "complex"),
    "complex_": (np.complex128, "np.complex128"),
    "cumproduct": (np.cumprod, "np.cumprod"),
    "float": (float, "float"),
    "float_": (np.float64, "np.float64"),
    "in1d": (np.isin, "np.isin"),
    "infty": (np.inf, "np.inf"),
    "int": (int, "int"),
    "long": (int, "int"),
    "mat": (np.asmatrix, "np.asmatrix"),
    "msort": (lambda a: np.sort(a, axis=0), "np.sort(a, axis=0)"),
    "object": (object, "object"),
    "product": (np.prod, "np.prod"),
    "rank": (np.ndim, "np.ndim"),
    "round_": (np.round, "np.round"),
    "row_stack": (np.vstack, "np.vstack"),
    "sometrue": (np.any, "np.any"),
    "str": (str, "str"),
    "string_": (np.bytes_, "np.bytes_"),
    "trapz": (np.trapezoid, "np.trapezoid"),
    "unicode": (str, "str"),
    "unicode_": (np.str_, "np.str_"),
}


def put_right(numpy: ModuleType) -> None:
    """Let NumPy have its old names, for code that is the user's own."""
    unknown = vars(numpy)["__getattr__"]

    def find(name: str) -> Any:
        caller = sys._getframe(1)
        if name in ROWS and is_users(caller.f_code.co_filename):
            value, now = ROWS[name]
            say(f"np.{name} is gone from NumPy; {now} is taken for it", caller)
            return value
        return unknown(name)

    numpy.__getattr__ = find  # type: ignore[method-assign]
