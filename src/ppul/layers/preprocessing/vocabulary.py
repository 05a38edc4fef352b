"""Vocabularies: counted in data, read from lists and files, checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

Token = Any
FILE = "vocabulary.txt"


class Vocabulary:
    """Tokens, each with its number.

    Args:
        tokens: The tokens, in the order of their numbers.
    """

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.numbers = {token: number for number, token in enumerate(tokens)}


class TokenCounts:
    """How often tokens occur in data, and in how many of its documents."""

    def __init__(self) -> None:
        self.tokens: Counter[Token] = Counter()
        self.documents: Counter[Token] = Counter()
        self.document_count = 0

    def add(self, documents: Iterable[Sequence[Token]]) -> None:
        """Count the tokens of documents."""
        for document in documents:
            self.tokens.update(document)
            self.documents.update(set(document))
            self.document_count += 1

    def most_common(self, limit: int | None, without: Iterable[Token]) -> list[Token]:
        """Return the most frequent tokens, of equally frequent ones the last in order first.

        Args:
            limit: How many; all by default.
            without: Tokens that are left out.

        Example:
            >>> counts = TokenCounts()
            >>> counts.add([["b", "a"], ["c", "a"]])
            >>> counts.most_common(2, without=())
            ['a', 'c']
        """
        left_out = set(without)
        found = [(count, token) for token, count in self.tokens.items() if token not in left_out]
        return [token for _, token in sorted(found, reverse=True)[:limit]]

    def inverse_frequencies(self, tokens: Iterable[Token]) -> np.ndarray:
        """Return the logarithm of one plus the share of documents each token is not in."""
        counts = np.array([self.documents[token] for token in tokens], np.float32)
        return np.log1p(self.document_count / (1 + counts)).astype(np.float32)


def tokens_of(where: str, vocabulary: Any, kind: type) -> list[Token]:
    """Return a vocabulary as a list of tokens.

    Args:
        where: The layer, for the message.
        vocabulary: Tokens in an array, list or tuple, or the path of a file with one a line.
        kind: Their type: `str` or `int`.

    Raises:
        ValueError: If the file does not exist, or a token is of another type.
    """
    if isinstance(vocabulary, (str, Path)):
        path = Path(vocabulary)
        if not path.is_file():
            raise ValueError(f"{where}: there is no vocabulary file '{path}'.")
        return [kind(line) for line in path.read_text("utf-8").splitlines()]
    tokens = np.asarray(vocabulary, object if kind is str else None).ravel().tolist()
    tokens = [t.decode() if isinstance(t, bytes) and kind is str else t for t in tokens]
    strange = [token for token in tokens if not isinstance(token, kind)]
    if strange:
        raise ValueError(
            f"{where}: the tokens of `vocabulary` must be of type {kind.__name__}; got {strange[0]!r} "
            f"of type {type(strange[0]).__name__}."
        )
    return [kind(token) for token in tokens]


def write_tokens(tokens: Sequence[Token], folder: str) -> None:
    """Write a vocabulary into a folder, one token a line."""
    text = "\n".join(map(str, tokens))
    Path(folder, FILE).write_text(text, "utf-8")


def read_tokens(folder: str, kind: type) -> list[Token]:
    """Return what `write_tokens` wrote."""
    return [kind(line) for line in Path(folder, FILE).read_text("utf-8").split("\n")]
