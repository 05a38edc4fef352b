"""RandomSharpness: pictures made sharper or smoother."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.image_layer import ImageLayer
from ppul.layers.preprocessing.image_preprocessing.ranges import drawn_from, interval, pixel_range
from ppul.ops.separable_convolution import depthwise_conv

# A pixel counts as much as five of its eight neighbours in the smooth picture.
_SMOOTH = np.array([[1, 1, 1], [1, 5, 1], [1, 1, 1]], "float32") / 13


class RandomSharpness(ImageLayer):
    """Make pictures sharper or smoother while training, by amounts drawn at random.

    Args:
        factor: Range of the sharpness: 0 is smoothed, 0.5 changes nothing, 1 is sharpened; one
            number f is (0, f).
        value_range: The lowest and the highest value of a pixel.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        seed: Seed of what is drawn.
        **kwargs: `bounding_box_format`; see `Layer` for others.

    Example:
        >>> import numpy as np
        >>> dot = np.zeros((3, 3, 1))
        >>> dot[1, 1] = 130.0
        >>> RandomSharpness((0.0, 0.0))(dot)[1].round().ravel().tolist()
        [10.0, 50.0, 10.0]
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
        self.factor = interval(self._where, "factor", factor, -1, 1)
        self.value_range = pixel_range(self._where, value_range)
        self._seeded(seed)

    def _draw(self, shape: tuple[Any, ...], seed: Any) -> dict[str, Any]:
        return {"factor": drawn_from(self.factor, (shape[0],), seed)}

    def _change_images(self, images: Array, transformation: dict[str, Any]) -> Array:
        sharpness = 2 * transformation["factor"][:, None, None, None]
        kernel = jnp.broadcast_to(_SMOOTH[..., None, None], (3, 3, images.shape[-1], 1))
        smooth = depthwise_conv(images, kernel.astype(images.dtype), 1, "same", "channels_last")
        changed = smooth + sharpness * (images - smooth)
        return jnp.clip(changed, *self.value_range)
