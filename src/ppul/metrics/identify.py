"""Metrics by name, configuration or object."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from ppul.core import registry, serialization
from ppul.core.names import to_snake_case


def get(identifier: Any) -> Any:
    """Return a metric from a name, configuration, class, function or object.

    A name in snake case is that of a class where there is one.

    Raises:
        ValueError: If the name is not known, or it is nothing that can be called.

    Example:
        >>> get("mse").name, get("MeanSquaredError").name, get("huber").__name__
        ('mean_squared_error', 'mean_squared_error', 'huber')
    """
    if isinstance(identifier, str) and registry.registered_object(identifier) is None:
        identifier = _class_names().get(identifier, identifier)
    found = registry.get("metrics", identifier)
    if found is not None and not callable(found):
        raise ValueError(f"A metric must be a name, a function or a `Metric`; got {found!r}.")
    return found


def serialize(metric: Any) -> Any:
    """Return the configuration of a metric.

    Example:
        >>> serialize(get("mse"))["class_name"]
        'MeanSquaredError'
    """
    return serialization.serialize(metric)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Return a metric from what `serialize` returned, or from a name.

    Example:
        >>> deserialize(serialize(get("mse"))).name
        'mean_squared_error'
    """
    return serialization.deserialize(config, custom_objects, kind="metrics")


@functools.cache
def _class_names() -> dict[str, str]:
    """Classes by their names in snake case, and by Keras's short ones."""
    from ppul import metrics

    names = {to_snake_case(name): name for name in dir(metrics) if name[0].isupper()}
    short = {
        "bce": "BinaryCrossentropy",
        "mae": "MeanAbsoluteError",
        "mape": "MeanAbsolutePercentageError",
        "mse": "MeanSquaredError",
        "msle": "MeanSquaredLogarithmicError",
    }
    return names | short | {name.upper(): own for name, own in short.items()}
