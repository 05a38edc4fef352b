"""Configurations as Keras 2 and tf.keras wrote them, brought to the form of Keras 3.

What is only spelt in another way is a row of the tables here. What has a meaning of its own is a
function: the graph of a drawn model, the optimizer, the rest of what `compile` was given.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core import registry
from ppul.core.types import Array, Config

_CLASSES = {
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "Model": "Functional",
    "Policy": "DTypePolicy",
    "PolicyV1": "DTypePolicy",
}
# Arguments that have another name now, by class.
_RENAMED = {
    "InputLayer": {"batch_input_shape": "batch_shape"},
    "LeakyReLU": {"alpha": "negative_slope"},
}
# Arguments that have gone and changed no result, by class.
_DROPPED = {
    "BatchNormalization": ("fused",),
    "DTypePolicy": ("loss_scale",),
}
_LOSSES = {
    "cosine": "cosine_similarity",
    "cosine_proximity": "cosine_similarity",
    "kullback_leibler_divergence": "kl_divergence",
    "logcosh": "log_cosh",
}
_DROPPED_OF_OPTIMIZERS = ("decay", "dynamic", "is_legacy_optimizer", "jit_compile", "lr")
# Arguments of optimizers that have gone, with the value that all have now.
_FIXED_IN_OPTIMIZERS = (("epsilon", None), ("schedule_decay", 0.004))


@registry.register("ppul")
def hard_sigmoid_of_keras_2(x: Array) -> Array:
    """Return `0.2 x + 0.5` between 0 and 1; in Keras 3 the slope is a sixth.

    Example:
        >>> hard_sigmoid_of_keras_2(jnp.array([-3.0, 1.0])).tolist()
        [0.0, 0.7]
    """
    return jnp.clip(0.2 * x + 0.5, 0, 1)


def modern(config: Config, *, old: bool) -> Config:
    """Return a layer's or model's configuration as Keras 3 would write it.

    Args:
        config: Class name and configuration, as any Keras from 2.0 on wrote them.
        old: Whether it is of a Keras before 3.

    Example:
        >>> config = {"alpha": 0.25, "name": "leak"}
        >>> modern({"class_name": "LeakyReLU", "config": config}, old=True)["config"]
        {'negative_slope': 0.25, 'name': 'leak'}
    """
    return _value("", config, old=old)


def modern_compile(config: Config, outputs: int, *, old: bool) -> Config:
    """Return what `compile` was given as Keras 3 would write it.

    Args:
        config: A `training_config` of an HDF5 file or the `compile_config` of a `.keras` file.
        outputs: How many outputs the model has.
        old: Whether it is of a Keras before 3.
    """
    found = {k: v for k, v in config.items() if k not in ("optimizer_config", "sample_weight_mode")}
    optimizer = config.get("optimizer_config", config.get("optimizer"))
    found["optimizer"] = _optimizer(optimizer) if isinstance(optimizer, dict) else optimizer
    found["loss"] = _of_kind("losses", config.get("loss"))
    for name in ("metrics", "weighted_metrics"):
        given = _of_kind("metrics", config.get(name))
        flat = isinstance(given, list) and not any(isinstance(item, list) for item in given)
        # Up to Keras 2, a flat list held for every output.
        found[name] = [given] * outputs if old and given and flat and outputs > 1 else given
    return found


def _value(argument: str, value: Any, *, old: bool) -> Any:
    if isinstance(value, list):
        return [_value(argument, item, old=old) for item in value]
    if isinstance(value, dict):
        if "class_name" in value and isinstance(value.get("config"), (dict, list)):
            return _object(argument, value, old=old)
        return {key: _value(key, item, old=old) for key, item in value.items()}
    if old and value == "hard_sigmoid" and argument.endswith("activation"):
        name = registry.registered_name(hard_sigmoid_of_keras_2)
        return {"class_name": "function", "config": name, "registered_name": "function"}
    if argument == "dtype" and value in ("infer", "_infer"):
        return None
    return value


def _object(argument: str, value: Config, *, old: bool) -> Config:
    name = _CLASSES.get(value["class_name"], str(value["class_name"]))
    config = value["config"]
    if isinstance(config, list):  # a Sequential before Keras 2.2.3
        config = {"layers": config}
    renamed, dropped = _RENAMED.get(name, {}), _DROPPED.get(name, ())
    if argument.endswith("initializer") and not name.startswith("__"):
        dropped = ("dtype",)
    config = {
        renamed.get(key, key): _value(key, item, old=old)
        for key, item in config.items()
        if key not in dropped
    }
    axis = config.get("axis")
    if name == "BatchNormalization" and isinstance(axis, list) and len(axis) == 1:
        config["axis"] = axis[0]
    if any("inbound_nodes" in layer for layer in _layers(config)):
        config = _drawn(config)
    return value | {"class_name": name, "config": config}


def _layers(config: Config) -> list[Config]:
    layers = config.get("layers")
    return [layer for layer in layers or () if isinstance(layer, dict)]


# The graph of a drawn model.


def _drawn(config: Config) -> Config:
    """A drawn model whose calls have arguments by position and name, not a list of tensors."""
    layers = [_marked(layer) for layer in _layers(config)]
    if not any(_is_old_call(call) for layer in layers for call in layer["inbound_nodes"]):
        return config | {"layers": layers}
    shifts = _shifts(config, layers)
    return config | {
        "layers": [
            layer | {"inbound_nodes": [_call(call, shifts) for call in layer["inbound_nodes"]]}
            for layer in layers
        ],
        "input_layers": _ends(config["input_layers"], shifts),
        "output_layers": _ends(config["output_layers"], shifts),
    }


def _marked(layer: Config) -> Config:
    """A layer, or a function between layers, which an HDF5 file does not tell apart from one."""
    inner = layer.get("config", {})
    is_layer = not inner.keys().isdisjoint(("trainable", "dtype", "layers"))
    if is_layer or layer.get("module") or registry.registered_object(layer["class_name"]):
        return layer
    return layer | {"module": "keras.ops"}


def _is_old_call(call: Any) -> bool:
    return isinstance(call, list) or (isinstance(call, dict) and "args" not in call)


def _call(call: Any, shifts: dict[str, int]) -> Config:
    tensors = list(call.values()) if isinstance(call, dict) else call
    kwargs = next((place[3] for place in tensors if len(place) > 3), {})
    inputs: Any = [_tensor(place, shifts) for place in tensors]
    if isinstance(call, dict):
        inputs = dict(zip(call, inputs, strict=True))
    elif len(inputs) == 1:
        inputs = inputs[0]
    kwargs = {k: _argument(v, shifts) for k, v in kwargs.items() if v is not None}
    return {"args": [inputs], "kwargs": kwargs}


def _argument(value: Any, shifts: dict[str, int]) -> Any:
    """An argument by name: a tensor, where it is a place in the graph."""
    return _tensor(value, shifts) if _is_place(value) and value[0] in shifts else value


def _tensor(place: Any, shifts: dict[str, int]) -> Any:
    if place[0] == "_CONSTANT_VALUE":
        return place[2]
    history = _shifted(place, shifts)
    return {"class_name": "__keras_tensor__", "config": {"keras_history": history}}


def _shifted(place: Any, shifts: dict[str, int]) -> list[Any]:
    name, call, output = place[:3]
    return [name, call - shifts.get(name, 0), output]


def _shifts(config: Config, layers: list[Config]) -> dict[str, int]:
    """How far the numbers of calls are off, by layer.

    A model inside was called once when it was drawn, and where that call is counted, the first one
    in this graph has the number 1.
    """
    used: dict[str, set[int]] = {layer["name"]: set() for layer in layers}
    calls = [
        place for layer in layers for call in layer["inbound_nodes"] for place in _places(call)
    ]
    for place in (*calls, *_places(config["output_layers"])):
        used.setdefault(place[0], set()).add(place[1])
    counts = {layer["name"]: len(layer["inbound_nodes"]) for layer in layers}
    inside = {layer["name"] for layer in layers if _layers(layer.get("config", {}))}
    return {
        name: int(name in inside and 0 not in numbers and counts[name] in numbers)
        for name, numbers in used.items()
        if name in counts
    }


def _places(value: Any) -> list[Any]:
    """The places in the graph that a call or the end of a model names, in order."""
    if _is_place(value):
        inner = value[3].values() if len(value) > 3 and isinstance(value[3], dict) else ()
        return [value, *(item for item in inner if _is_place(item))]
    if isinstance(value, dict):
        return [place for item in value.values() for place in _places(item)]
    return [place for item in value for place in _places(item)]


def _ends(value: Any, shifts: dict[str, int]) -> Any:
    """Inputs or outputs; a list of one is that one."""
    if _is_place(value):
        return _shifted(value, shifts)
    if isinstance(value, dict):
        return {name: _ends(item, shifts) for name, item in value.items()}
    ends = [_ends(item, shifts) for item in value]
    return ends[0] if len(ends) == 1 else ends


def _is_place(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and isinstance(value[1], int)
    )


# What `compile` was given.


def _optimizer(entry: Config) -> Config:
    config = dict(entry["config"])
    rate = config.pop("learning_rate", config.get("lr"))
    decay = config.get("decay")
    if isinstance(rate, dict):
        rate = rate | {"module": "keras.optimizers.schedules"}
    elif decay:
        rate = {
            "module": "keras.optimizers.schedules",
            "class_name": "InverseTimeDecay",
            "config": {"initial_learning_rate": rate, "decay_steps": 1, "decay_rate": decay},
        }
    config = {
        name: value
        for name, value in config.items()
        if name not in _DROPPED_OF_OPTIMIZERS and (name, value) not in _FIXED_IN_OPTIMIZERS
    }
    if rate is not None:
        config["learning_rate"] = rate
    inner = config.get("inner_optimizer")
    if isinstance(inner, dict):
        config["inner_optimizer"] = _optimizer(inner)
    name = str(entry["class_name"]).removeprefix("Custom>")
    return entry | {"module": "keras.optimizers", "class_name": name, "config": config}


def _of_kind(kind: str, value: Any) -> Any:
    """Losses or metrics, each said to be one."""
    if isinstance(value, (list, tuple)):
        return [_of_kind(kind, item) for item in value]
    if isinstance(value, str):
        return _LOSSES.get(value, value) if kind == "losses" else value
    if not isinstance(value, dict):
        return value
    if "class_name" not in value:
        return {name: _of_kind(kind, item) for name, item in value.items()}
    config = value.get("config")
    if isinstance(config, dict) and config.get("reduction") == "auto":
        config = config | {"reduction": "sum_over_batch_size"}
    return value | {"module": f"keras.{kind}", "config": config}


def is_old(version: str | None) -> bool:
    """Return whether a file of this version of Keras is of one before 3; without any, it is.

    Example:
        >>> is_old("2.3.0-tf"), is_old("3.15.1")
        (True, False)
    """
    return version is None or version.startswith(("0.", "1.", "2."))
