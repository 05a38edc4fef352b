"""What recurrent layers refuse: early, with a message that says what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ppul
from ppul import layers

WORDS = np.array([[["a"], ["b"], ["c"]]])


def ones(*shape: int) -> Any:
    return np.ones(shape, "float32")


class Grown(layers.Layer):
    """A cell whose states grow."""

    state_size = 3

    def call(self, inputs: Any, states: Any) -> Any:
        return inputs, [ppul.ops.concatenate([states[0], inputs], -1)]


ROWS: dict[str, tuple[Callable[[], Any], str]] = {
    "rank": (
        lambda: layers.LSTM(2)(ones(4, 3)),
        r"LSTM 'lstm.*expected 3 dimensions.*\(4, 3\)",
    ),
    "words": (lambda: layers.GRU(2)(WORDS), "GRU 'gru.*takes numbers.*<U1"),
    "units": (
        lambda: layers.SimpleRNN(0),
        "SimpleRNNCell 'simple_rnn_cell.*`units` must be a positive integer; got 0",
    ),
    "dropout": (lambda: layers.GRUCell(2, dropout=1.5), r"`dropout` must be in \[0, 1\]; got 1.5"),
    "cudnn": (lambda: layers.LSTM(2, use_cudnn="yes"), "`use_cudnn` must be one of 'auto'"),
    "first states: number": (
        lambda: layers.LSTM(2)(ones(1, 4, 3), initial_state=[ones(1, 2)]),
        r"\[\(1, 2\), \(1, 2\)\], for a batch of 1; got \[\(1, 2\)\].*`initial_state`",
    ),
    "first states: size": (
        lambda: layers.GRU(2)(ones(1, 4, 3), initial_state=ones(1, 3)),
        r"\[\(1, 2\)\], for a batch of 1; got \[\(1, 3\)\]",
    ),
    "mask": (
        lambda: layers.GRU(2)(ones(2, 4, 3), mask=np.ones((2, 3), bool)),
        r"the mask must say.*in the shape \(2, 4\).*got the shape \(2, 3\)",
    ),
    "stateful: unknown batch": (
        lambda: layers.LSTM(2, stateful=True)(ppul.Input((4, 3))),
        r"`stateful=True` needs a batch size.*\(None, 4, 3\).*batch_shape",
    ),
    "stateful: other batch": (
        lambda: [
            layer := layers.LSTM(2, stateful=True),
            layer(ones(2, 4, 3)),
            layer(ones(1, 4, 3)),
        ],
        r"for a batch of 1; got \[\(2, 2\), \(2, 2\)\].*batches of one size only",
    ),
    "no cell": (lambda: layers.RNN(layers.Dense(3)), "RNN 'rnn.*a cell must have.*<Dense name"),
    "no cells": (lambda: layers.StackedRNNCells([]), r"`cells` must be a list of cells; got \[\]"),
    "no cell in a stack": (
        lambda: layers.StackedRNNCells([3]),
        "a cell must have.*got 3 of type int",
    ),
    "states that grow": (
        lambda: layers.RNN(Grown())(ones(1, 4, 2)),
        r"called with states.*\(1, 3\).*returned states of.*\(1, 5\).*`state_size`",
    ),
    "convolution: rank": (
        lambda: layers.ConvLSTM2D(2, 2)(ones(1, 4, 4, 1)),
        r"ConvLSTM2D 'conv_lstm2d.*expected 5 dimensions.*\(1, 4, 4, 1\)",
    ),
    "convolution: kernel": (
        lambda: layers.ConvLSTM1D(2, (2, 2)),
        r"`kernel_size` must be an integer or 1 integers.*\(2, 2\)",
    ),
    "convolution: padding": (
        lambda: layers.ConvLSTM1D(2, 2, padding="causal"),
        "`padding` must be one of 'valid', 'same'; got 'causal'",
    ),
    "convolution: strides and dilation": (
        lambda: layers.ConvLSTM3D(2, 2, strides=2, dilation_rate=2),
        r"strides \(2, 2, 2\) and dilation_rate \(2, 2, 2\)",
    ),
    "convolution: unknown size": (
        lambda: layers.ConvLSTM2D(2, 2)(ppul.Input((3, None, 4, 1))),
        r"sizes of its states follow.*\(None, None, 4, 1\)",
    ),
    "convolution: words": (
        lambda: layers.ConvLSTM1D(2, 1)(WORDS[..., None]),
        "takes numbers.*<U1",
    ),
    "both directions: mode": (
        lambda: layers.Bidirectional(layers.GRU(2), merge_mode="avg"),
        "`merge_mode` must be one of.*got 'avg'. Did you mean 'ave'",
    ),
    "both directions: no recurrent layer": (
        lambda: layers.Bidirectional(layers.Dense(2)),
        "`layer` must be a recurrent layer.*<Dense name",
    ),
    "both directions: the same": (
        lambda: layers.Bidirectional(layers.GRU(2), backward_layer=layers.GRU(2)),
        "opposite directions; `go_backwards` is False for both",
    ),
    "both directions: other outputs": (
        lambda: layers.Bidirectional(
            layers.GRU(2),
            backward_layer=layers.GRU(2, go_backwards=True, return_sequences=True),
        ),
        "`return_sequences` must be the same for both layers; got False.*True",
    ),
    "both directions: states": (
        lambda: layers.Bidirectional(layers.GRU(2))(ones(1, 4, 3), initial_state=[ones(1, 2)]),
        r"`initial_state` must be a list.*got 1 array",
    ),
    "each step: rank": (
        lambda: layers.TimeDistributed(layers.Dense(2))(ones(2, 3)),
        r"TimeDistributed 'time_distributed.*at least 3 dimensions.*\(2, 3\)",
    ),
    "each step: mask": (
        lambda: layers.TimeDistributed(layers.Dense(2))(ones(2, 3, 4), mask=np.ones((2, 4), bool)),
        r"mask must begin with.*\(2, 3\).*got the shape \(2, 4\)",
    ),
    "each step: no layer": (
        lambda: layers.TimeDistributed("dense"),
        "`layer` must be a layer; got 'dense'",
    ),
    "each step: words": (
        lambda: layers.TimeDistributed(layers.Dense(2))(WORDS),
        "takes numbers.*<U1",
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_bad_input_is_refused_with_a_message(name: str) -> None:
    call, words = ROWS[name]
    with pytest.raises(ValueError) as found:  # noqa: PT011  (its words are in the row)
        call()
    assert re.search(words, str(found.value)), str(found.value)
