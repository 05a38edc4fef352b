"""Losses by name, configuration or object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ppul.core import registry, serialization
from ppul.losses.base import Loss


def get(identifier: Any) -> Any:
    """Return a loss from a name, configuration, class, function or object.

    A name of a class gives an object of it, a name of a function the function.

    Raises:
        ValueError: If the name is not known, or it is nothing that can be called.

    Example:
        >>> get("mse").__name__, get("MeanSquaredError").name
        ('mean_squared_error', 'mean_squared_error')
    """
    found = registry.get("losses", identifier)
    if found is not None and not callable(found):
        raise ValueError(f"A loss must be a name, a function or a `Loss`; got {found!r}.")
    return found


def serialize(loss: Any) -> Any:
    """Return the configuration of a loss.

    Example:
        >>> serialize(get("Huber"))["config"]["delta"]
        1.0
    """
    return serialization.serialize(loss)


def deserialize(name: Any, custom_objects: Mapping[str, Any] | None = None) -> Loss | Any:
    """Return a loss from what `serialize` returned, or from a name.

    Example:
        >>> deserialize(serialize(get("Huber"))).name
        'huber_loss'
    """
    return serialization.deserialize(name, custom_objects, kind="losses")
