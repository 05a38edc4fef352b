"""Rows of recurrent layers, and of those that go along a sequence.

Compiling their loops takes long: of these rows, only the first of each family always runs.
"""

from typing import Any

import numpy as np

from ppul import layers
from tests.gallery.case import Case

_STEPS = (2, 4, 3)
# Padding before, in the middle and behind.
_MASK = {"mask": np.array([[False, True, False, True], [True, True, False, False]])}
_ONCE = {"initial_state": np.array([[0.5, -0.5, 0.1], [1.0, 0.2, -0.3]], "float32")}


def _about(seed: int | None = 3) -> dict[str, Any]:
    """Every argument about weights, outputs and dropout, away from its default."""
    return {
        "activation": "softsign",
        "kernel_initializer": "he_normal",
        "recurrent_initializer": "glorot_normal",
        "bias_initializer": "ones",
        "kernel_regularizer": "l2",
        "recurrent_regularizer": "l1",
        "bias_regularizer": "l2",
        "activity_regularizer": "l2",
        "kernel_constraint": "max_norm",
        "recurrent_constraint": "unit_norm",
        "bias_constraint": "non_neg",
        "dropout": 0.25,
        "recurrent_dropout": 0.5,
        **({} if seed is None else {"seed": seed}),
    }


def _case(*args: Any, family: str = "recurrent", **kwargs: Any) -> Case:
    return Case(*args, family=family, **kwargs)


