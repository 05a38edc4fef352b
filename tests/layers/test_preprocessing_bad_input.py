"""What layers that prepare data refuse, and how they say it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import pytest

import ppul
from ppul import layers
from ppul.utils import FeatureSpace

WORDS = np.array([["a", "b"], ["b", "c"]])


def lookup(vocabulary: Any, *more: Any, **given: Any) -> None:
    layers.StringLookup(**given).set_vocabulary(vocabulary, *more)


def text_model(*behind: Any) -> Any:
    model = ppul.Sequential([ppul.Input((2,), dtype="string"), *behind])
    model.compile("sgd", "mse")
    return model


class OwnModel(ppul.Model):
    def __init__(self) -> None:
        super().__init__()
        self.lookup = layers.StringLookup(vocabulary=["a"], invert=True)

    def call(self, inputs: Any) -> Any:
        return self.lookup(inputs)


def trained_before_text() -> Any:
    number = ppul.Input((2,))
    numbers = layers.Dense(2)(number)
    words = layers.StringLookup(vocabulary=["a"], invert=True)(numbers)
    return ppul.Model(number, layers.StringLookup(vocabulary=["a"])(words))


def text_as_result() -> Any:
    numbers = ppul.Input((2,))
    return ppul.Model(numbers, layers.StringLookup(vocabulary=["a"], invert=True)(numbers))


ROWS: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    # Numbers.
    "normalization: only a mean": (
        lambda: layers.Normalization(mean=3.0),
        ValueError,
        "Normalization 'norm.*`mean` and `variance` go together; got mean=3.0 and variance=None",
    ),
    "normalization: axis": (
        lambda: layers.Normalization(axis=3)(np.ones((2, 3))),
        ValueError,
        r"axis=\(3,\) is not an axis of an input of shape \(2, 3\)",
    ),
    "normalization: unknown size": (
        lambda: layers.Normalization()(ppul.Input((None,))),
        ValueError,
        r"size of axis \(-1,\) must be known",
    ),
    "normalization: mean of another shape": (
        lambda: layers.Normalization(mean=[1.0, 2.0], variance=[1.0, 2.0])(np.ones((2, 3))),
        ValueError,
        r"`mean` has shape \(2,\); the input has \(3,\)",
    ),
    "normalization: other data": (
        lambda: [
            layer := layers.Normalization(),
            layer.adapt(np.ones((2, 3))),
            layer.adapt(np.ones((2, 4))),
        ],
        ValueError,
        r"was built for 2 dimensions with \(3,\).*got data of shape \(2, 4\)",
    ),
    "normalization: pairs": (
        lambda: layers.Normalization().adapt(iter([(np.ones(2), np.ones(2))])),
        TypeError,
        "yield a tuple and must yield single arrays",
    ),
    "normalization: nothing": (
        lambda: layers.Normalization(axis=None).adapt(iter([])),
        ValueError,
        "data to adapt to are empty",
    ),
    "discretization: neither": (
        layers.Discretization,
        ValueError,
        "give either `bin_boundaries` or `num_bins`",
    ),
    "discretization: not adapted": (
        lambda: layers.Discretization(num_bins=3)(np.ones(2)),
        ValueError,
        "has no boundaries yet: call `adapt`",
    ),
    "discretization: given": (
        lambda: layers.Discretization([1.0]).adapt(np.ones(2)),
        ValueError,
        "was given its `bin_boundaries`",
    ),
    "discretization: sparse numbers": (
        lambda: layers.Discretization([1.0], sparse=True),
        ValueError,
        "`sparse=True` goes with the output modes one_hot, multi_hot, count",
    ),
    "encoding: no size": (layers.CategoryEncoding, ValueError, "`num_tokens` must be given"),
    "encoding: mode": (
        lambda: layers.CategoryEncoding(3, "onehot"),
        ValueError,
        "Did you mean 'one_hot'",
    ),
    "encoding: weights": (
        lambda: layers.CategoryEncoding(3)(np.array([[1]]), count_weights=np.array([[1.0]])),
        ValueError,
        "`count_weights` goes with output_mode='count'",
    ),
    "encoding: words": (
        lambda: layers.CategoryEncoding(3)(WORDS),
        ValueError,
        "takes category numbers; got an array of dtype <U1.*`StringLookup`",
    ),
    "encoding: sparse in a model": (
        lambda: layers.CategoryEncoding(3, sparse=True)(ppul.Input((2,))),
        ValueError,
        "has `sparse=True`, and the layers of a model take dense arrays",
    ),
    # Hashes.
    "hashing: no bins": (lambda: layers.Hashing(0), ValueError, "`num_bins` must be a positive"),
    "hashing: salt": (
        lambda: layers.Hashing(3, salt=[1]),
        ValueError,
        r"`salt` must be one whole number or two of them; got \[1\]",
    ),
    "hashing: dtype": (
        lambda: layers.Hashing(3, dtype="float32"),
        ValueError,
        "the dtype must be a type of integers; got 'float32'",
    ),
    "crossing: one": (
        lambda: layers.HashedCrossing(3)([np.array([1])]),
        ValueError,
        "at least two features",
    ),
    "crossing: shapes": (
        lambda: layers.HashedCrossing(3)((np.array([1]), np.array([1, 2]))),
        ValueError,
        r"features of one shape; got \[\(1,\), \(2,\)\]",
    ),
    "crossing: wide": (
        lambda: layers.HashedCrossing(3)((WORDS, WORDS)),
        ValueError,
        r"shape \(\), \(batch,\) or \(batch, 1\)",
    ),
    "crossing: fractions": (
        lambda: layers.HashedCrossing(3)((np.array([1.5]), np.array([1]))),
        ValueError,
        "takes whole numbers and text; got dtype float",
    ),
    # Lookups.
    "lookup: not adapted": (
        lambda: layers.StringLookup()(WORDS),
        RuntimeError,
        "StringLookup 'string_lookup.*has no vocabulary yet: call `adapt`",
    ),
    "lookup: drawn too early": (
        lambda: layers.StringLookup(output_mode="count")(ppul.Input((2,), dtype="string")),
        RuntimeError,
        "the length of its vectors is not known: call `adapt`",
    ),
    "lookup: adapted too late": (
        lambda: [
            layer := layers.StringLookup(output_mode="count"),
            layer.adapt(["a"]),
            layer(WORDS),
            layer.adapt(["a", "b"]),
        ],
        RuntimeError,
        "has made vectors of 2 elements, and a vocabulary of 3",
    ),
    "lookup: empty": (lambda: lookup([]), ValueError, "a vocabulary cannot be empty"),
    "lookup: twice": (lambda: lookup(["a", "a"]), ValueError, r"these are repeated: \['a'\]"),
    "lookup: mask inside": (
        lambda: lookup(["a", "m"], mask_token="m"),  # noqa: S106  (no password)
        ValueError,
        "mask token 'm' is at place 1",
    ),
    "lookup: too many": (
        lambda: lookup(["a", "b"], max_tokens=2),
        ValueError,
        "2 tokens and 1 special ones, more than max_tokens=2",
    ),
    "lookup: no weights": (
        lambda: lookup(["a"], output_mode="tf_idf"),
        ValueError,
        "needs `idf_weights`",
    ),
    "lookup: weights": (
        lambda: lookup(["a"], [1.0, 2.0], output_mode="tf_idf"),
        ValueError,
        "got 2 `idf_weights` and 1 tokens",
    ),
    "lookup: weights for nothing": (
        lambda: lookup(["a"], [1.0]),
        ValueError,
        "`idf_weights` goes with output_mode='tf_idf'; got 'int'",
    ),
    "lookup: numbers": (lambda: lookup([1, 2]), ValueError, "must be of type str; got 1"),
    "lookup: no file": (
        lambda: lookup("none.txt"),
        ValueError,
        "there is no vocabulary file 'none.txt'",
    ),
    "lookup: given": (
        lambda: layers.StringLookup(vocabulary=["a"]).adapt(WORDS),
        ValueError,
        "was given its vocabulary",
    ),
    "lookup: unknown": (
        lambda: layers.StringLookup(vocabulary=["a"], num_oov_indices=0)(WORDS),
        ValueError,
        "'b' is not in the vocabulary, and num_oov_indices=0",
    ),
    "lookup: max tokens": (
        lambda: layers.StringLookup(max_tokens=1),
        ValueError,
        "`max_tokens` must be above 1; got 1",
    ),
    "lookup: pad": (
        lambda: layers.StringLookup(pad_to_max_tokens=True),
        ValueError,
        "`pad_to_max_tokens=True` needs `max_tokens`",
    ),
    "lookup: invert": (
        lambda: layers.StringLookup(invert=True, output_mode="count"),
        ValueError,
        "`invert=True` goes with output_mode='int'; got 'count'",
    ),
    "lookup: sparse": (
        lambda: layers.IntegerLookup(sparse=True),
        ValueError,
        "TensorFlow's sparse tensors",
    ),
    "lookup: oov": (
        lambda: layers.IntegerLookup(num_oov_indices=-1),
        ValueError,
        "`num_oov_indices` cannot be negative; got -1",
    ),
    "lookup: salt": (
        lambda: layers.IntegerLookup(salt=1),
        ValueError,
        "`salt` goes with oov_method='farmhash'; got 'floormod'",
    ),
    "lookup: words for integers": (
        lambda: layers.IntegerLookup(vocabulary=[1])(WORDS),
        ValueError,
        "IntegerLookup 'integer_lookup.*takes whole numbers; got an array of dtype object",
    ),
    "lookup: integers for words": (
        lambda: layers.StringLookup(vocabulary=["a"])(np.array([1])),
        ValueError,
        "takes text; got 1 of type int",
    ),
    # Texts.
    "texts: rank": (
        lambda: layers.TextVectorization(vocabulary=["a"])(WORDS),
        ValueError,
        r"of shape \(batch,\) or \(batch, 1\); got \(2, 2\).*`split=None`",
    ),
    "texts: ragged": (
        lambda: layers.TextVectorization(ragged=True),
        ValueError,
        "TensorFlow's ragged tensors",
    ),
    "texts: n-grams": (
        lambda: layers.TextVectorization(ngrams="a"),
        ValueError,
        "`ngrams` must be a whole number above 0.*got 'a'",
    ),
    "texts: length of vectors": (
        lambda: layers.TextVectorization(output_sequence_length=3, output_mode="count"),
        ValueError,
        "`output_sequence_length` goes with output_mode='int'; got 'count'",
    ),
    "texts: standardize": (
        lambda: layers.TextVectorization(standardize="lowr"),
        ValueError,
        "`standardize` must be one of",
    ),
    # Where they stand.
    "text in a program": (
        lambda: jax.jit(layers.StringLookup(vocabulary=["a"], invert=True).__call__)(np.ones(2)),
        TypeError,
        "text, which no compiled program holds.*dataset.map.*front of a drawn model",
    ),
    "text in a model of one's own": (
        lambda: OwnModel().predict(np.ones((2, 1)), verbose=0),
        TypeError,
        "text, which no compiled program holds",
    ),
    "text for a layer of numbers": (
        lambda: text_model(layers.Identity()).predict(WORDS, verbose=0),
        ValueError,
        "x.'identity.*must be numbers; it has dtype object",
    ),
    "text as a result": (
        lambda: text_as_result().predict(np.ones((1, 2)), verbose=0),
        ValueError,
        "'string_lookup.*gives text to what is compiled, or as an output",
    ),
    "trained before text": (
        lambda: trained_before_text().predict(np.ones((1, 2)), verbose=0),
        ValueError,
        "Dense 'dense.*has weights to train and is called on text, or before a layer that is",
    ),
    "no input": (
        lambda: ppul.Sequential([layers.StringLookup(vocabulary=["a"])]).predict(WORDS),
        ValueError,
        r"Begin it with `Input\(shape=\(\), dtype='string'\)`",
    ),
    "numbers for texts": (
        lambda: text_model(layers.StringLookup(vocabulary=["a"]))(np.ones((2, 2))),
        ValueError,
        "expected dtype string and got an input of shape",
    ),
    # Feature spaces.
    "features: none": (lambda: FeatureSpace({}), ValueError, "`features` must have an entry"),
    "features: kind": (
        lambda: FeatureSpace({"a": "flaot"}),
        ValueError,
        "Did you mean 'float'",
    ),
    "features: no kind": (lambda: FeatureSpace({"a": 5}), TypeError, "'a' must be.*got 5"),
    "features: unknown cross": (
        lambda: FeatureSpace({"a": "float"}, crosses=[("a", "b")]),
        ValueError,
        r"`crosses` names \['b'\], which are no features",
    ),
    "features: not adapted": (
        lambda: FeatureSpace({"a": "float_normalized"})({"a": [1.0]}),
        ValueError,
        "call `adapt` first",
    ),
    "features: missing": (
        lambda: FeatureSpace({"a": "float", "b": "float"})({"a": [1.0]}),
        ValueError,
        r"the data lack \['b'\]",
    ),
    "features: whole numbers in a vector": (
        lambda: FeatureSpace({"a": FeatureSpace.integer_hashed(3, output_mode="int")})({"a": [1]}),
        ValueError,
        "'a' has whole numbers.*Set output_mode='dict'",
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_bad_input_is_refused_with_a_message(name: str) -> None:
    call, error, words = ROWS[name]
    with pytest.raises(error) as found:
        call()
    assert re.search(words, str(found.value), re.DOTALL), str(found.value)
