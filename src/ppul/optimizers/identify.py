"""Optimizers by name, configuration or object."""

from __future__ import annotations

import importlib
from typing import Any

from ppul.core import registry, serialization
from ppul.core.types import Config
from ppul.optimizers.base import Optimizer


def get(identifier: Any) -> Any:
    """Return an optimizer from a name, configuration, class, object or optax transformation.

    Raises:
        ValueError: If the name is not known.

    Example:
        >>> get("adam").name
        'adam'
    """
    if isinstance(identifier, str):
        identifier = _public_name(identifier)
    elif isinstance(identifier, dict):
        return deserialize(identifier)
    elif not isinstance(identifier, (Optimizer, type)):
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
    if isinstance(config.get("class_name"), str):
        config = {**config, "class_name": _public_name(config["class_name"])}
    return serialization.deserialize(config, custom_objects, kind="optimizers")


def _public_name(name: str) -> str:
    """The class that Keras accepts `name` for: in lower case, or in any."""
    classes = (n for n in importlib.import_module("ppul.optimizers").__all__ if n[0].isupper())
    return {n.lower(): n for n in classes if n != "Optimizer"}.get(name.lower(), name)
