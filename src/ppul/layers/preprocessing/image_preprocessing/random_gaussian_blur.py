"""RandomGaussianBlur: pictures out of focus."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.checks import int_tuple
from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.image_layer import ImageLayer
from ppul.layers.preprocessing.image_preprocessing.ranges import (
    drawn_from,
    interval,
    pixel_range,
)
from ppul.ops.image.filters import gaussian_blur

# A normal distribution as narrow as this is one pixel.
_NARROW = 1e-3


class RandomGaussianBlur(ImageLayer):
    """Smooth some pictures while training, by amounts drawn at random.

    Args:
        factor: Range of the probability that one is smoothed, drawn for each; one number f is
            (0, f).
        kernel_size: How many columns and rows around a pixel count: an odd number for both, or two.
        sigma: Range of the standard deviations, in pixels, of the normal distribution they count
            by; one number f is (0, f). Those of columns and rows are drawn once for a batch.
        value_range: The lowest and the highest value of a pixel.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        seed: Seed of what is drawn.
        **kwargs: `bounding_box_format`; see `Layer` for others.

    Example:
        >>> import numpy as np
        >>> dot = np.zeros((3, 3, 1))
        >>> dot[1, 1] = 100.0
        >>> blur = RandomGaussianBlur((1.0, 1.0), sigma=(1.0, 1.0))
        >>> blur(dot)[..., 0].round().tolist()
        [[8.0, 12.0, 8.0], [12.0, 20.0, 12.0], [8.0, 12.0, 8.0]]
    """

    _augments = True

    def __init__(
        self,
        factor: Any = 1.0,
        kernel_size: Any = 3,
        sigma: Any = 1.0,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = interval(self._where, "factor", factor, 0, 1)
        self.kernel_size = int_tuple(self._where, "kernel_size", kernel_size, 2)
        if any(size % 2 == 0 for size in self.kernel_size):
            raise ValueError(
                f"{self._where}: `kernel_size` must be odd, for a pixel to be in the middle; got "
                f"{kernel_size}."
            )
        self.sigma = interval(self._where, "sigma", sigma, 0, float("inf"))
        self.value_range = pixel_range(self._where, value_range)
        self._seeded(seed)

    def _draw(self, shape: tuple[Any, ...], seed: Any) -> dict[str, Any]:
        probability = drawn_from(self.factor, (shape[0],), seed)
        chosen = drawn_from((0, 1), (shape[0],), seed) < probability
        return {"should_apply_blur": chosen, "blur_factor": drawn_from(self.sigma, (2,), seed)}

    def _change_images(self, images: Array, transformation: dict[str, Any]) -> Array:
        columns, rows = self.kernel_size
        across, down = jnp.maximum(transformation["blur_factor"], _NARROW)
        blurred = gaussian_blur(images, (rows, columns), (down, across), "channels_last")
        blurred = jnp.clip(blurred, *self.value_range)
        return jnp.where(transformation["should_apply_blur"][:, None, None, None], blurred, images)
