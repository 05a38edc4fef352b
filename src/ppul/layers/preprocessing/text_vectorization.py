"""TextVectorization: texts as the numbers of their words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ppul.core.checks import one_of, positive_int
from ppul.core.types import Config, Shape
from ppul.layers.preprocessing.adapting import batches_of
from ppul.layers.preprocessing.data_layer import HostLayer
from ppul.layers.preprocessing.string_lookup import StringLookup
from ppul.layers.preprocessing.texts import (
    SPLITS,
    STANDARDIZATIONS,
    as_texts,
    refuse_trace,
    with_ngrams,
)

_MODES = ("int", "multi_hot", "count", "tf_idf")


class TextVectorization(HostLayer):
    """Texts as the numbers of their words in a vocabulary.

    Each text is standardized, split into words, perhaps joined to n-grams, and looked up. It works
    with text, so it runs ahead of compiled programs: in `dataset.map`, or as one of the first layers
    of a drawn model.

    Args:
        max_tokens: The largest size of the vocabulary, special tokens included.
        standardize: "lower_and_strip_punctuation", "lower" or "strip_punctuation", which are for
            ASCII; None; or a function of an array of texts.
        split: "whitespace" or "character"; None; or a function of an array of texts that returns a
            list of words for each.
        ngrams: Sizes of n-grams, or the largest of them.
        output_mode: "int": the numbers of the words in their order, 0 behind the end; "multi_hot",
            "count" and "tf_idf": one vector for each text, with ones, counts, or counts times weights.
        output_sequence_length: Length to which texts are cut or filled in the output mode "int"; that
            of the longest by default.
        pad_to_max_tokens: Whether vectors have `max_tokens` elements, also where the vocabulary is
            smaller.
        vocabulary: The vocabulary, or the path of a file with a word a line; otherwise `adapt` takes
            it from data.
        idf_weights: A weight for each word of it, in the output mode "tf_idf".
        sparse: Kept for Keras's signature: vectors are dense, as in Keras on JAX.
        ragged: Kept for Keras's signature: numbers are filled up with 0, as in Keras on JAX.
        encoding: How texts that are bytes are read.
        name: Its name.
        **kwargs: See `Layer`.

    Example:
        >>> layer = TextVectorization(vocabulary=["foo", "bar"])
        >>> layer(np.array(["Foo, qux!", "bar"])).tolist()
        [[2, 1], [3, 0]]
    """

    _unsaved = ("vocabulary", "idf_weights", "vocabulary_size")

    def __init__(
        self,
        max_tokens: int | None = None,
        standardize: str | Callable[..., Any] | None = "lower_and_strip_punctuation",
        split: str | Callable[..., Any] | None = "whitespace",
        ngrams: int | Sequence[int] | None = None,
        output_mode: str = "int",
        output_sequence_length: int | None = None,
        pad_to_max_tokens: bool = False,
        vocabulary: Any = None,
        idf_weights: Any = None,
        sparse: bool = False,
        ragged: bool = False,
        encoding: str = "utf-8",
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        vocabulary_size = kwargs.pop("vocabulary_size", None)
        super().__init__(name=name, **kwargs)
        where = self._where
        if ragged:
            raise ValueError(
                f"{where}: `ragged=True` is for TensorFlow's ragged tensors, which there are none of "
                "here. Leave it out: texts are filled up with 0."
            )
        self.max_tokens = max_tokens
        self.standardize = _known(where, "standardize", standardize, tuple(STANDARDIZATIONS))
        self.split = _known(where, "split", split, tuple(SPLITS))
        self.ngrams = tuple(ngrams) if isinstance(ngrams, list) else ngrams
        self._sizes = _ngram_sizes(where, ngrams)
        self.output_mode = one_of(where, "output_mode", output_mode, _MODES)
        self.output_sequence_length = _length(where, output_sequence_length, output_mode)
        self.pad_to_max_tokens = pad_to_max_tokens
        self.sparse = sparse
        self.ragged = ragged
        self.encoding = encoding
        self._lookup_layer = StringLookup(
            max_tokens=max_tokens,
            vocabulary=vocabulary,
            idf_weights=idf_weights,
            pad_to_max_tokens=pad_to_max_tokens,
            mask_token="",
            output_mode=output_mode,
            sparse=sparse,
            encoding=encoding,
            vocabulary_size=vocabulary_size,
        )
        self.supports_jit = False
        self.built = True

    @property
    def compute_dtype(self) -> str:
        """The dtype of its inputs."""
        return "string"

    @property
    def variable_dtype(self) -> str:
        """The dtype of its vocabulary."""
        return "string"

    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> None:
        """Take the vocabulary from texts: the most frequent words.

        Args:
            data: An array, or something that yields batches of texts.
            batch_size: How many texts of an array are a batch, where `steps` is given.
            steps: How many batches to read; all by default.

        Raises:
            ValueError: If the vocabulary was given.
        """
        self.reset_state()
        for batch in batches_of(data, steps):
            most = (
                batch_size * steps
                if batch_size and steps and isinstance(data, np.ndarray)
                else None
            )
            self.update_state(batch[:most])
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Add texts to those that the vocabulary is taken from."""
        self._lookup_layer._count(self._words(np.asarray(data).ravel()))

    def finalize_state(self) -> None:
        """Take the vocabulary from the texts so far."""
        self._lookup_layer.finalize_state()
        self._note_change()

    def reset_state(self) -> None:
        """Forget the texts so far."""
        self._lookup_layer.reset_state()

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[str]:
        """Return the words, in the order of their numbers.

        Args:
            include_special_tokens: Whether those for nothing and for unknown words, which come first,
                are among them.
        """
        return self._lookup_layer.get_vocabulary(include_special_tokens)

    def vocabulary_size(self) -> int:
        """Return the number of words, special ones among them."""
        return self._lookup_layer.vocabulary_size()

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Set the vocabulary; see `StringLookup.set_vocabulary`."""
        self._lookup_layer.set_vocabulary(vocabulary, idf_weights)
        self._note_change()

    def save_assets(self, dir_path: str) -> None:
        """Write the vocabulary into a folder, unless it is in the configuration."""
        self._lookup_layer.save_assets(dir_path)

    def load_assets(self, dir_path: str) -> None:
        """Take the vocabulary from a folder, unless it was in the configuration."""
        self._lookup_layer.load_assets(dir_path)

    def save_own_variables(self, store: Any) -> None:
        """Put the weights of words into a mapping of names to arrays."""
        self._lookup_layer.save_own_variables(store)

    def load_own_variables(self, store: Any) -> None:
        """Take the weights of words from a mapping of names to arrays."""
        self._lookup_layer.load_own_variables(store)

    def get_config(self) -> Config:
        """Return the constructor arguments, a vocabulary that was given as a list among them."""
        inner = self._lookup_layer.get_config()
        return super().get_config() | {name: inner[name] for name in self._unsaved}

    def _numbers(self, inputs: Any) -> np.ndarray:
        refuse_trace(inputs, self._where)
        self._check_shape(inputs.shape)
        words = self._words(inputs.ravel())
        length = self.output_sequence_length or max(map(len, words), default=0)
        padded = np.full((len(words), length), "", object)
        for row, text in zip(padded, words, strict=True):
            row[: len(text)] = text[:length]
        numbers = self._lookup_layer._numbers(padded)
        if self.split is None and self.output_sequence_length is None:
            return numbers.reshape(inputs.shape)
        return numbers if inputs.ndim else numbers[0]

    def _encoded(self, numbers: Any) -> Any:
        return self._lookup_layer._encoded(numbers)

    def _shape_of_numbers(self, shape: Shape) -> Shape:
        self._check_shape(shape)
        if self.split is None and self.output_sequence_length is None:
            return shape
        return (*shape[:1], self.output_sequence_length)

    def _words(self, texts: np.ndarray) -> list[list[str]]:
        """The words, or n-grams, of each text of an array of rank one."""
        texts = as_texts(texts, self._where, self.encoding)
        if isinstance(self.standardize, str):
            table = STANDARDIZATIONS[self.standardize]
            texts = np.array([text.translate(table) for text in texts], object)
        elif self.standardize is not None:
            texts = np.asarray(self.standardize(texts), object)
        if self.split is None:
            words = [[text] for text in texts]
        elif isinstance(self.split, str):
            words = list(map(SPLITS[self.split], texts))
        else:
            words = [list(found) for found in self.split(texts)]
        return words if self._sizes is None else [with_ngrams(w, self._sizes) for w in words]

    def _check_shape(self, shape: Shape) -> None:
        if self.split is not None and len(shape) > 1 and shape[1:] != (1,):
            raise ValueError(
                f"{self._where} splits one text a sample: it takes arrays of shape (batch,) or "
                f"(batch, 1); got {tuple(shape)}. Reshape them, or set `split=None`."
            )


def _known(where: str, argument: str, value: Any, names: tuple[str, ...]) -> Any:
    return value if value is None or callable(value) else one_of(where, argument, value, names)


def _ngram_sizes(where: str, ngrams: Any) -> tuple[int, ...] | None:
    sizes = tuple(range(1, ngrams + 1)) if isinstance(ngrams, int) else ngrams
    if sizes is None:
        return None
    if (
        isinstance(sizes, (list, tuple))
        and sizes
        and all(isinstance(n, int) and n > 0 for n in sizes)
    ):
        return tuple(sizes)
    raise ValueError(
        f"{where}: `ngrams` must be a whole number above 0, a tuple of them, or None; got {ngrams!r}."
    )


def _length(where: str, length: int | None, output_mode: str) -> int | None:
    if length is None:
        return None
    if output_mode != "int":
        raise ValueError(
            f"{where}: `output_sequence_length` goes with output_mode='int'; got {output_mode!r}."
        )
    return positive_int(where, "output_sequence_length", length)
