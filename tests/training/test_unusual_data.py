"""Arrays that nothing reads, weights of any shape, missing targets, frames of several dtypes."""

from __future__ import annotations

import keras
import numpy as np
import pandas as pd
import pytest

import ppul
from tests.training.feeds import W, X, Y, Z
from tests.training.test_data_inputs import (
    ARRAY_FIT,
    CLASS_WEIGHT,
    LABELS,
    assert_history,
    histories,
    network,
    penalized,
    two_inputs,
)


def test_targets_that_nothing_reads_do_no_harm() -> None:
    assert_history(*histories(penalized, {"loss": None}, ARRAY_FIT))


def test_inputs_that_nothing_reads_do_no_harm() -> None:
    x = {"left": X, "right": Z, "unused": Z}
    fit = {"x": x, "y": Y, "batch_size": 10}
    assert_history(*histories(two_inputs, {"loss": "mse"}, fit))


def test_an_unused_input_may_come_and_go() -> None:
    model = two_inputs(ppul)
    outputs = [
        model.predict({"left": X, "right": Z} | more, verbose=0) for more in ({}, {"unused": Z})
    ]
    np.testing.assert_array_equal(*outputs)


@pytest.mark.parametrize("make", [lambda w: w[:, None], pd.DataFrame, lambda w: w])
def test_class_weights_multiply_sample_weights_of_any_shape(make) -> None:
    each = np.array([CLASS_WEIGHT.get(label, 1.0) for label in LABELS]) * W
    found = []
    for k, weights in (
        (ppul, {"sample_weight": make(W), "class_weight": CLASS_WEIGHT}),
        (keras, {"sample_weight": each}),
    ):
        model = network(k, classes=True)
        model.compile(k.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
        fit = {"batch_size": 10, "epochs": 2, "shuffle": False, "verbose": 0}
        found.append(model.fit(X, LABELS, **weights, **fit).history)
    assert_history(*found)


@pytest.mark.parametrize("method", ["fit", "evaluate", "train_on_batch"])
def test_missing_targets_are_named(method: str) -> None:
    model = network(ppul)
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match=r"`y` is None"):
        getattr(model, method)(X)


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(X).astype({1: bool, 2: "int64"}),
        pd.DataFrame(X).convert_dtypes(),
    ],
)
def test_frames_of_booleans_and_numbers_are_numbers(frame) -> None:
    model = network(ppul)
    np.testing.assert_array_equal(model.predict(frame, verbose=0), model.predict(X, verbose=0))


@pytest.mark.parametrize("offset", [0, 4])
def test_arrays_that_change_while_they_are_trained_on_were_read_before(offset: int) -> None:
    """Wherever they lie in memory: XLA may use arrays that begin at a multiple of 64 bytes."""
    memory = np.zeros((64 * 512 + 32,), "float32")
    start = -memory.ctypes.data // 4 % 16 + offset
    x = memory[start : start + 64 * 512].reshape(64, 512)

    class Spoil(ppul.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None) -> None:
            x[:] = np.nan

    losses = []
    for callbacks in ([], [Spoil()]):
        x[:] = np.linspace(0, 1, x.size).reshape(x.shape)
        ppul.utils.set_random_seed(0)
        model = ppul.Sequential([ppul.Input((512,)), ppul.layers.Dense(1)])
        model.compile("sgd", "mse")
        fit = model.fit(x, x[:, :1].copy(), epochs=3, verbose=0, callbacks=callbacks)
        losses.append(fit.history["loss"])
    assert losses[0] == losses[1]


@pytest.mark.parametrize("mix", ["mean", "products", "none"])
def test_rows_of_a_short_batch_see_each_other_and_no_more(mix: str) -> None:
    """A batch of 5 is computed as one of 8."""
    x = np.random.default_rng(0).normal(size=(37, 4)).astype("float32")
    found = []
    for k in (ppul, keras):
        ops = k.ops
        mixed = {
            "mean": lambda x, ops=ops: x - ops.mean(x, axis=0),
            "products": lambda x, ops=ops: x @ ops.transpose(x),
            "none": lambda x, ops=ops: ops.sin(x),
        }
        model = k.Sequential([k.Input((4,)), k.layers.Lambda(mixed[mix])])
        short = [model.predict(x[:n], verbose=0) for n in (5, 1, 3, 5)]
        found.append([*short, *([] if mix == "products" else [model.predict(x, verbose=0)])])
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
