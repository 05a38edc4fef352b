"""Quantizing the layers of a model."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from ppul.layers.base import Layer
from ppul.models.calibration import calibrate_model
from ppul.quantizers.calibrated import CalibratedConfig
from ppul.quantizers.configs import config_for

Filters: TypeAlias = str | Sequence[str] | Callable[[Layer], bool] | None


def quantize_model(
    model: Any, mode: str | None, config: Any, filters: Filters, *, type_check: bool
) -> None:
    """Quantize the layers of a model that can be, and warn of those with weights that cannot.

    Args:
        model: The model, built.
        mode: "int8", "int4", "float8", "gptq" or "awq".
        config: A `QuantizationConfig`, or None for that of the mode.
        filters: Which layers; see `Model.quantize`.
        type_check: Whether subclasses are refused.

    Raises:
        ValueError: If it is not built, or an argument is of another kind.
    """
    if not model.built:
        raise ValueError(
            f"Model '{model.name}' has no weights to quantize yet: call it on data, or `build` it "
            "with an input shape."
        )
    config = config_for(mode, config)
    wanted = _wanted(filters)
    if isinstance(config, CalibratedConfig):
        calibrate_model(model, config, wanted, type_check=type_check)
        return
    for layer in model._flatten_layers():
        own = [*layer._trainable_own, *layer._frozen_own]
        if not own or not wanted(layer):
            continue
        try:
            layer.quantize(mode, type_check=type_check, config=config)
        except NotImplementedError as error:
            warnings.warn(f"Left as it was: {error}", stacklevel=3)


def _wanted(filters: Filters) -> Callable[[Layer], bool]:
    if filters is None:
        return lambda _: True
    if callable(filters):
        return filters
    patterns = [filters] if isinstance(filters, str) else filters
    if not isinstance(patterns, (list, tuple)) or not all(isinstance(p, str) for p in patterns):
        raise ValueError(
            "quantize: `filters` must be a regular expression of names, a list of them, or a "
            f"function of a layer; got {filters!r}."
        )
    return lambda layer: any(re.search(pattern, layer.name) for pattern in patterns)
