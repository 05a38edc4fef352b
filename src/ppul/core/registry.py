"""One table of what a name may mean: ppul's own public names by kind, and what users register.

Nothing here imports or runs what a name in a file says: a name is looked up, or it is an error.
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ppul.core.checks import suggestion
from ppul.core.local import local

T = TypeVar("T")

KINDS = (
    "activations",
    "applications",
    "constraints",
    "distillation",
    "dtype_policies",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "models",
    "ops",
    "ops.image",
    "optimizers",
    "optimizers.schedules",
    "quantizers",
    "random",
    "regularizers",
    "utils",
)
# Public functions that are no objects of the kind they stand among.
PLUMBING = ("deserialize", "get", "serialize")
# Public under another name than their own, after which layers and groups in files are called.
_PUBLIC_NAMES = {"GroupedQueryAttention": "GroupQueryAttention"}
_registered: dict[str, Any] = {}
_names: dict[Any, str] = {}


def register(package: str = "Custom", name: str | None = None) -> Callable[[T], T]:
    """Return a decorator that makes a class or function loadable by `package>name`.

    Args:
        package: A prefix that keeps libraries apart.
        name: The name; the object's own by default.

    Raises:
        ValueError: If a class has no `get_config`.

    Example:
        >>> @register("my_package")
        ... def double(x):
        ...     return 2 * x
        >>> registered_name(double), registered_object("my_package>double") is double
        ('my_package>double', True)
    """

    def decorate(target: T) -> T:
        own = name if name is not None else getattr(target, "__name__", str(target))
        if inspect.isclass(target) and not hasattr(target, "get_config"):
            raise ValueError(
                f"Class {own} cannot be registered: it has no `get_config` method. Add one that "
                "returns the constructor arguments as a dict."
            )
        _registered[f"{package}>{own}"] = target
        _names[target] = f"{package}>{own}"
        return target

    return decorate


def registered_name(obj: Any) -> str:
    """Return the name a class or function was registered under, or its own name."""
    try:
        return str(_names.get(obj, obj.__name__))
    except TypeError:  # not hashable
        return obj.__name__


def get_custom_objects() -> dict[str, Any]:
    """Return the table of registered names, which may be changed.

    Example:
        >>> get_custom_objects()["twice"] = lambda x: 2 * x
        >>> get("activations", get_custom_objects().pop("twice"))(4)
        8
    """
    return _registered


def registered_object(
    name: str | None,
    custom_objects: Mapping[str, Any] | None = None,
    module_objects: Mapping[str, Any] | None = None,
) -> Any:
    """Return what is known under `name` in open scopes, arguments or the registry, else None."""
    if name is None:
        return None
    for objects in (*reversed(local.custom_objects), custom_objects, _registered, module_objects):
        if objects and name in objects:
            return objects[name]
    return None


class CustomObjectScope:
    """Inside it, the given names are known when models and layers are loaded.

    Args:
        custom_objects: Names and what they mean.

    Example:
        >>> with CustomObjectScope({"twice": lambda x: 2 * x}):
        ...     get("activations", "twice")(4)
        8
    """

    def __init__(self, custom_objects: Mapping[str, Any] | None) -> None:
        self.custom_objects = dict(custom_objects or {})

    def __enter__(self) -> CustomObjectScope:
        local.custom_objects.append(self.custom_objects)
        return self

    def __exit__(self, *args: object, **kwargs: object) -> None:
        local.custom_objects.pop()


def public_object(kind: str, name: str) -> Any:
    """Return ppul's public object `name` of a kind ("layers", "losses", ...), else None."""
    if kind not in KINDS:
        return None
    module = importlib.import_module(f"ppul.{kind}")
    if name in PLUMBING or name not in module.__all__:
        return None
    found = getattr(module, name)
    return None if inspect.ismodule(found) else found


def public_kind(target: Any) -> str | None:
    """Return the kind under which a class or function is public in ppul, else None."""
    module = getattr(target, "__module__", "") or ""
    if not module.startswith("ppul."):
        return None
    kind = module.split(".")[1]
    if kind == "optimizers" and module.startswith("ppul.optimizers.schedules"):
        kind = "optimizers.schedules"
    kinds = (kind, "utils")
    return next((k for k in kinds if public_object(k, public_name(target)) is target), None)


def public_name(target: Any) -> str:
    """Return the name a public class or function has in its package."""
    own: str = target.__name__
    return _PUBLIC_NAMES.get(own, own)


def get(kind: str, identifier: Any, *, what: str | None = None) -> Any:
    """Return the object an identifier means: a name, a config, a class or the object itself.

    Args:
        kind: Where to look: "losses", "layers", ...
        identifier: A public or registered name, a config dict, a class (instantiated), a
            callable or an instance (returned as it is), or None.
        what: What to call it in an error; derived from `kind` by default.

    Raises:
        ValueError: If the name is not known; the closest known names are given.
    """
    if identifier is None:
        return None
    if isinstance(identifier, dict):
        from ppul.core import serialization

        return serialization.deserialize(identifier, kind=kind)
    if isinstance(identifier, str):
        found = registered_object(identifier) or public_object(kind, identifier)
        if found is None:
            module = importlib.import_module(f"ppul.{kind}")
            what = what or re.sub(r"(?<=ss)es$|s$", "", kind.rsplit(".", 1)[-1])
            raise ValueError(
                f"Unknown {what}: {identifier!r}.{suggestion(identifier, module.__all__)} "
                f"Known ones are listed by `dir(ppul.{kind})`; give your own as an object, or "
                "register it with `ppul.saving.register_keras_serializable`."
            )
        identifier = found
    return identifier() if inspect.isclass(identifier) else identifier
