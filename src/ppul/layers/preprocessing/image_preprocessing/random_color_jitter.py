"""RandomColorJitter: brightness, contrast and colours changed, one after the other."""

from __future__ import annotations

from typing import Any

from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.image_layer import ImageLayer
from ppul.layers.preprocessing.image_preprocessing.random_brightness import RandomBrightness
from ppul.layers.preprocessing.image_preprocessing.random_contrast import RandomContrast
from ppul.layers.preprocessing.image_preprocessing.random_hue import RandomHue
from ppul.layers.preprocessing.image_preprocessing.random_saturation import RandomSaturation
from ppul.layers.preprocessing.image_preprocessing.ranges import pixel_range


class RandomColorJitter(ImageLayer):
    """Change brightness, contrast, saturation and hue while training, by amounts drawn at random.

    Args:
        value_range: The lowest and the highest value of a pixel.
        brightness_factor: `factor` of `RandomBrightness`; None leaves the brightness.
        contrast_factor: `factor` of `RandomContrast`; None leaves the contrast.
        saturation_factor: `factor` of `RandomSaturation`; None leaves the saturation.
        hue_factor: `factor` of `RandomHue`; None leaves the hue.
        seed: Seed of what is drawn.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        **kwargs: `bounding_box_format`; see `Layer` for others.

    Example:
        >>> import numpy as np
        >>> jitter = RandomColorJitter(brightness_factor=(0.2, 0.2), contrast_factor=(-1.0, 1.0))
        >>> jitter(np.array([[[99.0] * 3, [101.0] * 3]]))[0, :, 0].tolist()
        [149.0, 153.0]
    """

    _augments = True

    def __init__(
        self,
        value_range: Any = (0, 255),
        brightness_factor: Any = None,
        contrast_factor: Any = None,
        saturation_factor: Any = None,
        hue_factor: Any = None,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.value_range = pixel_range(self._where, value_range)
        self.brightness_factor = brightness_factor
        self.contrast_factor = contrast_factor
        self.saturation_factor = saturation_factor
        self.hue_factor = hue_factor
        self._seeded(seed)
        factors = {
            RandomBrightness: brightness_factor,
            RandomContrast: contrast_factor,
            RandomSaturation: saturation_factor,
            RandomHue: hue_factor,
        }
        given = {"value_range": value_range, "dtype": self.dtype_policy}
        self._steps = {
            layer.__name__: layer(factor, data_format=self.data_format, **given)
            for layer, factor in factors.items()
            if factor is not None
        }

    def _draw(self, shape: tuple[Any, ...], seed: Any) -> dict[str, Any]:
        return {name: step._draw(shape, seed) for name, step in self._steps.items()}

    def _change_images(self, images: Array, transformation: dict[str, Any]) -> Array:
        for name, step in self._steps.items():
            images = step._change_images(images, transformation[name])
        return images
