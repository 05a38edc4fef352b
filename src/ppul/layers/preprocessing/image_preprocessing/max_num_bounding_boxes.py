"""MaxNumBoundingBoxes: the same number of boxes for every picture."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.checks import positive_int
from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.image_layer import ImageLayer, Transformation
from ppul.ops.bounding_boxes.formats import as_boxes


class MaxNumBoundingBoxes(ImageLayer):
    """Leave out boxes beyond a number, or fill up to it, in training or not; pictures stay.

    Args:
        max_number: Number of boxes.
        fill_value: What those that are added have for coordinates and label.
        **kwargs: `bounding_box_format`, `data_format`; see `Layer` for others.

    Example:
        >>> import numpy as np
        >>> boxes = {"boxes": np.ones((1, 1, 4)), "labels": np.ones((1, 1), "int32")}
        >>> two = MaxNumBoundingBoxes(2)({"images": np.ones((1, 4, 4, 3)), "bounding_boxes": boxes})
        >>> two["bounding_boxes"]["labels"].tolist()
        [[1, -1]]
    """

    _keeps_dtype = True

    def __init__(self, max_number: int, fill_value: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.max_number = positive_int(self._where, "max_number", max_number)
        self.fill_value = fill_value

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Transformation = None, training: bool = True
    ) -> Any:
        """Return as many boxes for each picture as there are to be.

        Args:
            bounding_boxes: A dict with "boxes" (batch, boxes, 4) and "labels" (batch, boxes).
            transformation: Not needed.
            training: Not needed.
        """
        boxes = as_boxes(bounding_boxes)
        return {key: self._filled(values) for key, values in boxes.items()}

    def _filled(self, values: Array) -> Array:
        kept = values[:, : self.max_number]
        edges = [(0, 0), (0, self.max_number - kept.shape[1])] + [(0, 0)] * (kept.ndim - 2)
        return jnp.pad(kept, edges, constant_values=self.fill_value)
