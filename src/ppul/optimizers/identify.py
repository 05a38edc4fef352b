"""Optimizers by name, configuration or object."""

from __future__ import annotations

import importlib
from typing import Any

from ppul.core import registry, serialization
from ppul.core.checks import suggestion
from ppul.core.types import Config
from ppul.optimizers.base import Optimizer


def get(identifier: Any) -> Any:
    """Return an optimizer from a name, configuration, class, object or optax transformation.

    Raises:
        ValueError: If the name is not known.

    Example:
        >>> float(get("adam").learning_rate)
        0.0010000000474974513
    """
    if isinstance(identifier, str):
        return _by_name(identifier)()
    if isinstance(identifier, dict):
        return deserialize(identifier)
    if not isinstance(identifier, (Optimizer, type)):
        from ppul.optimizers.optax import Optax, is_transformation

        if is_transformation(identifier):
            return Optax(identifier)
    found = registry.get("optimizers", identifier)
    if found is None or isinstance(found, Optimizer):
        return found
    raise ValueError(
        f"An optimizer must be a name, an `Optimizer` or an optax transformation; got {found!r}."
    )


def serialize(optimizer: Optimizer) -> Config:
    """Return the configuration of an optimizer."""
    return serialization.serialize(optimizer)


def deserialize(config: Config, custom_objects: dict[str, Any] | None = None) -> Any:
    """Return an optimizer from its configuration."""
    name = config.get("class_name")
    if isinstance(name, str):
        config = {**config, "class_name": _names().get(name.lower(), name)}
    return serialization.deserialize(config, custom_objects, kind="optimizers")


def _by_name(name: str) -> Any:
    found = registry.registered_object(name)
    if found is None:
        found = registry.public_object("optimizers", _names().get(name.lower(), ""))
    if found is not None:
        return found
    raise ValueError(
        f"Unknown optimizer: {name!r}.{suggestion(name.lower(), _names())} Known are "
        f"{', '.join(sorted(_names()))}; give your own as an object."
    )


def _names() -> dict[str, str]:
    """The classes by the names that Keras accepts: theirs in lower case."""
    classes = (n for n in importlib.import_module("ppul.optimizers").__all__ if n[0].isupper())
    return {n.lower(): n for n in classes if n not in ("Optax", "Optimizer", "OptimizerMap")}
