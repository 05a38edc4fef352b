"""Whole trainings beside Keras's: same weights, same data, same history."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

import ppul

# Three epochs of float32 steps in two libraries: differences of rounding grow with every step.
HISTORY = {"rtol": 1e-4, "atol": 1e-6}


def wide_and_deep(k: Any) -> Any:
    a = k.Input((5,), name="wide_input")
    b = k.Input((6,), name="deep_input")
    hidden = k.layers.Dense(30, activation="relu")(b)
    hidden = k.layers.Dense(30, activation="relu")(hidden)
    joined = k.layers.concatenate([a, hidden])
    return k.Model(
        [a, b], [k.layers.Dense(1, name="main")(joined), k.layers.Dense(1, name="aux")(hidden)]
    )


def mnist_mlp(k: Any) -> Any:
    return k.Sequential(
        [
            k.Input((784,)),
            k.layers.Dense(128, activation="relu"),
            k.layers.Dense(84, activation="relu"),
            k.layers.Dense(10, activation="softmax"),
        ]
    )


def mnist_mlp_l2(k: Any) -> Any:
    l2 = k.regularizers.L2(0.0001)
    return k.Sequential(
        [
            k.Input((784,)),
            k.layers.Dense(128, kernel_regularizer=l2, activation="relu"),
            k.layers.Dense(84, kernel_regularizer=l2, activation="relu"),
            k.layers.Dense(10, activation="softmax"),
        ]
    )


def fashion_mlp(k: Any) -> Any:
    return k.Sequential(
        [
            k.Input((28, 28)),
            k.layers.Flatten(),
            k.layers.Dense(300, activation="relu"),
            k.layers.Dense(100, activation="relu"),
            k.layers.Dense(10, activation="softmax"),
        ]
    )


def normalized_mlp(k: Any) -> Any:
    model = k.Sequential([k.Input((784,))])
    for _ in range(4):
        model.add(k.layers.Dense(50, kernel_initializer="he_normal"))
        model.add(k.layers.BatchNormalization())
        model.add(k.layers.Activation("relu"))
        model.add(k.layers.Dropout(0.0))
    model.add(k.layers.Dense(10, kernel_initializer="he_normal"))
    model.add(k.layers.Activation("softmax"))
    return model


def digits_cnn(k: Any) -> Any:
    return k.Sequential(
        [
            k.Input((8, 8, 1)),
            k.layers.Conv2D(10, (3, 3)),
            k.layers.Activation("relu"),
            k.layers.MaxPooling2D((2, 2)),
            k.layers.Flatten(),
            k.layers.Dense(50, activation="relu"),
            k.layers.Dense(10, activation="softmax"),
        ]
    )


def cifar_mlp(k: Any) -> Any:
    return k.Sequential(
        [
            k.Input((3072,)),
            k.layers.Dense(512, activation="relu"),
            k.layers.Dense(10, activation="softmax"),
        ]
    )


def california(k: Any) -> Any:
    return k.Sequential([k.Input((8,)), k.layers.Dense(30, activation="relu"), k.layers.Dense(1)])


def classes(shape: tuple[int, ...], rows: int, *, one_hot: bool) -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    x = rng.random((rows, *shape), dtype="float32")
    labels = (x.reshape(rows, -1)[:, :10] * 10).argmax(-1)
    return x, np.eye(10, dtype="float32")[labels] if one_hot else labels


def regression(rows: int = 200) -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(rows, 8)).astype("float32")
    return x, (x[:, :1] * 2 - x[:, 1:2] + 1).astype("float32")


def two_inputs() -> tuple[Any, Any]:
    x, y = regression()
    return [x[:, :5], x[:, 2:]], [y, y]


DOCUMENTS = {
    "000": (
        normalized_mlp,
        lambda: classes((784,), 200, one_hot=True),
        "adam",
        "categorical_crossentropy",
    ),
    "001": (
        digits_cnn,
        lambda: classes((8, 8, 1), 200, one_hot=True),
        "adam",
        "categorical_crossentropy",
    ),
    "002 Fashion": (
        fashion_mlp,
        lambda: classes((28, 28), 200, one_hot=False),
        "sgd",
        "sparse_categorical_crossentropy",
    ),
    "002 California": (california, regression, "sgd", "mean_squared_error"),
    "002 wide and deep": (wide_and_deep, two_inputs, "sgd", ["mse", "mse"]),
    "003": (
        cifar_mlp,
        lambda: classes((3072,), 150, one_hot=True),
        "adam",
        "categorical_crossentropy",
    ),
    "004": (
        mnist_mlp,
        lambda: classes((784,), 200, one_hot=True),
        "adam",
        "categorical_crossentropy",
    ),
    "004 with L2": (
        mnist_mlp_l2,
        lambda: classes((784,), 200, one_hot=True),
        "adam",
        "categorical_crossentropy",
    ),
}


@pytest.mark.rows(1)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_networks_of_the_documents_have_the_same_history(name: str) -> None:
    build, make_data, optimizer, loss = DOCUMENTS[name]
    ours, theirs = build(ppul), build(keras)
    ours.set_weights(theirs.get_weights())
    x, y = make_data()
    several = isinstance(loss, list)
    settings: dict[str, Any] = {"optimizer": optimizer, "loss": loss}
    settings |= {"loss_weights": [0.9, 0.1]} if several else {}
    settings |= {} if several or "mean" in loss else {"metrics": ["accuracy"]}
    fit = {"batch_size": 32, "epochs": 3, "verbose": 0, "shuffle": False}
    histories = []
    for model in (ours, theirs):
        model.compile(**settings)
        histories.append(model.fit(x, y, validation_data=(x, y), **fit).history)
    assert sorted(histories[0]) == sorted(histories[1])
    for figure, values in histories[1].items():
        np.testing.assert_allclose(histories[0][figure], values, err_msg=figure, **HISTORY)
    np.testing.assert_allclose(
        ours.evaluate(x, y, verbose=0), theirs.evaluate(x, y, verbose=0), **HISTORY
    )
    for a, b in zip(
        _flat(ours.predict(x, verbose=0)), _flat(theirs.predict(x, verbose=0)), strict=True
    ):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4)


WEIGHTS = np.linspace(0.1, 2.0, 100).astype("float32")

FITS = {
    "class weights": {"class_weight": {0: 2.0, 1: 0.5}},
    "sample weights": {"sample_weight": WEIGHTS},
    "a split": {"validation_split": 0.25},
    "a split and weights": {"validation_split": 0.25, "sample_weight": WEIGHTS},
    "every second epoch": {"validation_split": 0.2, "validation_freq": 2},
    "steps of validation": {
        "validation_split": 0.5,
        "validation_steps": 2,
        "validation_batch_size": 5,
    },
    "a later start": {"initial_epoch": 1},
    "fewer steps": {"steps_per_epoch": 3},
}


@pytest.mark.rows(1)
@pytest.mark.filterwarnings("ignore:Your input ran out of data", "ignore:The data ended after")
@pytest.mark.parametrize("name", FITS)
def test_arguments_of_fit_mean_what_they_mean_in_keras(name: str) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(100, 6)).astype("float32")
    y = (x[:, 0] > 0).astype("int32") + (x[:, 1] > 0.5)

    def build(k: Any) -> Any:
        model = k.Sequential(
            [k.Input((6,)), k.layers.Dense(4, "tanh"), k.layers.Dense(3, "softmax")]
        )
        model.compile(
            "adam",
            "sparse_categorical_crossentropy",
            metrics=["accuracy"],
            weighted_metrics=["sparse_categorical_crossentropy"],
        )
        return model

    ours, theirs = build(ppul), build(keras)
    ours.set_weights(theirs.get_weights())
    histories = [
        model.fit(x, y, batch_size=16, epochs=4, verbose=0, shuffle=False, **FITS[name]).history
        for model in (ours, theirs)
    ]
    assert sorted(histories[0]) == sorted(histories[1])
    for figure, values in histories[1].items():
        np.testing.assert_allclose(histories[0][figure], values, err_msg=figure, **HISTORY)


def _flat(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]
