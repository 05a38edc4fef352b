"""From names and configurations to quantizers, and back."""

from __future__ import annotations

from typing import Any

from ppul.core import registry, serialization
from ppul.core.checks import suggestion
from ppul.core.names import to_camel_case
from ppul.core.types import Config


def get(identifier: Any, **kwargs: Any) -> Any:
    """Return a quantizer from a name, config, class, function, object or None.

    Args:
        identifier: What means it.
        **kwargs: Arguments of the constructor, where a name or a class is given.

    Raises:
        ValueError: If the name is not known, or it is nothing that can be called.

    Example:
        >>> get("abs_max_quantizer", axis=1).axis
        (1,)
    """
    if isinstance(identifier, str):
        identifier = _class_named(identifier)
    if isinstance(identifier, type):
        return identifier(**kwargs)
    found = registry.get("quantizers", identifier)
    if found is not None and not callable(found):
        raise ValueError(f"A quantizer must be a name, a function or a `Quantizer`; got {found!r}.")
    return found


def serialize(initializer: Any) -> Config:
    """Return the configuration of a quantizer."""
    return serialization.serialize(initializer)


def deserialize(config: Config, custom_objects: dict[str, Any] | None = None) -> Any:
    """Return a quantizer from its configuration."""
    return serialization.deserialize(config, custom_objects, kind="quantizers")


def _class_named(name: str) -> Any:
    """The class, or what the user registered, of a name in CamelCase or snake_case."""
    found = registry.registered_object(name)
    if found is None:
        found = registry.public_object("quantizers", to_camel_case(name))
    if found is None:
        raise ValueError(
            f"Unknown quantizer: {name!r}.{suggestion(name, ('abs_max_quantizer', 'AbsMaxQuantizer'))} "
            "Give your own as an object, or register it with "
            "`ppul.saving.register_keras_serializable`."
        )
    return found
