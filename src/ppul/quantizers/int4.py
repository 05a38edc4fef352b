"""Two numbers of four bits in a byte."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.checks import one_of
from ppul.core.operation import op
from ppul.core.types import Array

_BYTES = ("int8", "uint8")


@op
def pack_int4(arr: Any, axis: int = 0, dtype: str = "int8") -> tuple[Array, tuple[int, ...], int]:
    """Return numbers of four bits in half as many bytes.

    Args:
        arr: Numbers from -8 to 7 (or 0 to 15) in bytes.
        axis: Two neighbours along it share a byte, the first of them its low half. An odd length is
            filled up with a zero.
        dtype: Dtype of the numbers and bytes, "int8" or "uint8".

    Returns:
        The bytes, their shape, and the length of the axis before.

    Raises:
        TypeError: If the numbers are of another dtype.
        ValueError: If there is no such dtype of bytes.

    Example:
        >>> packed, shape, length = pack_int4(jnp.array([[-3, 7], [2, -8], [1, 0]], "int8"))
        >>> packed.tolist(), shape, length
        ([[45, -121], [1, 0]], (2, 2), 3)
    """
    one_of("pack_int4", "dtype", dtype, _BYTES)
    arr = jnp.asarray(arr)
    if arr.dtype != dtype:
        raise TypeError(f"pack_int4 takes numbers of dtype {dtype}; got {arr.dtype}. Cast them.")
    first = jnp.moveaxis(arr, axis, 0)
    length = first.shape[0]
    filled = jnp.pad(first, [(0, length % 2), *[(0, 0)] * (first.ndim - 1)])
    packed = (filled[::2] & 0x0F) | (filled[1::2] << 4)
    packed = jnp.moveaxis(packed.astype(dtype), 0, axis)
    return packed, packed.shape, length


@op
def unpack_int4(packed: Any, orig_len: int, axis: int = 0, dtype: str = "int8") -> Array:
    """Return the numbers that `pack_int4` put into bytes.

    Args:
        packed: The bytes.
        orig_len: The length of the axis before it was packed.
        axis: The axis.
        dtype: Dtype of the numbers: with "int8" they are -8 to 7, with "uint8" 0 to 15.

    Raises:
        TypeError: If `packed` are no bytes.
        ValueError: If there is no such dtype of bytes.

    Example:
        >>> unpack_int4(jnp.array([45, 1], "int8"), 3).tolist()
        [-3, 2, 1]
    """
    one_of("unpack_int4", "dtype", dtype, _BYTES)
    packed = jnp.asarray(packed)
    if packed.dtype not in _BYTES:
        raise TypeError(f"unpack_int4 takes bytes, int8 or uint8; got {packed.dtype}.")
    first = jnp.moveaxis(packed, axis, 0).astype(dtype)
    # Shifted up and down again, so that the sign of the low half is kept.
    halves = jnp.stack([(first << 4) >> 4, first >> 4], axis=1)
    numbers = halves.reshape(-1, *first.shape[1:])[:orig_len]
    return jnp.moveaxis(numbers, 0, axis)
