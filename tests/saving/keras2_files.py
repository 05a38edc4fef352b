"""HDF5 files laid out by hand as Keras 2 and tf.keras wrote them, and what they compute in NumPy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

Layers = dict[str, dict[str, np.ndarray]]


def write_h5(
    path: Path,
    config: Any,
    layers: Layers,
    training: Any = None,
    slots: dict[str, np.ndarray] | None = None,
    *,
    version: str = "2.3.1",
    backend: str = "tensorflow",
    as_bytes: bool = True,
    split: bool = False,
) -> Path:
    """Write a whole model.

    Args:
        path: Where to.
        config: Class name and configuration.
        layers: The weights of each layer, by name.
        training: What `compile` was given.
        slots: The optimizer's weights, by name.
        version: The version of Keras.
        backend: Its backend.
        as_bytes: Whether texts are bytes, as in older versions, or strings.
        split: Whether lists of names are split over several attributes, as long ones are.
    """

    def text(value: Any) -> Any:
        value = value if isinstance(value, str) else json.dumps(value)
        return np.bytes_(value) if as_bytes else value

    def put_names(group: Any, attribute: str, names: list[str]) -> None:
        encoded = [name.encode() for name in names] if as_bytes else names
        if split:
            for i, name in enumerate(encoded):
                group.attrs[f"{attribute}{i}"] = [name]
        else:
            group.attrs[attribute] = encoded

    with h5py.File(path, "w") as file:
        file.attrs["keras_version"], file.attrs["backend"] = text(version), text(backend)
        file.attrs["model_config"] = text(config)
        if training is not None:
            file.attrs["training_config"] = text(training)
        weights = file.create_group("model_weights")
        weights.attrs["keras_version"], weights.attrs["backend"] = text(version), text(backend)
        put_names(weights, "layer_names", list(layers))
        for layer, arrays in layers.items():
            group = weights.create_group(layer)
            put_names(group, "weight_names", list(arrays))
            for name, value in arrays.items():
                group[name] = value
        if slots is not None:
            group = file.create_group("optimizer_weights")
            put_names(group, "weight_names", list(slots))
            for name, value in slots.items():
                group[name] = value
    return path


def dense_config(name: str, units: int, activation: str = "linear", **more: Any) -> dict[str, Any]:
    """A Dense layer as Keras 2.3 describes it."""
    scaling = {"scale": 1.0, "mode": "fan_avg", "distribution": "normal", "seed": None}
    config = {
        "name": name,
        "trainable": True,
        "dtype": "float32",
        "units": units,
        "activation": activation,
        "use_bias": True,
        "kernel_initializer": {"class_name": "VarianceScaling", "config": scaling},
        "bias_initializer": {"class_name": "Zeros", "config": {}},
        "kernel_regularizer": {"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.01}},
        "bias_regularizer": None,
        "activity_regularizer": None,
        "kernel_constraint": {"class_name": "MaxNorm", "config": {"max_value": 2, "axis": 0}},
        "bias_constraint": None,
    }
    return {"class_name": "Dense", "config": config | more}


def dense_weights(name: str, kernel: np.ndarray, bias: np.ndarray) -> dict[str, np.ndarray]:
    """The weights of a Dense layer by their names."""
    return {f"{name}/kernel:0": kernel, f"{name}/bias:0": bias}


def drawn(layers: list[Any], inputs: list[Any], outputs: list[Any], name: str = "model_1") -> Any:
    """A drawn model: layers with their calls, as Keras 2 describes them."""
    entries = [
        layer | {"name": layer["config"]["name"], "inbound_nodes": calls} for layer, calls in layers
    ]
    config = {"name": name, "layers": entries, "input_layers": inputs, "output_layers": outputs}
    return {"class_name": "Model", "config": config}


def input_config(name: str, *shape: int) -> dict[str, Any]:
    """An InputLayer as Keras 2.3 describes it."""
    config = {"batch_input_shape": [None, *shape], "dtype": "float32", "sparse": False}
    return {"class_name": "InputLayer", "config": config | {"name": name}}


def random(*shape: int, seed: int = 0) -> np.ndarray:
    """Numbers that are the same in each run."""
    return np.random.default_rng((seed, *shape)).normal(size=shape).astype("float32")


def relu(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0)


def softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def correlate(x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Windows of pictures (n, h, w, c) times a kernel (kh, kw, c, filters)."""
    windows = sliding_window_view(x, kernel.shape[:2], axis=(1, 2))
    return np.einsum("nhwcij,ijcf->nhwf", windows, kernel)


def max_pool(x: np.ndarray) -> np.ndarray:
    """The largest of each two by two."""
    n, h, w, c = x.shape
    return x.reshape(n, h // 2, 2, w // 2, 2, c).max((2, 4))
