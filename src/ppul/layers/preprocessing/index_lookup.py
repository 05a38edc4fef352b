"""What lookups of integers and strings share: the numbers of tokens, and what is made of them."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from ppul.core.checks import one_of
from ppul.layers.preprocessing.buckets import bins_of
from ppul.layers.preprocessing.encoding import encode
from ppul.layers.preprocessing.hashing import standardize_salt
from ppul.layers.preprocessing.vocabulary_layer import VocabularyLayer


class IndexLookup(VocabularyLayer):
    """Tokens as their numbers in a vocabulary, or the reverse.

    A subclass finds the place of a token, and the token at a place. The arguments are those of
    `StringLookup`.
    """

    def __init__(
        self,
        invert: bool = False,
        sparse: bool = False,
        pad_to_max_tokens: bool = False,
        oov_method: str = "floormod",
        salt: Any = None,
        **kwargs: Any,
    ) -> None:
        self.invert = invert
        self.sparse = sparse
        self.pad_to_max_tokens = pad_to_max_tokens
        super().__init__(**kwargs)
        self.oov_method = one_of(self._where, "oov_method", oov_method, ("floormod", "farmhash"))
        self.salt = standardize_salt(self._where, salt)
        self._check_arguments()

    @property
    def compute_dtype(self) -> str:
        """The dtype of its inputs."""
        return "string" if self.kind is str and not self.invert else "int64"

    @property
    def variable_dtype(self) -> str:
        """The dtype of its vocabulary."""
        return "string" if self.kind is str else "int64"

    @property
    def dtype(self) -> str:
        """The dtype of its vocabulary."""
        return self.variable_dtype

    def _numbers(self, inputs: Any) -> Any:
        if self._vocabulary is None:
            raise RuntimeError(
                f"{self._where} has no vocabulary yet: call `adapt` with some data, or give it in "
                "`vocabulary`."
            )
        return self._tokens_at(inputs) if self.invert else self._numbers_of(inputs)

    def _numbers_of(self, inputs: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} must define `_numbers_of`.")

    def _tokens_at(self, inputs: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} must define `_tokens_at`.")

    def _encoded(self, numbers: Any) -> Any:
        if self.invert:
            return numbers
        if self.output_mode == "int":
            return encode(numbers, "int", 0, "int32")
        depth = self._depth()
        if self.output_mode != "tf_idf":
            return encode(numbers, self.output_mode, depth, "int32")
        counts = encode(numbers, "count", depth, "float32")
        if self._idf is None:  # a file has them, and is read when the model is drawn
            return counts
        return counts * jnp.pad(jnp.asarray(self._idf), (0, depth - len(self._idf)))

    def _depth(self) -> int:
        """The length of vectors, which stays once they were made."""
        if self.max_tokens is not None and self.pad_to_max_tokens:
            return self.max_tokens
        if self._vocabulary is None and self._expected_size is None:
            raise RuntimeError(
                f"{self._where} has no vocabulary yet, so the length of its vectors is not known: call "
                "`adapt` with some data first, or give `vocabulary`, or `max_tokens` with "
                "`pad_to_max_tokens=True`."
            )
        self._used_size = self.vocabulary_size()
        return self._used_size

    def _with_unknown(self, found: Any, inputs: Any) -> Any:
        """Numbers of tokens, for those that are not in the vocabulary (-1) too.

        Args:
            found: Places in the vocabulary without special tokens.
            inputs: The tokens.
        """
        where = np.where if isinstance(found, np.ndarray) else jnp.where
        masked = self._masked(inputs)
        start = int(self._has_mask())
        known = found + start + self.num_oov_indices
        unknown = found < 0
        if masked is not None:
            unknown = unknown & ~masked
        if self.num_oov_indices == 0:
            self._refuse_unknown(unknown, inputs)
        numbers = where(unknown, start + self._bins(inputs, unknown), known)
        return numbers if masked is None else where(masked, start - 1, numbers)

    def _bins(self, inputs: Any, unknown: Any) -> Any:
        """Which of the numbers for unknown tokens each token gets."""
        if self.num_oov_indices <= 1:
            return 0
        if self.kind is int and self.oov_method == "floormod":
            return inputs % self.num_oov_indices
        salt = None if self.salt is None else (self.salt[0], self.salt[1])
        if isinstance(inputs, Tracer):
            return bins_of(inputs, self.num_oov_indices, salt)
        bins = np.zeros(inputs.shape, np.int64)
        bins[unknown] = bins_of(inputs[unknown], self.num_oov_indices, salt)
        return bins

    def _masked(self, inputs: Any) -> Any:
        return None if self.mask_token is None else inputs == self.mask_token

    def _refuse_unknown(self, unknown: Any, inputs: Any) -> None:
        if isinstance(unknown, np.ndarray) and unknown.any():
            token = inputs[unknown].ravel()[0]
            raise ValueError(
                f"{self._where}: {token!r} is not in the vocabulary, and num_oov_indices=0 leaves no "
                "number for unknown tokens. Set `num_oov_indices`, or leave it out of the data."
            )

    def _check_arguments(self) -> None:
        where = self._where
        if self.pad_to_max_tokens and self.max_tokens is None:
            raise ValueError(f"{where}: `pad_to_max_tokens=True` needs `max_tokens`; got None.")
        if self.invert and self.output_mode != "int":
            raise ValueError(
                f"{where}: `invert=True` goes with output_mode='int'; got {self.output_mode!r}."
            )
        if self.sparse:
            raise ValueError(
                f"{where}: `sparse=True` is for TensorFlow's sparse tensors, which there are none of "
                "here. Leave it out: dense vectors have the same values."
            )
        if self.kind is int and self.salt is not None and self.oov_method != "farmhash":
            raise ValueError(
                f"{where}: `salt` goes with oov_method='farmhash'; got {self.oov_method!r}."
            )
