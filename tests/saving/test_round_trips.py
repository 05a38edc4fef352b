"""Models of the documents' kinds, saved here and loaded in Keras, and the other way round."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any, NamedTuple

import h5py
import keras
import numpy as np
import pytest

import ppul

_RNG = np.random.default_rng(0)
X = _RNG.normal(size=(16, 6)).astype("float32")
PICTURES = _RNG.random((16, 6, 6, 1), dtype="float32")
CLASSES = _RNG.integers(0, 3, 16)
ONE_HOT = np.eye(3, dtype="float32")[CLASSES]
Y = X[:, :1] * 2 - X[:, 1:2] + 1
# Sums of 20 steps in another order.
CLOSE = {"rtol": 2e-4, "atol": 2e-5}
ENDINGS = (".keras", ".h5", ".weights.h5")


def mlp(k: Any) -> Any:
    layers = k.layers
    model = k.Sequential(
        [
            k.Input((6,)),
            layers.Dense(5, "relu", kernel_initializer="he_normal"),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
            layers.Dense(3, "softmax"),
        ]
    )
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return model


def cnn(k: Any) -> Any:
    layers = k.layers
    model = k.Sequential(
        [
            k.Input((6, 6, 1)),
            layers.Conv2D(3, 3, activation="relu", padding="same"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(3, "softmax"),
        ]
    )
    loss = k.losses.SparseCategoricalCrossentropy()
    model.compile(k.optimizers.RMSprop(0.003), loss, metrics=["acc"])
    return model


def wide_and_deep(k: Any) -> Any:
    wide, deep = k.Input((4,), name="wide"), k.Input((6,), name="deep")
    hidden = k.layers.Dense(5, "relu")(k.layers.Dense(5, "relu")(deep))
    main = k.layers.Dense(1, name="main")(k.layers.concatenate([wide, hidden]))
    aux = k.layers.Dense(1, name="aux")(hidden)
    model = k.Model([wide, deep], [main, aux])
    model.compile(k.optimizers.SGD(0.01), ["mse", "mae"], loss_weights=[0.9, 0.1])
    return model


def penalised(k: Any) -> Any:
    l2 = k.regularizers.L2(0.01)
    model = k.Sequential([k.Input((6,)), k.layers.Dense(5, "tanh", kernel_regularizer=l2)])
    model.add(k.layers.Dense(3, "softmax", kernel_regularizer=l2, kernel_constraint="non_neg"))
    rate = k.optimizers.schedules.ExponentialDecay(0.01, 5, 0.9)
    model.compile(k.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    return model


def momentum(k: Any) -> Any:
    model = k.Sequential([k.Input((6,)), k.layers.Dense(5, "selu"), k.layers.Dense(1)])
    model.compile(k.optimizers.SGD(0.01, momentum=0.9, nesterov=True), "mse", metrics=["mae"])
    return model


NETS = {
    "mlp": (mlp, X, ONE_HOT),
    "cnn": (cnn, PICTURES, CLASSES),
    "wide and deep": (wide_and_deep, [X[:, :4], X], [Y, Y]),
    "penalised": (penalised, X, CLASSES),
    "momentum": (momentum, X, Y),
}


class State(NamedTuple):
    weights: list[Any]
    slots: list[Any]
    outputs: Any


def state_of(model: Any, x: Any) -> State:
    slots = [np.asarray(v.value) for v in model.optimizer.variables]
    return State(model.get_weights(), slots, model.predict(x, verbose=0))


def steps(model: Any, x: Any, y: Any, count: int) -> list[float]:
    """The losses of so many steps on the same batch."""
    history = model.fit(x, y, batch_size=16, epochs=count, shuffle=False, verbose=0)
    return history.history["loss"]


def without_dropout(model: Any) -> Any:
    """The model without what two libraries draw differently."""
    for layer in model.layers:
        if "dropout" in layer.name:
            layer.rate = 0.0
    model.make_train_function(force=True)
    return model


class Original(NamedTuple):
    path: Path
    saved: State
    losses: list[float]
    later: State


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A function that trains a network, saves it in every format and trains on."""

    @functools.cache
    def make(name: str, k: Any) -> Original:
        build, x, y = NETS[name]
        path = tmp_path_factory.mktemp(k.__name__) / "model"
        model = build(k)
        steps(model, x, y, 3)
        saved = state_of(model, x)
        for ending in ENDINGS:
            save = model.save_weights if "weights" in ending else model.save
            save(f"{path}{ending}")
        losses = steps(without_dropout(model), x, y, 20)
        return Original(path, saved, losses, state_of(model, x))

    return make


def loaded(path: Path, ending: str, build: Any, k: Any) -> Any:
    if "weights" in ending:
        model = build(k)
        model.optimizer.build(model.trainable_variables)
        model.load_weights(f"{path}{ending}")
        return model
    model = k.saving.load_model(f"{path}{ending}")
    if k is keras and ending == ".h5":
        # Keras 3.15 builds the optimizer of any such file for no weights, and cannot train on.
        model.compile_from_config(model.get_compile_config())
        with h5py.File(f"{path}{ending}") as file:
            group = file["optimizer_weights"]
            slots = [group[name][()] for name in group.attrs["weight_names"]]
        model.optimizer.set_weights(slots)
    return model


@pytest.mark.rows(2)
@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("source", [ppul, keras], ids=["ours", "theirs"])
@pytest.mark.parametrize("name", NETS)
def test_a_model_goes_on_in_the_other_library(
    name: str, source: Any, ending: str, original: Any
) -> None:
    build, x, y = NETS[name]
    there = original(name, source)
    model = loaded(there.path, ending, build, keras if source is ppul else ppul)
    here = state_of(model, x)
    for a, b in zip(
        here.weights + here.slots, there.saved.weights + there.saved.slots, strict=True
    ):
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)
    np.testing.assert_allclose(np.hstack(here.outputs), np.hstack(there.saved.outputs), **CLOSE)
    np.testing.assert_allclose(steps(without_dropout(model), x, y, 20), there.losses, **CLOSE)
    later = state_of(model, x)
    for a, b in zip(
        later.weights + later.slots, there.later.weights + there.later.slots, strict=True
    ):
        np.testing.assert_allclose(a, b, **CLOSE)
