"""IntegerLookup: whole numbers as their numbers in a vocabulary."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from ppul.core.checks import one_of
from ppul.layers.preprocessing.index_lookup import IndexLookup


class IntegerLookup(IndexLookup):
    """Whole numbers as their numbers in a vocabulary, or the reverse; also in compiled programs.

    Args:
        max_tokens: The largest size of the vocabulary, special tokens included.
        num_oov_indices: How many numbers there are for those that are not in the vocabulary.
        mask_token: One that gets number 0 in the output mode "int", and counts as nothing in others.
        oov_token: What stands for unknown ones in the vocabulary, and in the reverse.
        vocabulary: The vocabulary, or the path of a file with a whole number a line; otherwise
            `adapt` takes it from data.
        vocabulary_dtype: "int64" or "int32"; numbers are compared in their whole width.
        idf_weights: A weight for each element of it, in the output mode "tf_idf".
        invert: Whether to do the reverse.
        output_mode: "int": the number; "one_hot": a vector for each input; "multi_hot", "count" and
            "tf_idf": one vector for each sample, with ones, counts, or counts times weights.
        sparse: Kept for Keras's signature: vectors are dense, as in Keras on JAX.
        pad_to_max_tokens: Whether vectors have `max_tokens` elements, also where the vocabulary is
            smaller.
        oov_method: Which of several numbers an unknown one gets: "floormod": the remainder by
            `num_oov_indices`; "farmhash": by its hash.
        salt: One or two whole numbers, the key of that hash.
        name: Its name.
        **kwargs: See `Layer`.

    Example:
        >>> layer = IntegerLookup(vocabulary=[12, 36])
        >>> layer(np.array([[12, 7], [36, 12]])).tolist()
        [[1, 0], [2, 1]]
    """

    kind = int

    def __init__(
        self,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        mask_token: int | None = None,
        oov_token: int = -1,
        vocabulary: Any = None,
        vocabulary_dtype: str = "int64",
        idf_weights: Any = None,
        invert: bool = False,
        output_mode: str = "int",
        sparse: bool = False,
        pad_to_max_tokens: bool = False,
        oov_method: str = "floormod",
        salt: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.vocabulary_dtype = one_of(
            "IntegerLookup", "vocabulary_dtype", vocabulary_dtype, ("int64", "int32")
        )
        super().__init__(
            max_tokens=max_tokens,
            num_oov_indices=num_oov_indices,
            mask_token=mask_token,
            oov_token=oov_token,
            vocabulary=vocabulary,
            idf_weights=idf_weights,
            invert=invert,
            output_mode=output_mode,
            sparse=sparse,
            pad_to_max_tokens=pad_to_max_tokens,
            oov_method=oov_method,
            salt=salt,
            name=name,
            **kwargs,
        )

    def _numbers_of(self, inputs: Any) -> Any:
        keys = np.array(self._tokens, np.int64)
        order = np.argsort(keys)
        if isinstance(inputs, Tracer):
            with jax.enable_x64(True):
                wide = inputs.astype("int64")
                found = _places(jnp, jnp.asarray(keys[order]), jnp.asarray(order), wide)
                return self._with_unknown(found, wide).astype("int32")
        values = self._as_tokens(inputs)
        return self._with_unknown(_places(np, keys[order], order, values), values)

    def _tokens_at(self, inputs: Any) -> Any:
        tokens = np.array([*self.get_vocabulary(), self.oov_token], np.int64)
        numbers = jnp.asarray(inputs).astype("int32")
        inside = (numbers >= 0) & (numbers < len(tokens) - 1)
        return jnp.asarray(tokens)[jnp.where(inside, numbers, len(tokens) - 1)]

    def _as_tokens(self, values: np.ndarray) -> np.ndarray:
        if values.dtype.kind not in "biuf":
            raise ValueError(
                f"{self._where} takes whole numbers; got an array of dtype {values.dtype}. For text "
                "there is `StringLookup`."
            )
        return values.astype(np.int64)


def _places(xp: Any, keys: Any, order: Any, values: Any) -> Any:
    """The place of each value in the vocabulary, -1 for those that are not in it."""
    places = xp.minimum(xp.searchsorted(keys, values), len(keys) - 1)
    return xp.where(keys[places] == values, order[places], -1)
