"""RandomPosterization: pictures of fewer colours."""

from __future__ import annotations

from typing import Any

from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.image_layer import ImageLayer
from ppul.layers.preprocessing.image_preprocessing.ranges import interval, pixel_range, rescaled
from ppul.ops.conversion import saturate_cast
from ppul.random.functions import randint


class RandomPosterization(ImageLayer):
    """Leave only some bits of the eight of each colour while training, a number drawn at random.

    Args:
        factor: Range of the number of bits, in [0, 8], the end not included; one number n is (1, n).
        value_range: The lowest and the highest value of a pixel.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        seed: Seed of what is drawn.
        **kwargs: `bounding_box_format`; see `Layer` for others.

    Example:
        >>> import numpy as np
        >>> few = RandomPosterization((1, 2))
        >>> few(np.array([[[3.0], [127.0], [200.0]]])).ravel().tolist()
        [0.0, 0.0, 128.0]
    """

    _augments = True

    def __init__(
        self,
        factor: Any,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = interval(self._where, "factor", factor, 0, 8, start=1)
        self.value_range = pixel_range(self._where, value_range)
        self._seeded(seed)

    def _draw(self, shape: tuple[Any, ...], seed: Any) -> dict[str, Any]:
        bits = randint((shape[0],), *map(int, self.factor), dtype="uint8", seed=seed)
        return {"shift_factor": 8 - bits}

    def _change_images(self, images: Array, transformation: dict[str, Any]) -> Array:
        shift = transformation["shift_factor"][:, None, None, None]
        levels = saturate_cast(rescaled(images, self.value_range, (0, 255)), "uint8")
        levels = ((levels >> shift) << shift).astype(images.dtype)
        return rescaled(levels, (0, 255), self.value_range)
