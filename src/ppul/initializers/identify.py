"""From names and configurations to initializers, and back."""

from __future__ import annotations

from typing import Any

from ppul.core import registry, serialization
from ppul.core.types import Config


def get(identifier: Any) -> Any:
    """Return an initializer from a name, config, class, function, object or None.

    Raises:
        ValueError: If the name is not known, or it is nothing that can be called.

    Example:
        >>> get("he_normal").mode
        'fan_in'
    """
    found = registry.get("initializers", identifier)
    if found is not None and not callable(found):
        raise ValueError(
            "An initializer must be a name, a function of (shape, dtype) or an `Initializer`; got "
            f"{found!r}."
        )
    return found


def serialize(initializer: Any) -> Config:
    """Return the configuration of an initializer."""
    return serialization.serialize(initializer)


def deserialize(config: Config, custom_objects: dict[str, Any] | None = None) -> Any:
    """Return an initializer from its configuration."""
    return serialization.deserialize(config, custom_objects, kind="initializers")
