"""The base of layers with a vocabulary: what is in it, where it comes from, where it is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from ppul.core.checks import one_of
from ppul.core.types import Config
from ppul.layers.preprocessing.adapting import batches_of
from ppul.layers.preprocessing.data_layer import HostLayer
from ppul.layers.preprocessing.encoding import MODES
from ppul.layers.preprocessing.vocabulary import (
    Token,
    TokenCounts,
    Vocabulary,
    read_tokens,
    tokens_of,
    write_tokens,
)


class VocabularyLayer(HostLayer):
    """A layer with a vocabulary that is given, or taken from data.

    A subclass says what kind of tokens it has. The arguments are those of `StringLookup`.
    """

    kind: ClassVar[type]
    # A configuration holds them where they were given, and tells the size before files are read.
    _unsaved = ("vocabulary", "idf_weights", "vocabulary_size")

    def __init__(
        self,
        max_tokens: int | None,
        num_oov_indices: int,
        mask_token: Token,
        oov_token: Token,
        vocabulary: Any = None,
        idf_weights: Any = None,
        output_mode: str = "int",
        name: str | None = None,
        vocabulary_size: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.max_tokens = max_tokens
        self.num_oov_indices = num_oov_indices
        self.mask_token = mask_token
        self.oov_token = oov_token
        self.output_mode = one_of(self._where, "output_mode", output_mode, (*MODES, "tf_idf"))
        self._check_sizes()
        self._vocabulary: Vocabulary | None = None
        self._expected_size = vocabulary_size
        self._used_size: int | None = None
        self._idf: np.ndarray | None = None
        self._is_given = False
        self._kept_in_config: tuple[Any, Any] = (None, None)
        self.reset_state()
        self._check_idf_weights(idf_weights)
        if vocabulary is not None:
            self.set_vocabulary(vocabulary, idf_weights)
            if not isinstance(vocabulary, (str, Path)):
                self._kept_in_config = (vocabulary, idf_weights)
        self.built = True

    @property
    def idf_weights(self) -> Any:
        """The weights of the vocabulary's tokens in the output mode "tf_idf", special ones too."""
        return self._idf

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[Token]:
        """Return the tokens, in the order of their numbers.

        Args:
            include_special_tokens: Whether those for masks and unknown tokens, which come first, are
                among them.
        """
        return [*(self._special_tokens() if include_special_tokens else ()), *self._tokens]

    def vocabulary_size(self) -> int:
        """Return the number of tokens, special ones among them."""
        if self._vocabulary is None and self._expected_size is not None:
            return self._expected_size
        return self._special_count + len(self._tokens)

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Set the vocabulary.

        Args:
            vocabulary: Tokens in an array, list or tuple, or the path of a file with one a line;
                special tokens may stand before the others.
            idf_weights: A weight for each token, in the output mode "tf_idf".

        Raises:
            ValueError: If the vocabulary is empty or too large, has a token twice or a special one
                in the wrong place, or the weights do not fit.
        """
        self._check_idf_weights(idf_weights)
        given = tokens_of(self._where, vocabulary, self.kind)
        count = self._special_count
        if len(given) < count or given[:count] != self._special_tokens():
            count = 0
        tokens = given[count:]
        self._check_tokens(tokens)
        if self.output_mode == "tf_idf":
            if idf_weights is None:
                raise ValueError(
                    f"{self._where}: with output_mode='tf_idf' a vocabulary needs `idf_weights`."
                )
            weights = np.asarray(idf_weights, np.float32).ravel()
            if len(weights) != len(given):
                raise ValueError(
                    f"{self._where}: there must be a weight for each token; got {len(weights)} "
                    f"`idf_weights` and {len(given)} tokens."
                )
            self._set_idf(weights[count:])
        self._set_tokens(tokens)
        self._is_given = True
        self._kept_in_config = (None, None)

    def adapt(self, data: Any, steps: int | None = None) -> None:
        """Take the vocabulary from data: the most frequent tokens.

        Args:
            data: An array, or something that yields batches of inputs. Each row is a document.
            steps: How many batches to read; all by default.

        Raises:
            ValueError: If the vocabulary was given.
        """
        self.reset_state()
        for batch in batches_of(data, steps):
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Add data to those that the vocabulary is taken from."""
        values = self._as_tokens(np.asarray(data))
        rows = values.reshape(-1, 1) if values.ndim < 2 else values.reshape(len(values), -1)
        self._count(rows.tolist())

    def finalize_state(self) -> None:
        """Take the vocabulary from the data so far."""
        if self._is_given or not self._counts.document_count:
            return
        room = None if self.max_tokens is None else max(self.max_tokens - self._special_count, 0)
        tokens = self._counts.most_common(room, without=(self.mask_token, self.oov_token))
        if self.output_mode == "tf_idf":
            self._set_idf(self._counts.inverse_frequencies(tokens))
        self._set_tokens(tokens)
        self.reset_state()

    def reset_state(self) -> None:
        """Forget the data so far."""
        self._counts = TokenCounts()

    # Files.

    def save_assets(self, dir_path: str) -> None:
        """Write the vocabulary into a folder, unless it is in the configuration."""
        if self._vocabulary is not None and self._kept_in_config[0] is None:
            write_tokens(self.get_vocabulary(), dir_path)

    def load_assets(self, dir_path: str) -> None:
        """Take the vocabulary from a folder, unless it was in the configuration."""
        if self._kept_in_config[0] is None:
            tokens = read_tokens(dir_path, self.kind)
            self._set_tokens(tokens[self._special_count :])

    def save_own_variables(self, store: Any) -> None:
        """Put the weights of tokens into a mapping of names to arrays."""
        if self._idf is not None:
            store["idf_weights"] = self._idf

    def load_own_variables(self, store: Any) -> None:
        """Take the weights of tokens from a mapping of names to arrays."""
        if self.output_mode == "tf_idf" and "idf_weights" in store.keys():  # noqa: SIM118
            self.__dict__["_idf"] = np.asarray(store["idf_weights"], np.float32)

    def get_config(self) -> Config:
        """Return the constructor arguments, a vocabulary that was given as a list among them."""
        given, weights = self._kept_in_config
        return super().get_config() | {
            "vocabulary": None if given is None else tokens_of(self._where, given, self.kind),
            "idf_weights": None if weights is None else np.asarray(weights).tolist(),
            "vocabulary_size": self.vocabulary_size(),
        }

    def _count(self, documents: Iterable[Sequence[Token]]) -> None:
        """Add documents, as lists of tokens, to those that the vocabulary is taken from."""
        if self._is_given:
            raise ValueError(
                f"{self._where} was given its vocabulary, so there is nothing to adapt. Make a layer "
                "without `vocabulary`."
            )
        self._counts.add(documents)

    def _as_tokens(self, values: np.ndarray) -> np.ndarray:
        raise NotImplementedError(f"{type(self).__name__} must define `_as_tokens`.")

    def _has_mask(self) -> bool:
        return self.mask_token is not None and self.output_mode == "int"

    def _special_tokens(self) -> list[Token]:
        masks = [self.mask_token] if self._has_mask() else []
        return masks + [self.oov_token] * self.num_oov_indices

    @property
    def _special_count(self) -> int:
        return int(self._has_mask()) + self.num_oov_indices

    @property
    def _tokens(self) -> list[Token]:
        return [] if self._vocabulary is None else self._vocabulary.tokens

    def _set_tokens(self, tokens: list[Token]) -> None:
        size = len(tokens) + self._special_count
        if self._used_size not in (None, size):
            raise RuntimeError(
                f"{self._where} has made vectors of {self._used_size} elements, and a vocabulary of "
                f"{size} would make longer or shorter ones. Adapt it before it is called, or give "
                "`max_tokens` with `pad_to_max_tokens=True`."
            )
        self._vocabulary = Vocabulary(tokens)
        self._note_change()

    def _set_idf(self, weights: np.ndarray) -> None:
        """Keep weights of tokens; unknown ones get their mean."""
        unknown = np.full(self.num_oov_indices, weights.mean() if len(weights) else 0, np.float32)
        self._idf = np.concatenate([unknown, weights])

    def _check_sizes(self) -> None:
        where = self._where
        if self.max_tokens is not None and self.max_tokens <= 1:
            raise ValueError(f"{where}: `max_tokens` must be above 1; got {self.max_tokens}.")
        if self.num_oov_indices < 0:
            raise ValueError(
                f"{where}: `num_oov_indices` cannot be negative; got {self.num_oov_indices}."
            )

    def _check_idf_weights(self, idf_weights: Any) -> None:
        if idf_weights is not None and self.output_mode != "tf_idf":
            raise ValueError(
                f"{self._where}: `idf_weights` goes with output_mode='tf_idf'; got "
                f"{self.output_mode!r}."
            )

    def _check_tokens(self, tokens: list[Token]) -> None:
        special, where = self._special_count, self._where
        if not tokens:
            raise ValueError(f"{where}: a vocabulary cannot be empty; got {tokens}.")
        repeated = [token for token, count in Counter(tokens).items() if count > 1]
        if repeated:
            raise ValueError(
                f"{where}: a vocabulary has each token once; these are repeated: {repeated[:10]}."
            )
        if self._has_mask() and self.mask_token in tokens:
            raise ValueError(
                f"{where}: the mask token {self.mask_token!r} is at place "
                f"{tokens.index(self.mask_token)} of the vocabulary. Leave special tokens out, or put "
                f"all of them first, as `get_vocabulary` has them."
            )
        if self.max_tokens is not None and len(tokens) + special > self.max_tokens:
            raise ValueError(
                f"{where}: the vocabulary has {len(tokens)} tokens and {special} special ones, "
                f"more than max_tokens={self.max_tokens}."
            )
