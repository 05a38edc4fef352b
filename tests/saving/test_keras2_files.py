"""Files of Keras 2 and tf.keras, laid out by hand, load and compute what NumPy computes."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from scipy.signal import convolve2d

import ppul
from ppul.saving import load_model
from tests.saving.keras2_files import (
    Layers,
    correlate,
    dense_config,
    dense_weights,
    drawn,
    input_config,
    max_pool,
    random,
    relu,
    softmax,
    write_h5,
)

CLOSE = {"rtol": 2e-5, "atol": 2e-6}
X = random(8, 4)
KERNEL, BIAS = random(4, 3), random(3)


def predicted(model: Any, x: Any) -> Any:
    return model.predict(x, verbose=0)


def linear(path: Path, training: Any = None, slots: Any = None, **how: Any) -> Any:
    """One Dense layer without penalty or constraint, in a file."""
    layer = dense_config("d", 1, kernel_regularizer=None, kernel_constraint=None)
    layer["config"]["batch_input_shape"] = [None, 4]
    config = {"class_name": "Sequential", "config": {"name": "s", "layers": [layer]}}
    weights = {"d": dense_weights("d", random(4, 1), random(1))}
    return write_h5(path, config, weights, training, slots, **how)


# Models.


@pytest.mark.parametrize(
    "how",
    [
        {"version": "2.1.6", "as_list": True},
        {"version": "2.3.1"},
        {"version": "2.4.0-tf", "as_bytes": False},
        {"version": "2.3.1", "split": True},
    ],
    ids=" ".join,
)
def test_an_mlp_predicts_what_numpy_computes(tmp_path: Path, how: dict[str, Any]) -> None:
    norm = {
        "name": "norm",
        "trainable": True,
        "axis": [1] if "tf" in how["version"] else -1,
        "momentum": 0.99,
        "epsilon": 0.001,
        "fused": None,
    }
    dropout = {"name": "drop", "trainable": True, "rate": 0.5, "noise_shape": None, "seed": None}
    layers = [
        dense_config("first", 3, "relu", batch_input_shape=[None, 4]),
        {"class_name": "BatchNormalization", "config": norm},
        {"class_name": "Dropout", "config": dropout},
        dense_config("last", 2, "softmax"),
    ]
    gamma, beta, mean, variance = (np.abs(random(3, seed=i)) + 0.5 for i in range(4))
    weights: Layers = {
        "first": dense_weights("first", KERNEL, BIAS),
        "norm": {
            "norm/gamma:0": gamma,
            "norm/beta:0": beta,
            "norm/moving_mean:0": mean,
            "norm/moving_variance:0": variance,
        },
        "drop": {},
        "last": dense_weights("last", random(3, 2), random(2)),
    }
    as_list = how.pop("as_list", False)
    config = layers if as_list else {"name": "sequential_1", "layers": layers}
    path = write_h5(
        tmp_path / "mlp.h5", {"class_name": "Sequential", "config": config}, weights, **how
    )
    hidden = relu(X @ KERNEL + BIAS)
    hidden = (hidden - mean) / np.sqrt(variance + 0.001) * gamma + beta
    expected = softmax(hidden @ random(3, 2) + random(2))
    model = load_model(path)
    np.testing.assert_allclose(predicted(model, X), expected, **CLOSE)
    assert [layer.name for layer in model.layers] == ["first", "norm", "drop", "last"]
    assert model.layers[0].kernel_initializer.distribution == "truncated_normal"
    assert model.layers[0].kernel_regularizer.get_config()["l2"] == pytest.approx(0.01)
    assert model.layers[0].kernel_constraint.max_value == 2


def convolution(name: str, filters: int) -> dict[str, Any]:
    layer = dense_config(name, 0, "relu")
    config = {key: value for key, value in layer["config"].items() if key != "units"}
    config |= {"filters": filters, "kernel_size": [3, 3], "strides": [1, 1], "padding": "valid"}
    config |= {"data_format": "channels_last", "dilation_rate": [1, 1]}
    return {"class_name": "Conv2D", "config": config}


def cnn(path: Path, kernel: np.ndarray, **how: Any) -> Any:
    pool = {"pool_size": [2, 2], "padding": "valid", "strides": [2, 2]}
    pool |= {"name": "pool", "trainable": True, "data_format": "channels_last"}
    flat = {"name": "flat", "trainable": True, "data_format": "channels_last"}
    layers = [
        (input_config("picture", 6, 6, 1), []),
        (convolution("conv", 2), [[["picture", 0, 0, {}]]]),
        ({"class_name": "MaxPooling2D", "config": pool}, [[["conv", 0, 0, {}]]]),
        ({"class_name": "Flatten", "config": flat}, [[["pool", 0, 0, {}]]]),
        (dense_config("head", 3, "softmax"), [[["flat", 0, 0, {}]]]),
    ]
    weights = {
        "picture": {},
        "conv": dense_weights("conv", kernel, random(2)),
        "pool": {},
        "flat": {},
        "head": dense_weights("head", random(8, 3), random(3)),
    }
    config = drawn(layers, [["picture", 0, 0]], [["head", 0, 0]])
    return load_model(write_h5(path, config, weights, **how))


def test_a_cnn_predicts_what_numpy_computes(tmp_path: Path) -> None:
    pictures, kernel = random(5, 6, 6, 1), random(3, 3, 1, 2)
    hidden = max_pool(relu(correlate(pictures, kernel) + random(2))).reshape(5, -1)
    expected = softmax(hidden @ random(8, 3) + random(3))
    model = cnn(tmp_path / "cnn.h5", kernel)
    np.testing.assert_allclose(predicted(model, pictures), expected, **CLOSE)


def test_kernels_of_theano_are_turned(tmp_path: Path) -> None:
    pictures, kernel = random(5, 6, 6, 1), random(3, 3, 1, 2)
    model = cnn(tmp_path / "cnn.h5", kernel, backend="theano", version="2.1.2")
    convolved = [
        [convolve2d(p[..., 0], kernel[..., 0, f], "valid") for f in range(2)] for p in pictures
    ]
    hidden = max_pool(relu(np.moveaxis(convolved, 1, -1) + random(2))).reshape(5, -1)
    expected = softmax(hidden @ random(8, 3) + random(3))
    np.testing.assert_allclose(predicted(model, pictures), expected, **CLOSE)


def test_models_inside_and_shared_layers_are_connected_as_they_were(tmp_path: Path) -> None:
    inside = {
        "name": "inside",
        "layers": [dense_config("i", 2, "tanh", batch_input_shape=[None, 3])],
    }
    layers = [
        (input_config("a", 4), []),
        (input_config("b", 4), []),
        (dense_config("shared", 3, "relu"), [[["a", 0, 0, {}]], [["b", 0, 0, {}]]]),
        (
            {"class_name": "Sequential", "config": inside},
            [[["shared", 0, 0, {}]], [["shared", 1, 0, {}]]],
        ),
        (
            {"class_name": "Subtract", "config": {"name": "minus", "trainable": True}},
            [[["inside", 1, 0, {}], ["inside", 2, 0, {}]]],
        ),
    ]
    weights = {
        "a": {},
        "b": {},
        "shared": dense_weights("shared", KERNEL, BIAS),
        "inside": dense_weights("i", random(3, 2), random(2)),
        "minus": {},
    }
    config = drawn(layers, [["a", 0, 0], ["b", 0, 0]], [["minus", 0, 0]])
    model = load_model(write_h5(tmp_path / "nested.h5", config, weights))
    other = random(8, 4, seed=1)
    one, two = (np.tanh(relu(x @ KERNEL + BIAS) @ random(3, 2) + random(2)) for x in (X, other))
    np.testing.assert_allclose(predicted(model, [X, other]), one - two, **CLOSE)


def test_a_frozen_model_inside_has_its_weights_in_another_order(tmp_path: Path) -> None:
    layers = [
        dense_config("first", 4, batch_input_shape=[None, 4]),
        {"class_name": "BatchNormalization", "config": {"name": "norm", "epsilon": 0.0}},
        dense_config("last", 4),
    ]
    config = {"name": "inside", "trainable": False, "layers": layers}
    inside = {"class_name": "Sequential", "config": config}
    whole = {"class_name": "Sequential", "config": {"name": "s", "layers": [inside]}}
    a, b, (mean, factor) = random(4, 4), random(4, 4, seed=1), random(2, 4)
    # All that is trained stands before all that is not.
    weights = dense_weights("first", a, random(4)) | {"norm/gamma:0": factor, "norm/beta:0": mean}
    weights |= dense_weights("last", b, random(4))
    weights |= {"norm/moving_mean:0": mean, "norm/moving_variance:0": factor**2}
    model = load_model(write_h5(tmp_path / "frozen.h5", whole, {"inside": weights}))
    hidden = (X @ a + random(4) - mean) * np.sign(factor) + mean
    np.testing.assert_allclose(predicted(model, X), hidden @ b + random(4), rtol=1e-4, atol=1e-5)
    assert model.trainable_weights == []


def test_a_function_between_layers_takes_its_tensors_by_name(tmp_path: Path) -> None:
    layers = [
        (input_config("a", 4), []),
        (input_config("b", 4), []),
        (
            {"class_name": "Scaled", "config": {"name": "scaled", "trainable": True}},
            [[["a", 0, 0, {"by": ["b", 0, 0], "plus": 2.0}]]],
        ),
    ]

    class Scaled(ppul.layers.Layer):
        def call(self, inputs: Any, by: Any, plus: float) -> Any:
            return inputs * by + plus

    config = drawn(layers, [["a", 0, 0], ["b", 0, 0]], [["scaled", 0, 0]])
    path = write_h5(tmp_path / "custom.h5", config, {"a": {}, "b": {}, "scaled": {}})
    with pytest.raises(TypeError, match=r"custom\.h5.*Unknown class 'Scaled'.*custom_objects"):
        load_model(path)
    model = load_model(path, custom_objects={"Scaled": Scaled})
    np.testing.assert_allclose(predicted(model, [X, X]), X * X + 2, **CLOSE)


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        ({"class_name": "LeakyReLU", "config": {"alpha": 0.25}}, np.where(X > 0, X, X / 4)),
        (
            {"class_name": "Activation", "config": {"activation": "hard_sigmoid"}},
            np.clip(0.2 * X + 0.5, 0, 1),
        ),
        (
            {"class_name": "ELU", "config": {"alpha": 0.5, "dtype": {"class_name": "PolicyV1"}}},
            np.where(X > 0, X, np.expm1(X) / 2),
        ),
        (
            {"class_name": "ReLU", "config": {"max_value": 1.0, "dtype": "infer"}},
            np.clip(X, 0, 1),
        ),
    ],
    ids=lambda value: value["class_name"] if isinstance(value, dict) else "",
)
def test_layers_that_were_described_otherwise(tmp_path: Path, layer: Any, expected: Any) -> None:
    config = {"name": "layer", "trainable": True, "batch_input_shape": [None, 4]}
    layer["config"] = config | layer["config"]
    if isinstance(layer["config"].get("dtype"), dict):
        layer["config"]["dtype"]["config"] = {"name": "float32", "loss_scale": None}
    whole = {"class_name": "Sequential", "config": [layer]}
    model = load_model(write_h5(tmp_path / "m.h5", whole, {"layer": {}}))
    np.testing.assert_allclose(predicted(model, X), expected, **CLOSE)
    model.save(tmp_path / "again.keras")
    np.testing.assert_allclose(
        predicted(load_model(tmp_path / "again.keras"), X), expected, **CLOSE
    )


# What `compile` was given.


def adam(**config: Any) -> dict[str, Any]:
    config = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "amsgrad": False} | config
    return {"class_name": "Adam", "config": config}


W, B, M, V = random(4, 1), random(1), random(4, 1, seed=1), np.abs(random(4, 1, seed=2))
M_BIAS, V_BIAS = random(1, seed=1), np.abs(random(1, seed=2))
STATES = {
    # Keras 2.1: named in order of creation, with a slot for amsgrad that is not used.
    "2.1.6": (
        adam(lr=0.01, decay=0.5, epsilon=None),
        ["Adam/iterations:0", *(f"training/Adam/Variable_{i}:0" for i in range(6))],
        [M, M_BIAS, V, V_BIAS, np.zeros(1), np.zeros(1)],
        0.01 / (1 + 0.5 * 3),
    ),
    "2.4.0": (
        adam(learning_rate=0.01, decay=0.0, name="Adam"),
        ["Adam/iter:0", *(f"Adam/d/{v}/{s}:0" for s in "mv" for v in ("kernel", "bias"))],
        [M, M_BIAS, V, V_BIAS],
        0.01,
    ),
    "2.15.0": (
        adam(learning_rate=0.01, is_legacy_optimizer=False, jit_compile=True, weight_decay=None)
        | {"class_name": "Custom>Adam"},
        ["iteration:0", *(f"Adam/{s}/d/{v}:0" for v in ("kernel", "bias") for s in "mv")],
        [M, V, M_BIAS, V_BIAS],
        0.01,
    ),
}


@pytest.mark.parametrize("version", STATES)
def test_training_goes_on_from_the_optimizers_state(tmp_path: Path, version: str) -> None:
    optimizer, names, values, rate = STATES[version]
    slots = dict(zip(names, [np.int64(3), *values], strict=True))
    training = {"optimizer_config": optimizer, "loss": "mse", "metrics": [], "loss_weights": None}
    path = linear(tmp_path / "m.h5", training, slots, version=version)
    model = load_model(path)
    y = random(8, 1)
    model.train_on_batch(X, y)
    error = 2 * (X @ W + B - y) / 8
    for weight, m, v, g, found in (
        (W, M, V, X.T @ error, model.get_weights()[0]),
        (B, M_BIAS, V_BIAS, error.sum(0), model.get_weights()[1]),
    ):
        m_now, v_now = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        step = rate * np.sqrt(1 - 0.999**4) / (1 - 0.9**4)
        expected = weight - step * m_now / (np.sqrt(v_now) + 1e-7)
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


def test_a_state_that_does_not_fit_is_left_out_with_a_warning(tmp_path: Path) -> None:
    training = {"optimizer_config": adam(lr=0.01), "loss": "mse", "metrics": []}
    path = linear(tmp_path / "m.h5", training, {"Adam/iterations:0": np.int64(3)})
    with pytest.warns(UserWarning, match=r"m\.h5' has a state .* does not fit adam.*starts anew"):
        model = load_model(path)
    assert int(model.optimizer.iterations) == 0
    np.testing.assert_array_equal(model.get_weights()[0], W)


def test_losses_and_metrics_of_old_names_are_known(tmp_path: Path) -> None:
    accuracy = {"class_name": "MeanMetricWrapper", "config": {"name": "acc", "dtype": "float32"}}
    accuracy["config"]["fn"] = "binary_accuracy"
    loss = {
        "class_name": "BinaryCrossentropy",
        "config": {"from_logits": True, "reduction": "auto"},
    }
    training = {"optimizer_config": {"class_name": "SGD", "config": {"lr": 0.1, "decay": 0.0}}}
    for given, metrics, names in (
        (loss, [[accuracy]], ["loss", "acc"]),
        ("logcosh", ["acc", "mae"], ["loss", "acc", "mae"]),
        ({"d": "kullback_leibler_divergence"}, {"d": ["mse"]}, ["loss", "mse"]),
    ):
        how = training | {"loss": given, "metrics": metrics, "sample_weight_mode": None}
        model = load_model(linear(tmp_path / "m.h5", how))
        figures = model.evaluate(X, np.ones((8, 1)), verbose=0, return_dict=True)
        assert sorted(figures) == sorted(names)
    logits = X @ W + B
    model = load_model(linear(tmp_path / "m.h5", training | {"loss": loss, "metrics": None}))
    expected = np.log1p(np.exp(-logits)).mean()
    assert model.evaluate(X, np.ones((8, 1)), verbose=0) == pytest.approx(expected, rel=1e-4)


def test_an_unknown_loss_says_how_to_load_without_it(tmp_path: Path) -> None:
    training = {"optimizer_config": adam(lr=0.1), "loss": "my_loss", "metrics": []}
    path = linear(tmp_path / "m.h5", training)
    with pytest.raises(ValueError, match=r"m\.h5.*my_loss.*compile=False"):
        load_model(path)
    assert not load_model(path, compile=False).compiled


def test_optimizers_of_old_settings_are_known_or_named(tmp_path: Path) -> None:
    nadam = {"lr": 0.1, "beta_1": 0.9, "beta_2": 0.999, "epsilon": None, "schedule_decay": 0.004}
    training = {"optimizer_config": {"class_name": "Nadam", "config": nadam}, "loss": "mse"}
    slots = {"Nadam/iterations:0": np.int64(2), "Nadam/m_schedule:0": np.float32(0.5)}
    slots |= {f"training/Nadam/Variable_{i}:0": v for i, v in enumerate([M, M_BIAS, V, V_BIAS])}
    model = load_model(linear(tmp_path / "m.h5", training, slots))
    assert model.optimizer.epsilon == 1e-7
    found = [np.asarray(v.value) for v in model.optimizer.variables]
    expected = [2, np.float32(0.1), M, V, M_BIAS, V_BIAS, 0.5]
    for value in expected:
        assert any(np.array_equal(value, other) for other in found)
    nadam["schedule_decay"] = 0.01
    with pytest.raises(ValueError, match=r"m\.h5.*Nadam.*schedule_decay"):
        load_model(linear(tmp_path / "m.h5", training))


def test_one_list_of_metrics_held_for_all_outputs(tmp_path: Path) -> None:
    layers = [
        (input_config("a", 4), []),
        (dense_config("p", 1), [[["a", 0, 0, {}]]]),
        (dense_config("q", 1), [[["a", 0, 0, {}]]]),
    ]
    weights = {"a": {}} | {n: dense_weights(n, random(4, 1), random(1)) for n in "pq"}
    config = drawn(layers, [["a", 0, 0]], [["p", 0, 0], ["q", 0, 0]])
    training = {"optimizer_config": adam(lr=0.1), "loss": "mse", "metrics": ["mae"]}
    model = load_model(write_h5(tmp_path / "m.h5", config, weights, training))
    figures = model.evaluate(X, [np.ones((8, 1))] * 2, verbose=0, return_dict=True)
    assert [name for name in figures if name.endswith("mae")] == ["p_mae", "q_mae"]


# Other files.


def test_weights_alone_are_at_the_root(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "weights.h5", "w") as file:
        file.attrs["layer_names"] = [b"dense_7"]
        group = file.create_group("dense_7")
        group.attrs["weight_names"] = [b"dense_7/kernel:0", b"dense_7/bias:0"]
        group["dense_7/kernel:0"], group["dense_7/bias:0"] = KERNEL, BIAS
    model = ppul.Sequential([ppul.Input((4,)), ppul.layers.Dense(3)])
    model.load_weights(tmp_path / "weights.h5")
    np.testing.assert_allclose(predicted(model, X), X @ KERNEL + BIAS, **CLOSE)
    with pytest.raises(ValueError, match=r"weights\.h5' holds no model.*load_weights"):
        load_model(tmp_path / "weights.h5")


def test_files_of_keras_1_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"m\.h5' was written by Keras 1\.2\.2"):
        load_model(linear(tmp_path / "m.h5", version="1.2.2"))


def test_a_keras_file_of_tensorflow_2_13_loads(tmp_path: Path) -> None:
    layer = dense_config("d", 3) | {"module": "keras.layers", "registered_name": None}
    layer["config"]["batch_input_shape"] = [None, 4]
    config = {
        "module": "keras.src.engine.sequential",
        "class_name": "Sequential",
        "config": {"name": "s", "layers": [input_config("in", 4), layer]},
        "registered_name": "Sequential",
    }
    with h5py.File(tmp_path / "w.h5", "w") as file:
        group = file.create_group("_layer_checkpoint_dependencies/dense/vars")
        group["0"], group["1"] = KERNEL, BIAS
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "2.13.1"}))
        archive.writestr("config.json", json.dumps(config))
        archive.write(tmp_path / "w.h5", "model.weights.h5")
    model = load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(predicted(model, X), X @ KERNEL + BIAS, **CLOSE)
