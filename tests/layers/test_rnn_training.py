"""Recurrent layers in compiled epochs and in files."""

from __future__ import annotations

import sys
from typing import Any

import jax
import keras
import numpy as np
import pytest

import ppul
from ppul.training import chunks
from tests.oracle import assert_close, copy_weights

RNG = np.random.default_rng(0)
WORDS = RNG.integers(1, 9, (24, 6)).astype("int32")
WORDS[np.arange(24) % 3 == 0, 4:] = 0
LABELS = RNG.integers(0, 2, 24).astype("float32")
SERIES = RNG.normal(size=(24, 5, 3)).astype("float32")
TARGETS = RNG.normal(size=(24, 2)).astype("float32")


def texts(library: Any) -> Any:
    """A stack of recurrent layers over words of which some are padding."""
    layers = library.layers
    return library.Sequential(
        [
            library.Input((6,), dtype="int32"),
            layers.Embedding(9, 4, mask_zero=True),
            layers.Bidirectional(layers.GRU(3, return_sequences=True)),
            layers.LSTM(3, return_sequences=True, kernel_regularizer="l2"),
            layers.TimeDistributed(layers.Dense(3, activation="tanh")),
            layers.SimpleRNN(3),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def everything(library: Any) -> Any:
    """A layer of each class, for files."""
    layers = library.layers
    inputs = library.Input((5, 3))
    x = layers.RNN([layers.LSTMCell(3), layers.GRUCell(4)], return_sequences=True)(inputs)
    x = layers.Bidirectional(
        layers.SimpleRNN(2, return_sequences=True),
        backward_layer=layers.GRU(2, return_sequences=True, go_backwards=True, reset_after=False),
    )(x)
    pictures = layers.Reshape((5, 2, 2))(x)
    first = layers.TimeDistributed(layers.Conv1D(2, 1))(pictures)
    second = layers.ConvLSTM1D(2, 1, return_sequences=True)(pictures)
    steps = layers.Reshape((5, 4))(layers.Add()([first, second]))
    outputs, hidden, carry = layers.LSTM(2, return_state=True)(steps)
    return library.Model(inputs, [outputs, hidden, carry])


@pytest.mark.thorough
def test_history_is_that_of_keras() -> None:
    ours, theirs = texts(ppul), texts(keras)
    copy_weights(theirs, ours)
    for model in (ours, theirs):
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    theirs.steps_per_execution = 3
    found = [
        model.fit(WORDS, LABELS, batch_size=9, epochs=3, shuffle=False, verbose=0).history
        for model in (ours, theirs)
    ]
    for name, figures in found[0].items():
        np.testing.assert_allclose(figures, found[1][name], rtol=1e-4, err_msg=name)
    assert_close(ours.get_weights(), theirs.get_weights(), rtol=1e-3, atol=1e-4)


def stateful(library: Any, rate: float = 0.0) -> Any:
    layers = library.layers
    return library.Sequential(
        [
            library.Input(batch_shape=(4, 5, 3)),
            layers.LSTM(3, stateful=True, dropout=rate, recurrent_dropout=rate, seed=1),
            layers.Dense(2),
        ]
    )


def test_states_go_on_through_a_compiled_epoch() -> None:
    # In Keras they do so only where the layer is called outside of `fit`.
    ours, theirs = stateful(ppul), stateful(keras)
    copy_weights(theirs, ours)
    ours.compile(ppul.optimizers.SGD(0.0), "mse")
    ours.fit(SERIES, TARGETS, batch_size=4, epochs=2, shuffle=False, verbose=0)
    expected = [theirs(part) for _ in range(2) for part in np.split(SERIES, 6)]
    assert_close(*([s.numpy() for s in m.layers[0].states] for m in (ours, theirs)))
    assert not np.allclose(expected[0], expected[6])
    loss = ours.evaluate(SERIES, TARGETS, batch_size=4, verbose=0)
    outputs = np.concatenate([theirs(part) for part in np.split(SERIES, 6)])
    np.testing.assert_allclose(loss, np.mean((outputs - TARGETS) ** 2), rtol=1e-4)


@pytest.mark.rows(1)
@pytest.mark.parametrize("chunk", [1, 4])
def test_result_does_not_depend_on_the_chunks(chunk: int, monkeypatch: Any) -> None:
    def trained(length: int) -> list[Any]:
        monkeypatch.setattr(chunks.Pace, "next", lambda self, left: min(left, length))
        ppul.utils.set_random_seed(0)
        model = stateful(ppul, rate=0.3)
        model.compile("adam", "mse")
        history = model.fit(SERIES, TARGETS, batch_size=4, epochs=2, verbose=0).history
        variables = [v.numpy() for v in (*model.variables, *model.optimizer.variables)]
        return [*variables, *history["loss"]]

    for a, b in zip(trained(sys.maxsize), trained(chunk), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.thorough
@pytest.mark.parametrize("net", [texts, pytest.param(everything, marks=pytest.mark.thorough)])
@pytest.mark.parametrize(
    "ending", [".keras", pytest.param(".weights.h5", marks=pytest.mark.thorough)]
)
def test_each_library_loads_what_the_other_saved(net: Any, ending: str, tmp_path: Any) -> None:
    path, data = tmp_path / f"model{ending}", WORDS if net is texts else SERIES
    for source, target in ((ppul, keras), (keras, ppul)):
        model = net(source)
        if ending == ".keras":
            model.save(path)
            other = target.saving.load_model(path)
        else:
            model.save_weights(path)
            other = net(target)
            other.load_weights(path)
        for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)
        assert_close(*jax.jit(lambda x, pair=(model, other): [each(x) for each in pair])(data))


@pytest.mark.thorough
@pytest.mark.parametrize("layer", ["SimpleRNN", "GRU", "LSTM", "ConvLSTM1D"])
def test_smallest_model_trains(layer: str) -> None:
    # So small that all of its step is one kernel, the loop over the sequence too.
    ppul.utils.set_random_seed(0)
    arguments = (1, 1) if layer == "ConvLSTM1D" else (1,)
    x = SERIES[..., None] if layer == "ConvLSTM1D" else SERIES
    model = ppul.Sequential(
        [
            ppul.Input(x.shape[1:]),
            getattr(ppul.layers, layer)(*arguments, return_sequences=True),
            ppul.layers.Flatten(),
            ppul.layers.Dense(1),
        ]
    )
    model.compile("adam", "mse")
    history = model.fit(x, x[:, 0, 0], epochs=20, batch_size=8, verbose=0).history
    assert history["loss"][-1] < history["loss"][0]
