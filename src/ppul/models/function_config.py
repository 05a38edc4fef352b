"""Functions between layers as Keras's files have them: a class each, tensors apart from the rest.

`clip(x, 0, 1)` is a call of `Clip(x_min=0, x_max=1)` with `x`: what is a tensor stands in the call,
every other argument in the configuration.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import itertools
from collections import OrderedDict
from typing import Any

from ppul.core import registry
from ppul.core.names import to_camel_case
from ppul.core.operation import FunctionOperation
from ppul.core.serialization import deserialize, serialize
from ppul.core.settings import image_data_format
from ppul.core.symbolic import is_symbolic
from ppul.core.types import Config

_MODULE = "keras.src.ops."
# Namespaces in which the ops have modules of their own; the others are in "math", but for these.
_NAMESPACES = ("numpy", "nn", "linalg", "image")
# fmt: off
_CORE = frozenset({
    "associative_scan", "cast", "cond", "convert_to_tensor", "fori_loop", "map", "saturate_cast",
    "scan", "scatter", "scatter_update", "slice", "slice_update", "stop_gradient", "switch",
    "unstack", "vectorized_map", "while_loop",
})
# fmt: on
_EINOPS = frozenset({"rearrange"})
# Classes that are not named for their functions.
_CLASS_NAMES = {
    "abs": "Absolute",
    "allclose": "AllClose",
    "batch_normalization": "BatchNorm",
    "bitwise_not": "BitwiseInvert",
    "cdist": "CDist",
    "conjugate": "Conj",
    "ctc_decode": "CTCDecode",
    "ctc_loss": "CTCLoss",
    "extract_patches_3d": "ExtractPatches3D",
    "fft": "FFT",
    "fft2": "FFT2",
    "hsv_to_rgb": "HSVToRGB",
    "ifft2": "IFFT2",
    "irfft": "IRFFT",
    "isin": "IsIn",
    "istft": "ISTFT",
    "jvp": "JVP",
    "layer_normalization": "LayerNorm",
    "left_shift": "BitwiseLeftShift",
    "psnr": "PSNR",
    "rfft": "RFFT",
    "rgb_to_grayscale": "RGBToGrayscale",
    "rgb_to_hsv": "RGBToHSV",
    "right_shift": "BitwiseRightShift",
    "rms_normalization": "RMSNorm",
    "searchsorted": "SearchSorted",
    "ssim": "SSIM",
    "stft": "STFT",
    "svd": "SVD",
}
# Older names of classes that files may have.
_READ_AS = {"truedivide": "divide"}
# What arguments that are tensors are called, and the functions in which such a one is none.
# fmt: off
_TENSORS = frozenset({
    "a", "abs_", "angle", "array", "atol", "axes_lengths", "b", "beta", "bias", "bins",
    "branches", "choicelist", "condition", "condlist", "constant_values", "coordinates", "data",
    "default", "depthwise_kernel", "elements", "elems", "end_points", "f", "false_fn",
    "fill_value", "fun", "gamma", "image1", "image2", "images", "index", "indices", "init",
    "init_val", "inputs", "kernel", "key", "loop_vars", "mask", "mean", "offset", "operands",
    "output", "output_length", "output_shape", "pattern", "pointwise_kernel", "pred",
    "predictions", "primals", "q", "query", "rtol", "scale", "segment_ids", "sequence_lengths",
    "sorted_sequence", "start", "start_indices", "start_points", "step", "stop", "tangents",
    "target", "target_length", "targets", "tensor", "transform", "translation", "true_fn",
    "updates", "value", "values", "variable", "variance", "weights", "x", "x1", "x2", "xs", "y",
})
# fmt: on
_NO_TENSORS = {
    "allclose": {"atol", "rtol"},
    "affine_transform": {"fill_value"},
    "bincount": {"weights"},
    "diagonal": {"offset"},
    "elastic_transform": {"fill_value"},
    "histogram": {"bins"},
    "map_coordinates": {"fill_value"},
    "perspective_transform": {"fill_value"},
    "resize": {"fill_value"},
    "squareplus": {"b"},
    "trace": {"offset"},
    "trapezoid": {"x"},
    "unique": {"fill_value"},
}
# Arguments that Keras's classes do not have; the others of a class are all written, as its defaults
# may be others than the function's.
_OWN = {"multi_hot": {"num_tokens"}, "relu": {"max_value", "negative_slope", "threshold"}}


def function_to_config(operation: FunctionOperation) -> tuple[Config, list[Config]]:
    """Return the configuration of a function in a graph, and its calls.

    Args:
        operation: The function, called at least once.
    """
    name = _public(operation).__name__
    calls = [_split(operation, node.args, node.kwargs) for node in operation._inbound_nodes]
    class_name = _CLASS_NAMES.get(name, to_camel_case(name))
    entry: Config = {
        "module": _MODULE + _module(name),
        "class_name": class_name,
        "config": operation.get_config() | (calls[0][0] if calls else {}),
        "registered_name": class_name,
    }
    return entry, [call for _, call in calls]


def function_from_config(entry: Config) -> FunctionOperation:
    """Return the function that a configuration names.

    Raises:
        TypeError: If there is no such op.
    """
    function = _functions().get(_key(entry["class_name"]))
    if function is None:
        raise TypeError(
            f"Unknown operation {entry['class_name']!r} in the configuration of a model."
        )
    return FunctionOperation(function, name=entry.get("config", {}).get("name"))


def is_function(entry: Config) -> bool:
    """Return whether a configuration is that of an op rather than of a layer."""
    return str(entry.get("module")).startswith((_MODULE, "keras.ops"))


def joined(operation: FunctionOperation, config: Config, call: Config) -> Config:
    """Return a call with its tensors and the other arguments together again.

    Raises:
        TypeError: If there are arguments that the function does not have.
    """
    function = _public(operation)
    signature = inspect.signature(function)
    by_name = {name: deserialize(value) for name, value in config.items() if name != "name"}
    by_name |= call.get("kwargs", {})
    tensors = iter(call["args"])
    arguments: dict[str, Any] = {}
    for name, parameter in signature.parameters.items():
        if parameter.kind is parameter.VAR_POSITIONAL:
            arguments[name] = tuple(tensors)
        elif parameter.kind is parameter.VAR_KEYWORD:
            arguments[name], by_name = by_name, {}
        elif name in by_name:
            arguments[name] = by_name.pop(name)
        elif _is_tensor(function, name):
            arguments.update((name, value) for value in itertools.islice(tensors, 1))
    left = [*sorted(by_name), *tensors]
    if left:
        raise TypeError(
            f"Operation '{operation.name}' has arguments that `{function.__name__}"
            f"{signature}` does not take: {left}."
        )
    bound = inspect.BoundArguments(signature, OrderedDict(arguments))
    return {"args": list(bound.args), "kwargs": bound.kwargs}


def _split(
    operation: FunctionOperation, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Config, Config]:
    """The arguments of a call that are no tensors, and the call with those that are."""
    function = _public(operation)
    signature = inspect.signature(function)
    given = signature.bind(*args, **kwargs).arguments
    own = _OWN.get(function.__name__, ())
    config: Config = {}
    call: Config = {"args": [], "kwargs": {}}
    for name, parameter in signature.parameters.items():
        is_tensor = _is_tensor(function, name)
        if parameter.kind is parameter.VAR_POSITIONAL:
            call["args"] += given.get(name, ())
        elif parameter.kind is parameter.VAR_KEYWORD:
            call["kwargs"] |= given.get(name, {})
        elif is_tensor and name not in kwargs and name in given:
            call["args"].append(given[name])
        elif is_tensor:
            call["kwargs"][name] = given.get(name, parameter.default)
        elif is_symbolic(given.get(name)):
            call["kwargs"][name] = given[name]
        elif name in given or name not in own:
            value = given.get(name, parameter.default)
            if name == "data_format" and value is None:
                value = image_data_format()
            config[name] = serialize(_listed(value))
    return config, _listed(call)


def _listed(value: Any) -> Any:
    """Tuples as lists: for a function there is no difference, and JSON has no others."""
    if isinstance(value, (list, tuple)):
        return [_listed(item) for item in value]
    if isinstance(value, dict):
        return {key: _listed(item) for key, item in value.items()}
    return value


def _public(operation: FunctionOperation) -> Any:
    """The op of an operation's name: JAX's function behind `+` takes more than Keras's."""
    return _functions().get(_key(operation.function.__name__), operation.function)


def _is_tensor(function: Any, parameter: str) -> bool:
    no_tensors = _NO_TENSORS.get(function.__name__, ())
    return parameter in _TENSORS and parameter not in no_tensors


def _module(name: str) -> str:
    if name in _CORE:
        return "core"
    if name in _EINOPS:
        return "einops"
    for namespace in _NAMESPACES:
        if name in importlib.import_module(f"ppul.ops.{namespace}").__all__:
            return namespace
    return "math"


@functools.cache
def _functions() -> dict[str, Any]:
    """Every op by the name of its class, in lower case."""
    found: dict[str, Any] = {}
    for kind in ("ops.image", "ops"):
        for name in importlib.import_module(f"ppul.{kind}").__all__:
            function = registry.public_object(kind, name)
            if inspect.isfunction(function):
                found[_key(name)] = function
    found |= {_key(cls): found[_key(name)] for name, cls in _CLASS_NAMES.items()}
    return found | {old: found[new] for old, new in _READ_AS.items()}


def _key(name: str) -> str:
    return name.replace("_", "").lower()
