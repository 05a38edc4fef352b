"""CategoryEncoding: category numbers as vectors."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.checks import one_of, positive_int
from ppul.layers.preprocessing.data_layer import DataLayer
from ppul.layers.preprocessing.encoding import MODES, encode
from ppul.layers.preprocessing.texts import is_text


class CategoryEncoding(DataLayer):
    """Category numbers as one-hot, multi-hot or count vectors.

    Args:
        num_tokens: Number of categories; numbers from 0 to `num_tokens` - 1 are encoded, others as
            zeros.
        output_mode: "multi_hot": ones where a category occurs in a sample; "count": how often;
            "one_hot": a vector for each number.
        sparse: Whether the vectors are sparse arrays of JAX's (BCOO).
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> CategoryEncoding(4, "one_hot")(np.array([3, 0])).tolist()
        [[0.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 0.0]]
    """

    _unsaved = ("sparse",)

    def __init__(
        self,
        num_tokens: int | None = None,
        output_mode: str = "multi_hot",
        sparse: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if num_tokens is None:
            raise ValueError(
                f"{self._where}: `num_tokens` must be given. Where it is not known, `IntegerLookup` "
                "takes it from data."
            )
        self.num_tokens = positive_int(self._where, "num_tokens", num_tokens)
        self.output_mode = one_of(self._where, "output_mode", output_mode, MODES[1:])
        self.sparse = sparse
        self.built = True

    def call(self, inputs: Any, count_weights: Any = None) -> Any:
        """Return the vectors.

        Args:
            inputs: Category numbers.
            count_weights: What each of them counts, in the output mode "count".
        """
        if count_weights is not None and self.output_mode != "count":
            raise ValueError(
                f"{self._where}: `count_weights` goes with output_mode='count'; the mode is "
                f"{self.output_mode!r}."
            )
        self._check_numbers(inputs)
        numbers = jnp.asarray(inputs).astype("int32")
        # What counts is what the weights are; there is nothing to compute without them.
        dtype = self.dtype if count_weights is None else self.compute_dtype
        mode, depth = self.output_mode, self.num_tokens
        return encode(numbers, mode, depth, dtype, count_weights, sparse=self.sparse)

    def _check_numbers(self, inputs: Any) -> None:
        dtype = getattr(inputs, "dtype", None)
        if dtype is not None and is_text(dtype):
            raise ValueError(
                f"{self._where} takes category numbers; got an array of dtype {dtype}. For text there "
                "is `StringLookup`."
            )
