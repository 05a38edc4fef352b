"""Arrays made fit for training: as Keras makes them."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppul import utils

ends = st.sampled_from(["pre", "post"])


@given(
    rows=st.lists(st.lists(st.integers(-9, 9), max_size=6), min_size=1, max_size=5),
    maxlen=st.none() | st.integers(1, 8),
    padding=ends,
    truncating=ends,
    dtype=st.sampled_from(["int32", "float64", object]),
)
def test_sequences_are_padded_as_by_keras(
    rows: Any, maxlen: Any, padding: str, truncating: str, dtype: Any
) -> None:
    given_ = {"maxlen": maxlen, "padding": padding, "truncating": truncating, "dtype": dtype}
    ours = utils.pad_sequences(rows, value=7, **given_)
    theirs = keras.utils.pad_sequences(rows, value=7, **given_)
    assert ours.dtype == theirs.dtype
    assert ours.shape == theirs.shape
    np.testing.assert_array_equal(ours, theirs)


def test_sequences_of_vectors_and_words() -> None:
    for rows, more in (
        ([[[1, 2]], [[3, 4], [5, 6]]], {}),
        ([["a", "b"], ["c"]], {"dtype": object, "value": ""}),
        ([np.array([1.7]), (2, 3)], {}),
    ):
        ours, theirs = (m.pad_sequences(rows, **more) for m in (utils, keras.utils))
        np.testing.assert_array_equal(ours, theirs)
    assert utils.pad_sequences([]).shape == (0, 0)
    assert utils.pad_sequences([[1, 2]], maxlen=0).shape == (1, 0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: utils.pad_sequences(5), "must be a list of sequences; got 5"),
        (lambda: utils.pad_sequences([1, 2]), "1 in it is none"),
        (lambda: utils.pad_sequences([[1]], padding="end"), "`padding` must be one of"),
        (lambda: utils.pad_sequences([[1]], value="x"), "give `dtype=object`"),
        (lambda: utils.pad_sequences([[[1]], [[1, 2]]]), r"one shape; got \[\(1,\), \(2,\)\]"),
    ],
)
def test_bad_sequences(call: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("order", [1, 2, 3, np.inf])
def test_normalized_is_divided_by_the_norm(order: float) -> None:
    x = np.array([[0.0, 3.0, 4.0], [0.0, 0.0, 0.0]])
    ours, theirs = utils.normalize(x, order=order), keras.utils.normalize(x, order=order)
    assert ours.dtype == theirs.dtype
    np.testing.assert_allclose(ours, theirs)
    columns = utils.normalize(x, axis=0, order=order)  # the oracle cannot
    np.testing.assert_allclose(columns, [[0, 1, 1], [0, 0, 0]])
    assert isinstance(utils.normalize(jnp.asarray(x), order=order), jax.Array)
    np.testing.assert_allclose(utils.normalize(x[0], order=order), theirs[:1])


@given(
    count=st.integers(8, 30),
    length=st.integers(1, 4),
    stride=st.integers(1, 4),
    rate=st.integers(1, 3),
    start=st.integers(0, 3),
    end=st.integers(4, 8),
    fewer=st.integers(0, 5),
)
def test_windows_are_slices(
    count: int, length: int, stride: int, rate: int, start: int, end: int, fewer: int
) -> None:
    series, targets = np.arange(count) * 10, np.arange(count - fewer)
    arguments = {"sequence_stride": stride, "sampling_rate": rate}
    arguments |= {"start_index": start, "end_index": end, "batch_size": None}
    data = utils.timeseries_dataset_from_array(series, targets, length, **arguments)
    span = (length - 1) * rate + 1
    expected = [
        (series[i : i + span : rate].tolist(), i)
        for i in range(start, end - span + 1, stride)
        if i < len(targets)
    ]
    assert [(x.tolist(), int(y)) for x, y in data] == expected


# What Keras with TensorFlow returns.
def test_windows_are_those_of_keras() -> None:
    data = utils.timeseries_dataset_from_array(
        np.arange(20.0), np.arange(20), 3, sequence_stride=3, sampling_rate=2, batch_size=4
    )
    assert [(x.tolist(), y.tolist()) for x, y in data] == [
        ([[0, 2, 4], [3, 5, 7], [6, 8, 10], [9, 11, 13]], [0, 3, 6, 9]),
        ([[12, 14, 16], [15, 17, 19]], [12, 15]),
    ]
    alone = utils.timeseries_dataset_from_array(
        np.arange(20), None, 4, start_index=5, end_index=11, batch_size=2
    )
    assert [x.tolist() for x in alone] == [[[5, 6, 7, 8], [6, 7, 8, 9]], [[7, 8, 9, 10]]]
    mixed = utils.timeseries_dataset_from_array(np.arange(9), None, 2, shuffle=True, seed=1)
    (first,), (second,) = list(mixed), list(mixed)
    assert sorted(first[:, 0].tolist()) == sorted(second[:, 0].tolist()) == list(range(8))


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ({"sequence_length": 0}, "`sequence_length` must be above 0; got 0"),
        ({"sequence_stride": 0}, "`sequence_stride` must be above 0.*got 0"),
        ({"sampling_rate": 20}, "`sampling_rate`.*below the length of the data, 20; got 20"),
        ({"start_index": -1}, "`start_index` must be from 0.*got -1"),
        ({"start_index": 5, "end_index": 4}, "`end_index` must be above `start_index`"),
        ({"format": "x"}, "`format` must be one of"),
    ],
)
def test_bad_windows(given_: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        utils.timeseries_dataset_from_array(np.arange(20), None, **{"sequence_length": 3} | given_)


# The parts are what Keras with TensorFlow returns.
@pytest.mark.parametrize(
    ("given_", "left", "right"),
    [
        ({"left_size": 0.8}, [0, 1, 2, 3, 4, 5, 6, 7], [8, 9]),
        ({"right_size": 0.2}, [0, 1, 2, 3, 4, 5, 6, 7], [8, 9]),
        ({"left_size": 3, "right_size": 2}, [0, 1, 2], [8, 9]),
        ({"left_size": 0.8, "shuffle": True, "seed": 3}, [1, 5, 6, 0, 9, 4, 7, 2], [8, 3]),
    ],
)
def test_parts_are_those_of_keras(given_: Any, left: list[int], right: list[int]) -> None:
    first, second = utils.split_dataset(np.arange(10), **given_)
    assert ([int(i) for i in first], [int(i) for i in second]) == (left, right)
    assert (len(first), len(second)) == (len(left), len(right))


def test_whatever_holds_elements_is_split() -> None:
    pairs = (np.arange(4), np.arange(4) * 2)
    for data in (pairs, list(pairs), zip(*pairs, strict=True)):
        _, (last,) = utils.split_dataset(data, left_size=0.75)
        assert tuple(map(int, last)) == (3, 6)
    first, _ = utils.split_dataset({"a": np.arange(4)}, left_size=1)
    assert [int(e["a"]) for e in first] == [0]
    first, _ = utils.split_dataset([5, 6, 7], left_size=2)
    assert [int(e) for e in first.batch(2)[0]] == [5, 6]


@pytest.mark.parametrize(
    ("given_", "error", "words"),
    [
        ({}, ValueError, "give `left_size` or `right_size`"),
        ({"left_size": 1.5}, ValueError, "share between 0 and 1; got 1.5"),
        ({"left_size": 20}, ValueError, "below 10.*got 20"),
        ({"left_size": 8, "right_size": 8}, ValueError, "8 and 8 elements cannot be made of 10"),
        ({"left_size": "a"}, TypeError, "`left_size` must be a number; got 'a'"),
    ],
)
def test_bad_parts(given_: Any, error: Any, words: str) -> None:
    with pytest.raises(error, match=words):
        utils.split_dataset(np.arange(10), **given_)
    with pytest.raises(TypeError, match="must be arrays or an iterable; got 5"):
        utils.split_dataset(5, left_size=1)
