"""StringLookup: strings as their numbers in a vocabulary."""

from __future__ import annotations

from typing import Any

import numpy as np

from ppul.core.symbolic import KerasTensor
from ppul.layers.preprocessing.index_lookup import IndexLookup
from ppul.layers.preprocessing.texts import as_texts, refuse_trace


class StringLookup(IndexLookup):
    """Strings as their numbers in a vocabulary, or the reverse.

    It works with text, so it runs ahead of compiled programs: in `dataset.map`, or as one of the
    first layers of a drawn model.

    Args:
        max_tokens: The largest size of the vocabulary, special tokens included.
        num_oov_indices: How many numbers there are for strings that are not in the vocabulary; of
            several, the hash of the string decides.
        mask_token: A string that gets number 0 in the output mode "int", and counts as nothing in
            others.
        oov_token: What stands for unknown strings in the vocabulary, and in the reverse.
        vocabulary: The vocabulary, or the path of a file with a string a line; otherwise `adapt`
            takes it from data.
        idf_weights: A weight for each string of it, in the output mode "tf_idf".
        invert: Whether numbers are turned into strings.
        output_mode: "int": the number; "one_hot": a vector for each string; "multi_hot", "count" and
            "tf_idf": one vector for each sample, with ones, counts, or counts times weights.
        pad_to_max_tokens: Whether vectors have `max_tokens` elements, also where the vocabulary is
            smaller.
        sparse: Kept for Keras's signature: vectors are dense, as in Keras on JAX.
        encoding: How strings that are bytes are read.
        name: Its name.
        salt: One or two whole numbers, the key of the hash of unknown strings.
        **kwargs: See `Layer`.

    Example:
        >>> layer = StringLookup(vocabulary=["a", "b"])
        >>> layer(np.array([["a", "c"], ["b", "a"]])).tolist()
        [[1, 0], [2, 1]]
    """

    kind = str

    def __init__(
        self,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        mask_token: str | None = None,
        oov_token: str = "[UNK]",  # noqa: S107  (no password)
        vocabulary: Any = None,
        idf_weights: Any = None,
        invert: bool = False,
        output_mode: str = "int",
        pad_to_max_tokens: bool = False,
        sparse: bool = False,
        encoding: str = "utf-8",
        name: str | None = None,
        salt: Any = None,
        **kwargs: Any,
    ) -> None:
        self.encoding = encoding
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
            name=name,
            salt=salt,
            **kwargs,
        )
        self.supports_jit = False

    def compute_output_spec(self, inputs: Any) -> Any:
        """Return the output as a symbolic tensor: shape and dtype only."""
        return (
            KerasTensor(inputs.shape, "string")
            if self.invert
            else super().compute_output_spec(inputs)
        )

    def _numbers_of(self, inputs: Any) -> np.ndarray:
        refuse_trace(inputs, self._where)
        texts = self._as_tokens(inputs)
        table = {} if self._vocabulary is None else self._vocabulary.numbers
        found = np.fromiter((table.get(t, -1) for t in texts.ravel()), np.int64, texts.size)
        return self._with_unknown(found.reshape(texts.shape), texts)

    def _tokens_at(self, inputs: Any) -> np.ndarray:
        refuse_trace(inputs, self._where)
        tokens = np.array([*self.get_vocabulary(), self.oov_token], object)
        numbers = np.asarray(inputs).astype(np.int64)
        inside = (numbers >= 0) & (numbers < len(tokens) - 1)
        return tokens[np.where(inside, numbers, -1)]

    def _as_tokens(self, values: np.ndarray) -> np.ndarray:
        return as_texts(values, self._where, self.encoding)
