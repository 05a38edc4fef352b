"""Cells: a step of them is that of Keras, with its dropout; and the same masks for a sequence."""

from __future__ import annotations

import json
from typing import Any

import jax
import keras
import numpy as np
import pytest

import ppul
from ppul import layers
from tests.oracle import assert_close, copy_weights, keras_twin, rounded

RNG = np.random.default_rng(0)
X = RNG.normal(size=(2, 3)).astype("float32")
STATE = RNG.normal(size=(2, 4)).astype("float32")
ABOUT = {
    "activation": "relu",
    "kernel_initializer": "he_normal",
    "recurrent_initializer": "glorot_normal",
    "bias_initializer": "ones",
    "kernel_regularizer": "l2",
    "recurrent_regularizer": "l1",
    "bias_regularizer": "l2",
    "kernel_constraint": "max_norm",
    "recurrent_constraint": "unit_norm",
    "bias_constraint": "non_neg",
}
DROPOUT = {"dropout": 0.5, "recurrent_dropout": 0.25, "seed": 3}

# Cells, and the states they are called with: a list, or the only one as it is.
CELLS: dict[str, tuple[Any, Any]] = {
    "SimpleRNNCell": (lambda: layers.SimpleRNNCell(4, **DROPOUT), STATE),
    "SimpleRNNCell, everything": (lambda: layers.SimpleRNNCell(4, **ABOUT), [STATE]),
    "SimpleRNNCell, no bias": (lambda: layers.SimpleRNNCell(4, use_bias=False), [STATE]),
    "GRUCell": (lambda: layers.GRUCell(4, **DROPOUT), [STATE]),
    "GRUCell, everything": (
        lambda: layers.GRUCell(4, recurrent_activation="hard_sigmoid", **ABOUT, **DROPOUT),
        STATE,
    ),
    "GRUCell, before": (lambda: layers.GRUCell(4, reset_after=False, **DROPOUT), STATE),
    "GRUCell, before, no bias": (
        lambda: layers.GRUCell(4, reset_after=False, use_bias=False, implementation=1),
        STATE,
    ),
    "LSTMCell": (lambda: layers.LSTMCell(4, **DROPOUT), [STATE, -STATE]),
    "LSTMCell, everything": (
        lambda: layers.LSTMCell(4, recurrent_activation="tanh", unit_forget_bias=False, **ABOUT),
        [STATE, -STATE],
    ),
    "LSTMCell, no bias": (
        lambda: layers.LSTMCell(4, use_bias=False, implementation=1),
        [STATE, -STATE],
    ),
    "StackedRNNCells": (
        lambda: layers.StackedRNNCells([layers.GRUCell(4), layers.LSTMCell(4)]),
        [[STATE], [STATE, -STATE]],
    ),
    "StackedRNNCells, bare states": (
        lambda: layers.StackedRNNCells([layers.SimpleRNNCell(4), layers.GRUCell(4)]),
        [STATE, -STATE],
    ),
    "StackedRNNCells, nested": (
        lambda: layers.StackedRNNCells(
            [layers.StackedRNNCells([layers.GRUCell(4), layers.GRUCell(2)]), layers.GRUCell(4)]
        ),
        [[[STATE], [STATE[:, :2]]], [STATE]],
    ),
}
every_cell = pytest.mark.parametrize("name", CELLS)


def twins(name: str) -> tuple[Any, Any]:
    ours = CELLS[name][0]()
    theirs = keras_twin(ours)
    for cell in (ours, theirs):
        cell.build(X.shape)
    copy_weights(theirs, ours)
    return ours, theirs


@pytest.mark.rows(2)
@every_cell
def test_step_is_that_of_keras(name: str) -> None:
    ours, theirs = twins(name)
    states = CELLS[name][1]
    found = jax.jit(lambda x: [cell(x, states) for cell in (ours, theirs)])(X)
    assert_close(*found)
    assert jax.tree.structure(found[0]) == jax.tree.structure(found[1])


@every_cell
def test_sizes_and_first_states_are_those_of_keras(name: str) -> None:
    ours, theirs = twins(name)
    for a, b in ((ours.state_size, theirs.state_size), (ours.output_size, theirs.output_size)):
        assert json.dumps(a) == json.dumps(b)
    assert_close(ours.get_initial_state(batch_size=3), theirs.get_initial_state(batch_size=3))


