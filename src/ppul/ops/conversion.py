"""Making tensors of what is none, and asking what a tensor is."""

from __future__ import annotations

import sys
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ppul.core.dtypes import standardize_dtype
from ppul.core.symbolic import KerasTensor
from ppul.core.types import Array
from ppul.ops.tensors import Tensor, as_array, op


def convert_to_tensor(
    x: Tensor, dtype: Any = None, sparse: bool | None = None, ragged: bool | None = None
) -> Any:
    """Return `x` as a tensor.

    Args:
        x: An array, a number, a nested list, a variable; a symbolic tensor stays what it is.
        dtype: Dtype of the result; that of `x` by default.
        sparse: Whether a sparse array may stay sparse; at False it is made dense.
        ragged: Whether a ragged tensor may stay ragged; there are none here.

    Raises:
        TypeError: If `x` cannot be an array.
        ValueError: If `ragged` is true.

    Example:
        >>> convert_to_tensor([1, 2.5]).dtype, convert_to_tensor([1, 2]).dtype
        (dtype('float32'), dtype('int32'))
    """
    if ragged:
        raise ValueError(
            "convert_to_tensor: JAX has no ragged arrays, so `ragged` must be False or None; got "
            f"{ragged!r}. Pad the rows to one length."
        )
    if isinstance(x, KerasTensor):
        return x if dtype is None else cast(x, dtype)
    if _is_sparse(x):
        x = x if sparse or sparse is None else x.todense()
        return x if dtype is None else x.astype(standardize_dtype(dtype))
    return as_array(x) if dtype is None else cast(x, dtype)


def convert_to_numpy(x: Tensor) -> np.ndarray:
    """Return `x` as a NumPy array.

    Example:
        >>> convert_to_numpy(jnp.ones(2))
        array([1., 1.], dtype=float32)
    """
    return np.array(x.todense() if _is_sparse(x) else x)


@op
def cast(x: Tensor, dtype: Any) -> Array:
    """Return `x` in another dtype; of complex numbers, the real part in a real one.

    Example:
        >>> cast([1.7, -1.7], "int32").tolist()
        [1, -1]
    """
    dtype = standardize_dtype(dtype)
    if jnp.iscomplexobj(x) and not dtype.startswith("complex"):
        x = x.real
    # An array that is given a dtype has that of no Python number any more.
    return jnp.asarray(x, jax.dtypes.canonicalize_dtype(dtype))


@op
def copy(x: Tensor) -> Array:
    """Return a copy."""
    return jnp.copy(x)


@op
def saturate_cast(x: Tensor, dtype: Any) -> Array:
    """Return `x` in another dtype, values beyond its range as the nearest in it.

    Example:
        >>> saturate_cast([300.0, -5.0, 7.0], "uint8").tolist()
        [255, 0, 7]
    """
    dtype = standardize_dtype(dtype)
    if dtype == "bool":
        return cast(x, dtype)
    (low, high), (lowest, highest) = _limits(x.dtype), _limits(dtype)
    low, high = (jnp.asarray(end, x.dtype) for end in (max(low, lowest), min(high, highest)))
    return cast(jnp.clip(x, low, high), dtype)


def _is_sparse(x: Any) -> bool:
    """Whether it is a sparse array; there is none before JAX's module for them is imported."""
    module = sys.modules.get("jax.experimental.sparse")
    return module is not None and isinstance(x, module.JAXSparse)


def _limits(dtype: Any) -> tuple[float, float]:
    """The least and the greatest value of a dtype, as Python numbers."""
    if dtype == jnp.bool_:
        return 0, 1
    if jnp.issubdtype(dtype, jnp.integer):
        limits = jnp.iinfo(dtype)
        return int(limits.min), int(limits.max)
    limits = jnp.finfo(dtype)
    return float(limits.min), float(limits.max)


def dtype(x: Any) -> str:
    """Return the name of a tensor's dtype."""
    return standardize_dtype(x.dtype if hasattr(x, "dtype") else as_array(x).dtype)


def is_tensor(x: Any) -> bool:
    """Return whether `x` is an array of this library: not a NumPy array, nor a variable."""
    return isinstance(x, jax.Array) or _is_sparse(x)


def shape(x: Any) -> tuple[int | None, ...]:
    """Return the shape; unknown sizes are None.

    Example:
        >>> shape(jnp.ones((2, 3))), shape(KerasTensor((None, 3)))
        ((2, 3), (None, 3))
    """
    return tuple(x.shape if hasattr(x, "shape") else as_array(x).shape)


def ndim(x: Any) -> int:
    """Return the number of axes."""
    return len(shape(x))


@op
def size(x: Tensor) -> Any:
    """Return the number of elements.

    Example:
        >>> size(jnp.ones((2, 3)))
        6
    """
    return jnp.size(x)


@op
def view(x: Tensor, dtype: Any = None) -> Array:
    """Return the same bytes read as another dtype; the last axis grows or shrinks with it.

    Example:
        >>> view(jnp.ones(1, "float32"), "int32").tolist()
        [1065353216]
    """
    return x if dtype is None else x.view(standardize_dtype(dtype))


@op
def view_as_complex(x: Tensor) -> Array:
    """Return complex numbers of pairs (real, imaginary) on the last axis.

    Raises:
        ValueError: If that axis is not of size 2.

    Example:
        >>> view_as_complex([[1.0, 2.0]]).tolist()
        [(1+2j)]
    """
    if x.ndim < 1 or x.shape[-1] != 2:
        raise ValueError(
            "view_as_complex: the last axis must hold the real and the imaginary part, so be of "
            f"size 2; got the shape {x.shape}."
        )
    return jax.lax.complex(*(part.astype(jnp.float32) for part in (x[..., 0], x[..., 1])))


@op
def view_as_real(x: Tensor) -> Array:
    """Return pairs (real, imaginary) on a new last axis.

    Example:
        >>> view_as_real([1 + 2j]).tolist()
        [[1.0, 2.0]]
    """
    return jnp.stack([jnp.real(x), jnp.imag(x)], axis=-1)
