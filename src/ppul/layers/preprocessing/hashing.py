"""Hashing: values as the numbers of bins, without a vocabulary."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from ppul.core.checks import one_of, positive_int
from ppul.core.dtypes import get_dtype_policy, is_int_dtype
from ppul.core.settings import floatx
from ppul.layers.preprocessing.buckets import bins_of
from ppul.layers.preprocessing.data_layer import HostLayer
from ppul.layers.preprocessing.encoding import MODES, check_sparse, encode


class Hashing(HostLayer):
    """The bin that the hash of each value is in: FarmHash, or SipHash where there is a salt.

    Whole numbers are hashed as they are written, also inside a compiled program.

    Args:
        num_bins: Number of bins, that for masked values among them.
        mask_value: A value that gets bin 0, which then has no other.
        salt: One or two whole numbers, the key of SipHash.
        output_mode: "int": the number of the bin; "one_hot": a vector for each value; "multi_hot" and
            "count": one vector for each sample.
        sparse: Whether vectors are sparse arrays of JAX's (BCOO).
        **kwargs: See `Layer`.

    Example:
        >>> Hashing(10)(np.array(["a", "b", "c"])).tolist()
        [9, 2, 2]
    """

    def __init__(
        self,
        num_bins: int,
        mask_value: Any = None,
        salt: Any = None,
        output_mode: str = "int",
        sparse: bool = False,
        **kwargs: Any,
    ) -> None:
        kwargs["dtype"] = dtype_of_mode("Hashing", output_mode, kwargs.get("dtype"))
        super().__init__(**kwargs)
        self.num_bins = positive_int(self._where, "num_bins", num_bins)
        self.mask_value = mask_value
        self.salt = standardize_salt(self._where, salt)
        self.output_mode = one_of(self._where, "output_mode", output_mode, MODES)
        self.sparse = check_sparse(self._where, output_mode, sparse)
        self.built = True

    def _numbers(self, inputs: Any) -> Any:
        if self.mask_value is None:
            return bins_of(inputs, self.num_bins, self._key)
        bins = bins_of(inputs, self.num_bins - 1, self._key) + 1
        where = np.where if isinstance(inputs, np.ndarray) else jnp.where
        return where(inputs == self.mask_value, 0, bins)

    def _encoded(self, numbers: Any) -> Any:
        depth, dtype = self.num_bins, self.compute_dtype
        return encode(numbers, self.output_mode, depth, dtype, sparse=self.sparse)

    @property
    def _key(self) -> tuple[int, int] | None:
        return None if self.salt is None else (self.salt[0], self.salt[1])


def dtype_of_mode(where: str, output_mode: str, dtype: Any) -> Any:
    """Return the dtype of a layer that hashes: integer for bins, the float type for vectors.

    Raises:
        ValueError: If bins were to be of another type.
    """
    if dtype is None:
        return "int64" if output_mode == "int" else floatx()
    if output_mode == "int" and not is_int_dtype(get_dtype_policy(dtype).compute_dtype):
        raise ValueError(
            f"{where}: with output_mode='int' the dtype must be a type of integers; got {dtype!r}."
        )
    return dtype


def standardize_salt(where: str, salt: Any) -> list[int] | None:
    """Return a salt as two whole numbers, None where there is none.

    Example:
        >>> standardize_salt("Hashing", 133)
        [133, 133]
    """
    if salt is None:
        return None
    pair = [salt, salt] if isinstance(salt, int) else salt
    if isinstance(pair, (list, tuple)) and len(pair) == 2 and all(type(s) is int for s in pair):
        return list(pair)
    raise ValueError(f"{where}: `salt` must be one whole number or two of them; got {salt!r}.")
