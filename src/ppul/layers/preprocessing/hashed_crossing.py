"""HashedCrossing: values of several features together as the numbers of bins."""

from __future__ import annotations

from typing import Any

import numpy as np

from ppul.core.checks import one_of, positive_int
from ppul.core.types import Config
from ppul.layers.preprocessing.buckets import crossed_bins
from ppul.layers.preprocessing.data_layer import HostLayer
from ppul.layers.preprocessing.encoding import check_sparse, encode
from ppul.layers.preprocessing.hashing import dtype_of_mode
from ppul.layers.preprocessing.texts import is_text


class HashedCrossing(HostLayer):
    """The bin that the hash of the values of several features together is in.

    Args:
        num_bins: Number of bins.
        output_mode: "int": the number of the bin; "one_hot": a vector for each sample.
        sparse: Whether vectors are sparse arrays of JAX's (BCOO).
        name: Its name.
        dtype: Dtype of the output.
        **kwargs: See `Layer`.

    Example:
        >>> layer = HashedCrossing(5)
        >>> layer((np.array(["A", "B", "A"]), np.array([101, 101, 102]))).tolist()
        [1, 4, 3]
    """

    def __init__(
        self,
        num_bins: int,
        output_mode: str = "int",
        sparse: bool = False,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        dtype = dtype_of_mode("HashedCrossing", output_mode, dtype)
        super().__init__(name=name, dtype=dtype, **kwargs)
        self.num_bins = positive_int(self._where, "num_bins", num_bins)
        self.output_mode = one_of(self._where, "output_mode", output_mode, ("int", "one_hot"))
        self.sparse = check_sparse(self._where, output_mode, sparse)
        self.built = True

    def compute_output_spec(self, inputs: Any) -> Any:
        """Return the output as a symbolic tensor: shape and dtype only."""
        self._check(inputs)
        return super().compute_output_spec(inputs)

    def get_config(self) -> Config:
        """Return the constructor arguments."""
        config = super().get_config()
        del config["trainable"]
        return config | {"dtype": self.dtype_policy.name}

    def _numbers(self, inputs: Any) -> Any:
        self._check(inputs)
        return crossed_bins(inputs, self.num_bins)

    def _encoded(self, numbers: Any) -> Any:
        depth, dtype = self.num_bins, self.compute_dtype
        return encode(numbers, self.output_mode, depth, dtype, sparse=self.sparse)

    def _check(self, inputs: Any) -> None:
        if not isinstance(inputs, (list, tuple)) or len(inputs) < 2:
            raise ValueError(
                f"{self._where} takes a list or tuple of at least two features; got {inputs!r}."
            )
        shapes = [tuple(feature.shape) for feature in inputs]
        if len(set(shapes)) > 1:
            raise ValueError(f"{self._where} takes features of one shape; got {shapes}.")
        if len(shapes[0]) > 2 or (len(shapes[0]) == 2 and shapes[0][1] != 1):
            raise ValueError(
                f"{self._where} takes features of shape (), (batch,) or (batch, 1); got {shapes}."
            )
        for feature in inputs:
            dtype = feature.dtype
            if not is_text(dtype) and not np.issubdtype(np.dtype(dtype), np.integer):
                raise ValueError(f"{self._where} takes whole numbers and text; got dtype {dtype}.")
