"""RandomCrop: a part of pictures, in training from anywhere."""

from __future__ import annotations

from typing import Any

from ppul.layers.preprocessing.image_preprocessing.crop_layer import CropLayer
from ppul.layers.preprocessing.image_preprocessing.image_layer import Transformation
from ppul.layers.preprocessing.image_preprocessing.moving_layer import Sizes
from ppul.layers.preprocessing.image_preprocessing.ranges import drawn_from


class RandomCrop(CropLayer):
    """Cut a part out of the pictures of a batch while training, from a place drawn at random.

    At other times, and of pictures that are too small, the largest part in the ratio of the result
    is resampled.

    Args:
        height: Height of the result.
        width: Width of the result.
        seed: Seed of what is drawn.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        name: Its name.
        **kwargs: `bounding_box_format`; see `Layer` for others.

    Example:
        >>> import numpy as np
        >>> picture = np.arange(12.0).reshape(3, 4, 1)
        >>> RandomCrop(1, 2, seed=1)(picture).ravel().tolist()
        [2.0, 3.0]
        >>> RandomCrop(3, 3)(picture, training=False)[0].ravel().tolist()
        [0.0, 1.0, 2.0]
    """

    def __init__(
        self,
        height: int,
        width: int,
        seed: int | None = None,
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(height, width, data_format=data_format, name=name, **kwargs)
        self._seeded(seed)

    def get_random_transformation(
        self, data: Any, training: bool = True, seed: Any = None
    ) -> Transformation:
        """Return from where a part is cut in training, and the shape of the pictures."""
        if not training:
            return {"input_shape": self._shape_of(data)}
        return super().get_random_transformation(data, training, seed)

    def _draw(self, shape: tuple[Any, ...], seed: Any) -> dict[str, Any]:
        _, rows, columns, _ = shape
        if not self._fits((rows, columns)):
            return {}
        top = drawn_from((0, rows - self.height + 1), (), seed)
        left = drawn_from((0, columns - self.width + 1), (), seed)
        return {"top": top.astype("int32"), "left": left.astype("int32")}

    def _place(self, transformation: dict[str, Any], sizes: Sizes) -> tuple[Any, Any] | None:
        if "top" not in transformation:
            return None
        return transformation["top"], transformation["left"]
