"""RandomGrayscale: some pictures without colour."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.checks import in_range
from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.image_layer import ImageLayer, Transformation
from ppul.layers.preprocessing.image_preprocessing.ranges import drawn_from
from ppul.ops.image.colors import rgb_to_grayscale


class RandomGrayscale(ImageLayer):
    """Take the colour from some pictures while training; they keep their three channels.

    Args:
        factor: The probability that one is made grey, in [0, 1].
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        seed: Seed of what is drawn.
        **kwargs: `bounding_box_format`; see `Layer` for others.

    Example:
        >>> import numpy as np
        >>> RandomGrayscale(1.0)(np.array([[[100.0, 200.0, 0.0]]])).round(2).ravel().tolist()
        [147.29, 147.29, 147.29]
    """

    _augments = True
    _keeps_dtype = True

    def __init__(
        self,
        factor: float = 0.5,
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = in_range(self._where, "factor", factor, 0, 1)
        self._seeded(seed)

    # Keras gives the arguments of these other names than those of other layers.

    def get_random_transformation(  # type: ignore[override]
        self, images: Any, training: bool = True, seed: Any = None
    ) -> Transformation:
        return super().get_random_transformation(images, training, seed)

    def transform_labels(  # type: ignore[override]
        self, labels: Any, transformations: Transformation = None, training: bool = True
    ) -> Any:
        return labels

    def transform_segmentation_masks(  # type: ignore[override]
        self, segmentation_masks: Any, transformations: Transformation = None, training: bool = True
    ) -> Any:
        return segmentation_masks

    def _draw(self, shape: tuple[Any, ...], seed: Any) -> dict[str, Any]:
        drawn = drawn_from((0, 1), (shape[0],), seed)
        return {"should_apply": (drawn < self.factor)[:, None, None, None]}

    def _change_images(self, images: Array, transformation: dict[str, Any]) -> Array:
        grey = rgb_to_grayscale(images, "channels_last")
        return jnp.where(transformation["should_apply"], grey, images)
