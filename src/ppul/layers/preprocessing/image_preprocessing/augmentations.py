"""The augmentations that `RandAugment` and `AugMix` choose from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jax
from jax import lax

from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.auto_contrast import AutoContrast
from ppul.layers.preprocessing.image_preprocessing.equalization import Equalization
from ppul.layers.preprocessing.image_preprocessing.image_layer import ImageLayer
from ppul.layers.preprocessing.image_preprocessing.random_brightness import RandomBrightness
from ppul.layers.preprocessing.image_preprocessing.random_color_degeneration import (
    RandomColorDegeneration,
)
from ppul.layers.preprocessing.image_preprocessing.random_contrast import RandomContrast
from ppul.layers.preprocessing.image_preprocessing.random_posterization import RandomPosterization
from ppul.layers.preprocessing.image_preprocessing.random_rotation import RandomRotation
from ppul.layers.preprocessing.image_preprocessing.random_sharpness import RandomSharpness
from ppul.layers.preprocessing.image_preprocessing.random_shear import RandomShear
from ppul.layers.preprocessing.image_preprocessing.random_translation import RandomTranslation
from ppul.layers.preprocessing.image_preprocessing.solarization import Solarization

Layers = Mapping[str, ImageLayer]


def augmentations(
    factor: tuple[float, float], value_range: Any, interpolation: str, **shared: Any
) -> dict[str, ImageLayer]:
    """Return layers by their names, each as strong as `factor` says.

    Args:
        factor: Range of the strength, in [0, 1].
        value_range: The lowest and the highest value of a pixel.
        interpolation: "bilinear" or "nearest".
        **shared: What all of them are made with.

    Example:
        >>> list(augmentations((0, 0.5), (0, 255), "bilinear"))[:2]
        ['random_shear', 'random_translation']
    """
    color = {"value_range": value_range, **shared}
    moving = {"interpolation": interpolation, **shared}
    bits = 1, max(1, int(8 * factor[1]))
    return {
        "random_shear": RandomShear(factor, factor, **moving),
        "random_translation": RandomTranslation(factor, factor, **moving),
        "random_rotation": RandomRotation(factor, **moving),
        "random_brightness": RandomBrightness(factor, **color),
        "random_color_degeneration": RandomColorDegeneration(factor, **color),
        "random_contrast": RandomContrast(factor, **color),
        "random_sharpness": RandomSharpness(factor, **color),
        "random_posterization": RandomPosterization(bits, **color),
        "solarization": Solarization(factor, factor, **color),
        "auto_contrast": AutoContrast(**color),
        "equalization": Equalization(**color),
    }


def applied(
    layers: Layers,
    change: Callable[[ImageLayer, Any, dict[str, Any]], Any],
    data: Any,
    chosen: Array,
    drawn: Mapping[str, dict[str, Any]],
) -> Any:
    """Return data changed by one of some layers, which a number chooses that may be traced.

    Args:
        layers: The layers by name.
        change: What a layer makes of data, with what was drawn for it.
        data: Arrays; what comes out has their shapes and dtypes.
        chosen: The number of the layer; one beyond the last leaves the data as they are.
        drawn: What was drawn for each, by the names of the layers.
    """

    def branch(name: str) -> Callable[[Any], Any]:
        def run(data: Any) -> Any:
            changed = change(layers[name], data, drawn[name])
            return jax.tree.map(lambda new, old: new.astype(old.dtype), changed, data)

        return run

    return lax.switch(chosen, [*map(branch, layers), lambda data: data], data)