@every_cell
def test_configuration_is_that_of_keras(name: str) -> None:
    ours = CELLS[name][0]()
    theirs = keras_twin(ours)
    again = ppul.layers.deserialize(keras.saving.serialize_keras_object(theirs))
    assert type(again) is type(ours)
    assert rounded(again.get_config()) == rounded(ours.get_config())


@pytest.mark.rows(2)
@pytest.mark.parametrize(
    "name",
    ["SimpleRNNCell", "GRUCell", "GRUCell, everything", "GRUCell, before", "LSTMCell"],
)
def test_masks_do_what_they_do_in_keras(name: str, monkeypatch: Any) -> None:
    ours, theirs = twins(name)
    theirs.dropout, theirs.recurrent_dropout = ours.dropout, ours.recurrent_dropout = 0.5, 0.25
    states = CELLS[name][1]
    masks = [ours.get_dropout_mask(X), ours.get_recurrent_dropout_mask(STATE)]
    monkeypatch.setattr(theirs, "get_dropout_mask", lambda _: masks[0])
    monkeypatch.setattr(theirs, "get_recurrent_dropout_mask", lambda _: masks[1])
    values = {float(value) for mask in jax.tree.leaves(masks) for value in np.unique(mask)}
    np.testing.assert_allclose(sorted(values), [0, 4 / 3, 2], rtol=1e-6)
    assert_close(ours(X, states, training=True), theirs(X, states, training=True))


def test_masks_stay_until_they_are_reset() -> None:
    cell = layers.LSTMCell(4, dropout=0.5, recurrent_dropout=0.5, seed=1)
    x = np.ones((4, 6), "float32")
    first = cell.get_dropout_mask(x)
    assert len(first) == 4
    np.testing.assert_array_equal(first, cell.get_dropout_mask(x))
    recurrent = cell.get_recurrent_dropout_mask(x)
    assert not np.array_equal(first, recurrent)
    cell.reset_dropout_mask()
    assert not np.array_equal(first, cell.get_dropout_mask(x))
    np.testing.assert_array_equal(recurrent, cell.get_recurrent_dropout_mask(x))
    cell.reset_recurrent_dropout_mask()
    assert not np.array_equal(recurrent, cell.get_recurrent_dropout_mask(x))
    assert layers.LSTMCell(4).get_dropout_mask(x) is None


def passed_on(**arguments: Any) -> Any:
    """A layer that returns its inputs, so that its outputs show what was left out."""
    identity = {"kernel_initializer": "identity", "recurrent_initializer": "zeros"}
    return layers.SimpleRNN(8, None, use_bias=False, return_sequences=True, **identity, **arguments)


@pytest.mark.rows(1)
@pytest.mark.parametrize(
    "make",
    [
        lambda: passed_on(dropout=0.5, seed=3),
        lambda: layers.RNN(
            layers.StackedRNNCells([passed_on(dropout=0.5, seed=3).cell]), return_sequences=True
        ),
        lambda: layers.RNN(OneByOne([passed_on(dropout=0.5, seed=3).cell]), return_sequences=True),
    ],
    ids=["layer", "stack", "step by step"],
)
def test_features_are_left_out_of_a_whole_sequence(make: Any) -> None:
    layer, ones = make(), np.ones((3, 5, 8), "float32")
    first, second = (np.asarray(layer(ones, training=True)) for _ in range(2))
    assert set(np.unique(first)) == {0.0, 2.0}
    np.testing.assert_array_equal(first, np.broadcast_to(first[:, :1], first.shape))
    assert not np.array_equal(first[0], first[1])
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(layer(ones), ones)


class OneByOne(layers.StackedRNNCells):
    """A stack that says itself what a step is."""

    def call(self, inputs: Any, states: Any, training: bool = False, **kwargs: Any) -> Any:
        return super().call(inputs, states, training, **kwargs)


@pytest.mark.thorough
@pytest.mark.parametrize("cells", [["LSTMCell", "GRUCell"], ["GRUCell, before", "SimpleRNNCell"]])
def test_stack_over_time_is_what_it_is_step_by_step(cells: list[str]) -> None:
    x = RNG.normal(size=(2, 5, 4)).astype("float32")
    mask = np.array([[False, True, True, False, True], [True, False, False, True, True]])
    stacks = [
        layers.RNN(kind([CELLS[name][0]() for name in cells]), return_sequences=True)
        for kind in (layers.StackedRNNCells, OneByOne)
    ]
    for stack in stacks:
        stack.build(x.shape)
    copy_weights(*stacks)
    both = jax.jit(lambda x: [stack(x, mask=mask) for stack in stacks])
    assert_close(*both(x))
