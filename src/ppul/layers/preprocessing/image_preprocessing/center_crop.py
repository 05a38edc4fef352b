"""CenterCrop: the middle of pictures."""

from __future__ import annotations

from typing import Any

from ppul.layers.preprocessing.image_preprocessing.crop_layer import CropLayer
from ppul.layers.preprocessing.image_preprocessing.moving_layer import Sizes


class CenterCrop(CropLayer):
    """Cut out the middle of pictures, in training or not.

    Of a picture that is too small, the largest part in the ratio of the result is resampled.

    Args:
        height: Height of the result.
        width: Width of the result.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        **kwargs: `bounding_box_format`; see `Layer` for others.

    Example:
        >>> import numpy as np
        >>> CenterCrop(1, 2)(np.arange(12.0).reshape(3, 4, 1)).ravel().tolist()
        [5.0, 6.0]
    """

    def __init__(
        self, height: int, width: int, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(height, width, data_format=data_format, **kwargs)

    def _place(self, transformation: dict[str, Any], sizes: Sizes) -> tuple[Any, Any] | None:
        if not self._fits(sizes):
            return None
        return (sizes[0] - self.height) // 2, (sizes[1] - self.width) // 2