CASES = [
    _case(layers.LSTM, {"units": 3}, _STEPS),
    _case(
        layers.LSTM,
        {"units": 2, "return_sequences": True, "return_state": True, "go_backwards": True}
        | {"recurrent_activation": "hard_sigmoid", "unit_forget_bias": False}
        | _about(),
        _STEPS,
        _MASK,
    ),
    _case(
        layers.LSTM,
        {"units": 2, "use_bias": False, "unroll": True, "zero_output_for_mask": True},
        _STEPS,
    ),
    _case(layers.GRU, {"units": 3}, _STEPS, _MASK | _ONCE),
    _case(
        layers.GRU,
        {"units": 3, "reset_after": False, "return_sequences": True, "go_backwards": True}
        | {"return_state": True, "zero_output_for_mask": True, "recurrent_activation": "tanh"}
        | _about(),
        _STEPS,
        _MASK | _ONCE,
    ),
    _case(layers.GRU, {"units": 3, "use_bias": False, "unroll": True}, _STEPS),
    _case(
        layers.GRU, {"units": 3, "use_bias": False, "reset_after": False, "unroll": True}, _STEPS
    ),
    _case(layers.SimpleRNN, {"units": 3}, _STEPS, _MASK | _ONCE),
    _case(
        layers.SimpleRNN,
        {"units": 3, "return_sequences": True, "return_state": True, "go_backwards": True}
        | {"zero_output_for_mask": True}
        | _about(seed=None),  # Keras leaves it out of configurations
        _STEPS,
        _MASK,
        unwritten=("activity_regularizer",),
    ),
    _case(layers.SimpleRNN, {"units": 2, "use_bias": False, "unroll": True}, _STEPS),
    _case(layers.RNN, {"cell": layers.LSTMCell(3, dropout=0.5)}, _STEPS, _MASK, half=False),
    _case(
        layers.RNN,
        {
            "cell": layers.StackedRNNCells(
                [layers.GRUCell(3), layers.LSTMCell(2), layers.SimpleRNNCell(2)]
            ),
            "return_sequences": True,
            "return_state": True,
            "go_backwards": True,
        },
        _STEPS,
        half=False,
    ),
    _case(
        layers.RNN,
        {"cell": layers.SimpleRNNCell(2), "unroll": True, "zero_output_for_mask": True},
        _STEPS,
        half=False,
    ),
    _case(layers.ConvLSTM1D, {"filters": 2, "kernel_size": 2}, (2, 3, 5, 2)),
    _case(
        layers.ConvLSTM1D,
        {"filters": 2, "kernel_size": 2, "strides": 2, "padding": "same", "use_bias": False}
        | {"return_sequences": True, "return_state": True, "go_backwards": True},
        (2, 4, 5, 2),
    ),
    _case(
        layers.ConvLSTM1D,
        {"filters": 2, "kernel_size": 3, "dilation_rate": 2, "data_format": "channels_first"}
        | {"unit_forget_bias": False, "recurrent_activation": "tanh"}
        | _about(),
        (2, 2, 3, 6),
    ),
    _case(
        layers.ConvLSTM2D,
        {"filters": 2, "kernel_size": (1, 2), "padding": "same", "return_sequences": True},
        (2, 3, 3, 4, 1),
    ),
    _case(
        layers.ConvLSTM2D,
        {"filters": 2, "kernel_size": 2, "strides": (2, 1), "use_bias": False, "unroll": True}
        | {"return_state": True, "data_format": "channels_first"},
        (1, 2, 2, 5, 4),
    ),
    _case(
        layers.ConvLSTM2D,
        {"filters": 2, "kernel_size": 2, "dilation_rate": 2, "unit_forget_bias": False}
        | {"recurrent_activation": "hard_sigmoid", "zero_output_for_mask": True}
        | _about(),
        (2, 4, 4, 4, 2),
    ),
    _case(layers.ConvLSTM3D, {"filters": 2, "kernel_size": 2}, (1, 2, 3, 3, 3, 2)),
    _case(
        layers.ConvLSTM3D,
        {"filters": 1, "kernel_size": (1, 2, 2), "strides": (1, 2, 2), "padding": "same"}
        | {"return_sequences": True, "return_state": True, "go_backwards": True},
        (1, 2, 2, 3, 3, 1),
    ),
    _case(
        layers.ConvLSTM3D,
        {"filters": 1, "kernel_size": 2, "data_format": "channels_first", "use_bias": False}
        | {"dilation_rate": 2},
        (1, 2, 2, 3, 3, 4),
    ),
    # Keras lets layers inside compute in the wrapper's dtype, whatever theirs is: see test_rnn.py.
    _case(
        layers.Bidirectional,
        {"layer": layers.GRU(2)},
        _STEPS,
        half=False,
        family="bidirectional",
    ),
    _case(
        layers.Bidirectional,
        {
            "layer": layers.LSTM(2, return_sequences=True, return_state=True),
            "merge_mode": "ave",
            "activity_regularizer": "l2",
        },
        _STEPS,
        _MASK,
        half=False,
        family="bidirectional",
    ),
    _case(
        layers.Bidirectional,
        {
            "layer": layers.SimpleRNN(2, return_sequences=True),
            "backward_layer": layers.LSTM(2, return_sequences=True, go_backwards=True),
            "merge_mode": None,
        },
        _STEPS,
        _MASK,
        half=False,
        family="bidirectional",
    ),
    _case(
        layers.Bidirectional,
        {"layer": layers.RNN(layers.GRUCell(2), go_backwards=True), "merge_mode": "mul"},
        _STEPS,
        half=False,
        family="bidirectional",
    ),
    _case(
        layers.Bidirectional,
        {"layer": layers.ConvLSTM1D(2, 2, return_sequences=True), "merge_mode": "sum"},
        (2, 3, 4, 1),
        half=False,
        family="bidirectional",
    ),
    _case(
        layers.TimeDistributed,
        {"layer": layers.Dense(2)},
        _STEPS,
        half=False,
        family="time distributed",
    ),
    _case(
        layers.TimeDistributed,
        {"layer": layers.Conv2D(2, 2, activation="relu"), "activity_regularizer": "l2"},
        (2, 3, 4, 4, 1),
        half=False,
        family="time distributed",
    ),
    _case(
        layers.TimeDistributed,
        {"layer": layers.LSTM(2)},
        (2, 4, 3, 2),
        family="time distributed",
    ),
]
# They are called with states; test_rnn_cells.py has their rows.
BESIDE = {layers.SimpleRNNCell, layers.GRUCell, layers.LSTMCell, layers.StackedRNNCells}
