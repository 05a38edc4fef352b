"""Objects to plain values and back, in Keras's format.

A config names a class by module and class name. Loading looks the name up in the registry; it
never imports, unpickles or evaluates what a file says.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Mapping
from typing import Any

import jax
import numpy as np

from ppul.core import registry
from ppul.core.checks import suggestion
from ppul.core.dtypes import DTypePolicy, standardize_dtype
from ppul.core.types import Config

PLAIN = (str, int, float, bool, type(None))
# What an argument of this name, or one that ends so, may be described by; the first that fits.
_KINDS_OF_ARGUMENTS = (
    ("activation", "activations"),
    ("initializer", "initializers"),
    ("regularizer", "regularizers"),
    ("constraint", "constraints"),
    ("optimizer", "optimizers"),
    ("learning_rate", "optimizers.schedules"),
)
# Kinds that may stand where another is asked for.
_ALSO = {
    "activations": ("layers",),
    "layers": ("models", "applications"),
    "metrics": ("losses",),
    "models": ("distillation", "utils"),
}
# Kinds whose functions, not only classes, may be named in a file.
_KINDS_OF_FUNCTIONS = ("activations", "losses", "metrics")
_BY_CODE = (
    "is kept in the file as code, which is never run. Build the model in Python and use "
    "`load_weights`, or give a class that takes the place of {name!r} in `custom_objects`."
)
_REFUSED = ("SlicingOpLambda", "TFOpLambda", "TensorFlowOpLayer", "__lambda__")
# Public classes that Keras names by another module than the one they are found in.
_MODULES = {
    "CustomScaleLayer": "keras.src.applications.inception_resnet_v2",
    "DTypePolicy": "keras",
    "Functional": "keras.src.models.functional",
    "LayerScale": "keras.src.applications.convnext",
}
_TOP = {"models": "keras"}


def serialize(value: Any) -> Any:
    """Return `value` as numbers, strings, lists and dicts that JSON can hold.

    Raises:
        TypeError: If a part of it has no plain form.

    Example:
        >>> serialize((1, 2.0))
        {'class_name': '__tuple__', 'items': [1, 2.0]}
    """
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, (bytes,)):
        return value.decode("utf-8")
    if isinstance(value, (list, tuple, dict)):
        return _serialize_container(value)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (np.ndarray, jax.Array)):
        return _serialize_array(np.asarray(value))
    if isinstance(value, np.dtype):
        return value.name
    if isinstance(value, slice):
        return {
            "class_name": "__slice__",
            "config": {"start": value.start, "stop": value.stop, "step": value.step},
        }
    if value is Ellipsis:
        return {"class_name": "__ellipsis__", "config": {}}
    if isinstance(value, (types.FunctionType, types.BuiltinFunctionType)) or _is_jitted(value):
        return serialize_function(value)
    if hasattr(value, "get_config"):
        return serialize_object(value)
    if inspect.isclass(value):
        return standardize_dtype(value)
    raise TypeError(
        f"Cannot serialize {value!r} of type {type(value).__name__}. Give its class a `get_config` "
        "method and register it with `ppul.saving.register_keras_serializable`."
    )


def serialize_object(value: Any) -> Config:
    """Return module, class name and configuration of an object that has `get_config`."""
    cls = type(value)
    kind = "dtype_policies" if isinstance(value, DTypePolicy) else registry.public_kind(cls)
    config: Config = {
        "module": _module_name(cls, kind),
        "class_name": registry.public_name(cls) if kind else cls.__name__,
        "config": value.get_config(),
        "registered_name": None if kind else registry.registered_name(cls),
    }
    for part in ("build_config", "compile_config"):
        getter = getattr(value, f"get_{part}", None)
        extra = getter() if getter is not None else None
        if extra is not None:
            config[part] = config_value(extra)
    return config


def config_value(value: Any) -> Any:
    """Return an argument in a configuration: like `serialize`, but tuples stay tuples.

    Keras writes them as JSON lists, which constructors take as well.

    Example:
        >>> config_value({"strides": (1, 1)})
        {'strides': (1, 1)}
    """
    if isinstance(value, (list, tuple)):
        items = [config_value(item) for item in value]
        return tuple(items) if isinstance(value, tuple) else items
    if isinstance(value, dict):
        return {str(key): config_value(item) for key, item in value.items()}
    return serialize(value)


def serialize_function(function: Any) -> Any:
    """Return the name of a function: plain for ppul's own, with its module for others."""
    public = registry.public_kind(function) in _KINDS_OF_FUNCTIONS
    return function.__name__ if public else function_config(function)


def function_config(function: Any) -> Config:
    """Return the name of a function, told to be one: where a text would be taken for no more.

    Example:
        >>> from ppul.losses import huber
        >>> serialize_function(huber), function_config(huber)["class_name"]
        ('huber', 'function')
    """
    if getattr(function, "__name__", "") == "<lambda>":
        raise TypeError(
            "A lambda cannot be saved: its code is not data. Define a named function and register "
            "it with `ppul.saving.register_keras_serializable`."
        )
    kind = registry.public_kind(function)
    known = kind in _KINDS_OF_FUNCTIONS or kind is None
    return {
        "module": "builtins" if known else _module_name(function, kind),
        "class_name": "function",
        "config": registry.registered_name(function),
        "registered_name": "function",
    }


