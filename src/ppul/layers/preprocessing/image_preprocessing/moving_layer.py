"""What layers that move pixels share: masks and boxes move along."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.image_layer import ImageLayer, Transformation
from ppul.ops.bounding_boxes.formats import as_boxes, convert_format
from ppul.ops.bounding_boxes.moving import clip_to_image_size

Sizes = tuple[Any, Any]


class MovingLayer(ImageLayer):
    """A layer that moves pixels; a subclass says how, in `_move` and `_move_points`."""

    interpolation: str = "bilinear"

    def _move(self, images: Array, transformation: dict[str, Any], interpolation: str) -> Array:
        """Pictures or masks, (batch, height, width, channels), with their pixels moved."""
        raise NotImplementedError(f"{type(self).__name__} must define `_move`.")

    def _move_points(
        self, x: Array, y: Array, transformation: dict[str, Any], sizes: Sizes
    ) -> tuple[Array, Array]:
        """Where points (batch, boxes, corners) of pictures of (height, width) are then."""
        raise NotImplementedError(f"{type(self).__name__} must define `_move_points`.")

    def _new_sizes(self, sizes: Sizes) -> Sizes:
        """Height and width of the pictures that come out."""
        return sizes

    def _change_images(self, images: Array, transformation: dict[str, Any]) -> Array:
        return self._move(images, transformation, self.interpolation)

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Transformation = None, training: bool = True
    ) -> Any:
        """Return the masks of a batch of pictures, moved as these are.

        Args:
            segmentation_masks: (batch, height, width), or with a last or first axis of classes.
            transformation: What `get_random_transformation` returned for the pictures.
            training: Whether they are for training.
        """
        drawn = self._in_force(transformation, training)
        if drawn is None:
            return segmentation_masks
        masks, back = self._as_masks(segmentation_masks)
        return back(self._move(masks, drawn, "nearest")).astype(masks.dtype)

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Transformation = None, training: bool = True
    ) -> Any:
        """Return the boxes in a batch of pictures, moved as these are, and cut at their edges.

        Args:
            bounding_boxes: A dict with "boxes" (batch, boxes, 4) and "labels" (batch, boxes). The
                label of a box of which nothing is left becomes -1.
            transformation: What `get_random_transformation` returned for the pictures.
            training: Whether they are for training.

        Raises:
            ValueError: If the layer was not told what the numbers of a box mean.
        """
        drawn = self._in_force(transformation, training)
        if drawn is None:
            return bounding_boxes
        name = self.bounding_box_format
        if name is None:
            raise ValueError(
                f"{self._where} got bounding boxes and does not know what their numbers mean. Make "
                "it with `bounding_box_format`, for instance 'xyxy'."
            )
        old = self._size_of(drawn["input_shape"])
        new = self._new_sizes(old)
        boxes = convert_format(as_boxes(bounding_boxes), name, "xyxy", *old)
        x = boxes["boxes"][..., jnp.array([0, 2, 2, 0])]
        y = boxes["boxes"][..., jnp.array([1, 1, 3, 3])]
        x, y = self._move_points(x, y, drawn, old)
        sides = [x.min(-1), y.min(-1), x.max(-1), y.max(-1)]
        moved = clip_to_image_size({**boxes, "boxes": jnp.stack(sides, axis=-1)}, *new)
        return convert_format(moved, "xyxy", name, *new)
