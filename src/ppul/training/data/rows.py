"""Anything array-like as a NumPy array with one row a sample."""

from __future__ import annotations

import warnings
from typing import Any

import jax
import numpy as np

from ppul.core.settings import floatx

_NUMBERS = "biufc"


def as_rows(value: Any, what: str) -> np.ndarray:
    """Return an array, list, frame, sparse matrix or tensor as a NumPy array.

    Args:
        value: NumPy or JAX array, list, pandas frame or series, SciPy sparse matrix, torch or
            TensorFlow tensor.
        what: What to call it in an error: "x", "y", "x['left']".

    Returns:
        The array, in its own dtype.

    Raises:
        ValueError: If it does not consist of numbers, or is a single number.

    Example:
        >>> as_rows([[1.0, 2.0]], "x").dtype
        dtype('float64')
    """
    array = _to_numpy(value, what)
    if array.dtype.kind not in _NUMBERS and str(array.dtype) != "bfloat16":
        found = array.ravel()[0] if array.size else array.dtype
        raise ValueError(
            f"`{what}` must be numbers; it has dtype {array.dtype} (first value {found!r}). Encode "
            "words as numbers first, or give every row the same length."
        )
    if array.ndim == 0:
        raise ValueError(f"`{what}` must have one row a sample; got the single value {array!r}.")
    return array


def plain_dtype(dtype: np.dtype) -> np.dtype:
    """Return the dtype data are computed with: JAX keeps 64-bit numbers in 32 bits by default."""
    if dtype == np.float64:
        return np.dtype(floatx())
    return np.dtype(jax.dtypes.canonicalize_dtype(dtype))


def check_lengths(parts: dict[str, np.ndarray]) -> int:
    """Return the number of samples.

    Raises:
        ValueError: If arrays differ in it, or are empty.
    """
    lengths = {what: len(array) for what, array in parts.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{what} has {n}" for what, n in lengths.items())
        raise ValueError(
            f"All arrays must have the same number of samples (rows): {listed}. Check that inputs, "
            "targets and weights belong together."
        )
    count = next(iter(lengths.values()))
    if count == 0:
        raise ValueError(f"`{next(iter(lengths))}` is empty: there is no sample to work on.")
    return count


def warn_if_not_finite(array: np.ndarray, what: str) -> None:
    """Warn of NaN or infinity, naming the first sample with one."""
    if array.dtype.kind != "f" or np.isfinite(array.sum(dtype=array.dtype)):
        return
    bad = ~np.isfinite(array.reshape(len(array), -1)).all(axis=1)
    if bad.any():
        first = int(np.argmax(bad))
        warnings.warn(
            f"`{what}` has NaN or infinite values in {int(bad.sum())} of {len(array)} samples, first "
            f"in sample {first}. They make the loss NaN: clean or drop them.",
            stacklevel=2,
        )


def _frame_to_numpy(frame: Any) -> np.ndarray:
    """A frame or series as an array; columns of numbers of several dtypes as floats."""
    array = frame.to_numpy()
    dtypes = frame.dtypes if array.ndim > 1 else [frame.dtype]
    numbers = all(getattr(dtype, "kind", "O") in _NUMBERS for dtype in dtypes)
    return frame.astype(floatx()).to_numpy() if array.dtype == object and numbers else array


def _to_numpy(value: Any, what: str) -> np.ndarray:
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, jax.Array):
        return np.asarray(value)
    if hasattr(value, "toarray") and hasattr(value, "tocsr"):
        return value.toarray()
    if hasattr(value, "to_numpy"):
        return _frame_to_numpy(value)
    if hasattr(value, "detach") and hasattr(value, "cpu"):
        return value.detach().cpu().numpy()
    try:
        return np.asarray(value)
    except ValueError as error:
        raise ValueError(
            f"`{what}` cannot be made into an array: {error}. Give every row the same length."
        ) from None