def deserialize(
    config: Any, custom_objects: Mapping[str, Any] | None = None, kind: str | None = None
) -> Any:
    """Return the object a config describes.

    Args:
        config: What `serialize` returned, or what Keras wrote.
        custom_objects: Names, beside ppul's own and registered ones, and what they mean.
        kind: Where a bare class name is looked up: "layers", "losses", ...

    Raises:
        TypeError: If a class or function of that name is not known.
    """
    if custom_objects:
        with registry.CustomObjectScope(custom_objects):
            return deserialize(config, kind=kind)
    if isinstance(config, (list, tuple)):
        return type(config)(deserialize(item, kind=kind) for item in config)
    if isinstance(config, str) and kind is not None:
        return registry.get(kind, config)
    if not isinstance(config, dict):
        return config
    if "class_name" not in config:
        return {key: deserialize(item) for key, item in config.items()}
    return _deserialize_named(config, kind)


def deserialize_arguments(config: Config) -> Config:
    """Return constructor arguments with the objects among them rebuilt."""
    return {
        name: deserialize(value, kind=_kind_of_argument(name) if isinstance(value, dict) else None)
        if isinstance(value, (dict, list))
        else value
        for name, value in config.items()
    }


def _kind_of_argument(name: str) -> str | None:
    return next((kind for end, kind in _KINDS_OF_ARGUMENTS if name.endswith(end)), None)


def _serialize_container(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): serialize(item) for key, item in value.items()}
    items = [serialize(item) for item in value]
    return items if isinstance(value, list) else {"class_name": "__tuple__", "items": items}


def _serialize_array(array: np.ndarray) -> Any:
    if array.ndim == 0:
        return array.item()
    return {
        "class_name": "__numpy__",
        "config": {"value": array.tolist(), "dtype": standardize_dtype(array.dtype)},
    }


def _is_jitted(value: Any) -> bool:
    return callable(value) and hasattr(value, "__wrapped__") and not hasattr(value, "get_config")


def _module_name(target: Any, kind: str | None) -> str:
    if target.__name__ in _MODULES and kind is not None:
        return _MODULES[target.__name__]
    if kind is None:
        return target.__module__
    return _TOP.get(kind, f"keras.{kind}")


def _deserialize_named(config: Config, kind: str | None) -> Any:
    name, inner = config["class_name"], config.get("config", {})
    if name == "__tuple__":
        return tuple(deserialize(item) for item in config["items"])
    if name in ("__numpy__", "__tensor__"):
        return np.array(inner["value"], dtype=standardize_dtype(inner["dtype"]))
    if name == "__slice__":
        return slice(*(deserialize(inner[key]) for key in ("start", "stop", "step")))
    if name == "__ellipsis__":
        return Ellipsis
    if name == "function":
        return _find(config, inner, kind, is_function=True)
    if name in ("DTypePolicy", "Policy"):
        return DTypePolicy.from_config(inner)
    cls = _find(config, name, kind, is_function=False)
    if not inspect.isclass(cls):
        return cls  # a function that the user gave under a class's name
    instance = _made(cls, inner)
    if config.get("build_config") and hasattr(instance, "build_from_config"):
        instance.build_from_config(config["build_config"])
    if config.get("compile_config") and hasattr(instance, "compile_from_config"):
        instance.compile_from_config(config["compile_config"])
    return instance


def _made(cls: Any, config: Any) -> Any:
    from_config = getattr(cls, "from_config", None)
    if from_config is None:
        raise TypeError(
            f"Class {cls.__name__} has no `from_config`, so it cannot be made from a config."
        )
    if not isinstance(config, dict):
        raise TypeError(f"The configuration of a {cls.__name__} must be a dict; got {config!r}.")
    try:
        return from_config(config)
    except (KeyError, TypeError) as error:
        what = f"{cls.__name__} '{config['name']}'" if config.get("name") else cls.__name__
        problem = f"{error} is missing" if isinstance(error, KeyError) else error
        raise TypeError(f"{what} cannot be made from its configuration: {problem}") from error


def _find(config: Config, name: Any, kind: str | None, *, is_function: bool) -> Any:
    """What a name in a file means: something the user gave, or something public of a kind."""
    found = _given(config.get("registered_name")) or _given(name)
    if found is not None:
        return found
    if name in _REFUSED:
        raise TypeError(f"{name!r} {_BY_CODE.format(name=name)}")
    kinds = [kind, *_ALSO.get(kind, ())] if kind else _kinds_of_module(config.get("module"))
    for candidate in kinds:
        found = registry.public_object(candidate, name)
        if found is not None and _is_what(found, candidate, is_function=is_function):
            return found
    known = [n for k in kinds for n in _public_names(k)]
    raise TypeError(
        f"Unknown {'function' if is_function else 'class'} {name!r} "
        f"(module {config.get('module')!r}){_among(kind)}.{suggestion(name, known)} If it is yours, "
        "pass it in `custom_objects` or register it with "
        "`ppul.saving.register_keras_serializable`."
    )


def _given(name: Any) -> Any:
    """What the user registered under a name, with or without the package before it."""
    if not isinstance(name, str):
        return None
    found = registry.registered_object(name)
    return registry.registered_object(name.rpartition(">")[2]) if found is None else found


def _is_what(found: Any, kind: str, *, is_function: bool) -> bool:
    if is_function:
        return kind in _KINDS_OF_FUNCTIONS and not inspect.isclass(found)
    return inspect.isclass(found)


def _among(kind: str | None) -> str:
    return f" among {kind}" if kind else ""


def _kinds_of_module(module: Any) -> list[str]:
    """The kinds that a module named in a file may mean, as names only."""
    if not isinstance(module, str):
        return []
    parts = module.replace("tensorflow.python.", "").replace("keras.src", "keras").split(".")
    if parts[0] != "keras":
        return []
    if len(parts) == 1:
        return ["models", "layers"]
    if "schedules" in parts:
        return ["optimizers.schedules"]
    return [parts[1]] if parts[1] in registry.KINDS else []


def _public_names(kind: str) -> list[str]:
    import importlib

    return list(importlib.import_module(f"ppul.{kind}").__all__)
