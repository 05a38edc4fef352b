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
# Public classes that Keras names by another module than the one they are found in.
_MODULES = {"Functional": "keras.src.models.functional"}
_TOP = {"models": "keras", "dtype_policies": "keras"}


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
        "class_name": cls.__name__,
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
    name = getattr(function, "__name__", "")
    if name == "<lambda>":
        raise TypeError(
            "A lambda cannot be saved: its code is not data. Define a named function and register "
            "it with `ppul.saving.register_keras_serializable`."
        )
    kind = registry.public_kind(function)
    if kind in ("activations", "losses", "metrics"):
        return name
    return {
        "module": _module_name(function, kind) if kind else "builtins",
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
        name: deserialize(value) if isinstance(value, (dict, list)) else value
        for name, value in config.items()
    }


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
    if target.__name__ in _MODULES and kind == "models":
        return _MODULES[target.__name__]
    if kind is None:
        return target.__module__
    return _TOP.get(kind, f"keras.{kind}")


def _deserialize_named(config: Config, kind: str | None) -> Any:
    name, inner = config["class_name"], config.get("config", {})
    if name == "__tuple__":
        return tuple(deserialize(item) for item in config["items"])
    if name == "__numpy__":
        return np.array(inner["value"], dtype=inner["dtype"])
    if name == "__slice__":
        return slice(*(deserialize(inner[key]) for key in ("start", "stop", "step")))
    if name == "__ellipsis__":
        return Ellipsis
    if name == "function":
        return _find(config, inner, kind)
    if name in ("DTypePolicy", "Policy"):
        return DTypePolicy(**inner)
    cls = _find(config, name, kind)
    if not inspect.isclass(cls):
        return cls
    from_config = getattr(cls, "from_config", None)
    if from_config is None:
        raise TypeError(f"Class {name} has no `from_config`, so it cannot be made from a config.")
    instance = from_config(inner)
    if config.get("build_config") and hasattr(instance, "build_from_config"):
        instance.build_from_config(config["build_config"])
    if config.get("compile_config") and hasattr(instance, "compile_from_config"):
        instance.compile_from_config(config["compile_config"])
    return instance


def _find(config: Config, name: str, kind: str | None) -> Any:
    found = registry.registered_object(config.get("registered_name"))
    found = found or registry.registered_object(name)
    if found is not None:
        return found
    kinds = [kind] if kind else []
    kinds += _kinds_of_module(config.get("module"))
    for candidate in kinds:
        found = registry.public_object(candidate, name)
        if found is not None:
            return found
    known = [n for k in kinds for n in _public_names(k)]
    raise TypeError(
        f"Unknown {'function' if config['class_name'] == 'function' else 'class'} {name!r} "
        f"(module {config.get('module')!r}).{suggestion(name, known)} If it is yours, pass it in "
        "`custom_objects` or register it with `ppul.saving.register_keras_serializable`."
    )


def _kinds_of_module(module: str | None) -> list[str]:
    """The kinds that a module named in a file may mean, as names only."""
    if not module:
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
