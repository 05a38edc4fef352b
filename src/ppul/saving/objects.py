"""Objects to configurations and back, under Keras's names and with its arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ppul.core import registry
from ppul.core.checks import suggestion
from ppul.core.serialization import deserialize, serialize
from ppul.core.types import Config


def serialize_keras_object(obj: Any) -> Any:
    """Return an object as numbers, strings, lists and dicts that JSON can hold.

    Raises:
        TypeError: If a part of it has no plain form.

    Example:
        >>> from ppul.layers.core.dense import Dense
        >>> serialize_keras_object(Dense(2))["class_name"]
        'Dense'
    """
    return serialize(obj)


def deserialize_keras_object(
    config: Any,
    custom_objects: Mapping[str, Any] | None = None,
    safe_mode: bool = True,  # noqa: ARG001  (always safe)
    **kwargs: Any,
) -> Any:
    """Return the object that a configuration describes.

    Args:
        config: What `serialize_keras_object` returned, or what Keras wrote.
        custom_objects: Names, beside ppul's own and registered ones, and what they mean.
        safe_mode: Kept for Keras's signature; code in files is never run.
        **kwargs: `module_objects`, more names and what they mean, after which a text is looked up
            too; `printable_module_name` is kept for Keras's signature.

    Raises:
        TypeError: If a class or function of that name is not known.

    Example:
        >>> from ppul.layers.core.dense import Dense
        >>> deserialize_keras_object(serialize_keras_object(Dense(2))).units
        2
    """
    module_objects = kwargs.pop("module_objects", None) or {}
    kwargs.pop("printable_module_name", None)
    if kwargs:
        raise TypeError(f"deserialize_keras_object: unknown argument(s) {sorted(kwargs)}.")
    if isinstance(config, str):
        found = registry.registered_object(config, custom_objects, module_objects)
        return config if found is None else found
    with registry.CustomObjectScope(module_objects):
        return deserialize(config, custom_objects)


def serialize_legacy_object(instance: Any) -> Any:
    """Return class name and configuration of an object, or the name of a function.

    Raises:
        ValueError: If it has neither `get_config` nor a name.
    """
    if instance is None:
        return None
    if hasattr(instance, "get_config"):
        name = registry.registered_name(type(instance))
        return {"class_name": name, "config": instance.get_config()}
    if hasattr(instance, "__name__"):
        return registry.registered_name(instance)
    raise ValueError(
        f"serialize_keras_object: {instance!r} has no `get_config` method. Add one that returns the "
        "constructor arguments as a dict."
    )


def deserialize_legacy_object(
    identifier: str | Config | None,
    module_objects: Mapping[str, Any] | None = None,
    custom_objects: Mapping[str, Any] | None = None,
    printable_module_name: str = "object",
) -> Any:
    """Return what a name, or a class name with a configuration, means.

    Args:
        identifier: A name, a dict with `class_name` and `config`, or None.
        module_objects: Names and what they mean.
        custom_objects: More of them, which come first.
        printable_module_name: What to call it in an error.

    Raises:
        ValueError: If the name is not known, or it is neither.

    Example:
        >>> from ppul.layers.core.dense import Dense
        >>> config = {"class_name": "Dense", "config": {"units": 2}}
        >>> deserialize_legacy_object(config, {"Dense": Dense}).units
        2
    """
    if identifier is None:
        return None
    is_config = isinstance(identifier, dict) and {"class_name", "config"} <= set(identifier)
    if not is_config and not isinstance(identifier, str):
        raise ValueError(
            "deserialize_keras_object: expected a name, or a dict with 'class_name' and 'config'; got "
            f"{identifier!r}."
        )
    name = identifier if isinstance(identifier, str) else identifier["class_name"]
    found = registry.registered_object(name, custom_objects, module_objects)
    if found is None:
        known = [*(module_objects or ()), *(custom_objects or ())]
        raise ValueError(
            f"Unknown {printable_module_name}: {name!r}.{suggestion(name, known)} Pass it in "
            "`custom_objects`, or register it with `ppul.saving.register_keras_serializable`."
        )
    if isinstance(identifier, str):
        return found() if isinstance(found, type) else found
    with registry.CustomObjectScope(custom_objects):
        return found.from_config(identifier["config"])
