"""Layers as configurations, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ppul.core import serialization
from ppul.core.types import Config


def serialize(layer: Any) -> Config:
    """Return the configuration of a layer.

    Example:
        >>> from ppul.layers.core.masking import Masking
        >>> serialize(Masking(2.0))["config"]["mask_value"]
        2.0
    """
    return serialization.serialize(layer)


def deserialize(config: Config, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Return a layer from what `serialize` returned, here or in Keras.

    Args:
        config: The configuration.
        custom_objects: Names, beside ppul's own and registered ones, and what they mean.

    Raises:
        TypeError: If a class of that name is not known.

    Example:
        >>> from ppul.layers.core.masking import Masking
        >>> deserialize(serialize(Masking(2.0))).mask_value
        2.0
    """
    return serialization.deserialize(config, custom_objects, kind="layers")
