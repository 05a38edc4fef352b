"""What layers that change pictures share: what they take, what they draw, and what comes out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from ppul.core.checks import one_of
from ppul.core.dtypes import is_float_dtype
from ppul.core.settings import IMAGE_FORMATS, image_data_format
from ppul.core.types import Array
from ppul.layers.preprocessing.data_layer import DataLayer
from ppul.ops.bounding_boxes.formats import FORMATS
from ppul.ops.conversion import saturate_cast
from ppul.ops.image.layout import as_batch
from ppul.random.seed_generator import SeedGenerator

# What is drawn for some pictures: a number or array for each of them, by name.
Transformation = dict[str, Any] | None


class ImageLayer(DataLayer):
    """A layer that changes pictures, and what belongs to them.

    It takes one picture, a batch of them, or a dict of one or a batch ("images") with the "labels",
    "bounding_boxes" ("boxes" and "labels") and "segmentation_masks" that belong to them; what else
    is in a dict stays as it is. A subclass says in `_draw` what it draws for each picture, and in
    `_change_images` what it makes of them, with the channels last. If it draws, or has
    `_augments`, it does so in training alone. Pictures come out in the dtype that the layer
    computes in, and are floats in between; those of a subclass that `_keeps_dtype` are as they came.

    Args:
        bounding_box_format: What the numbers of boxes mean; see `utils.bounding_boxes`.
        data_format: "channels_last" (..., height, width, channels) or "channels_first";
            `image_data_format()` by default.
        **kwargs: See `Layer`.
    """

    _augments: ClassVar[bool] = False
    _keeps_dtype: ClassVar[bool] = False

    def __init__(
        self,
        *,
        bounding_box_format: str | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if bounding_box_format is not None:
            one_of(self._where, "bounding_box_format", bounding_box_format, FORMATS)
        self.bounding_box_format = bounding_box_format
        self.data_format = one_of(
            self._where, "data_format", data_format or image_data_format(), IMAGE_FORMATS
        )
        self.generator: SeedGenerator | None = None
        self.built = True

    def call(self, data: Any, training: bool = True) -> Any:
        """Return pictures, or a dict of pictures and what belongs to them, changed.

        Args:
            data: One picture, a batch of them, or a dict.
            training: Whether they are for training: at other times they stay as they are, unless
                the layer prepares pictures rather than augments them.
        """
        batched = len(self._shape_of(data)) == 4
        transformation = self.get_random_transformation(data, training=training)
        if not isinstance(data, dict):
            change = self.transform_images if batched else self.transform_single_image
            return change(data, transformation, training)
        if batched:
            parts = {
                "images": self.transform_images,
                "labels": self.transform_labels,
                "bounding_boxes": self.transform_bounding_boxes,
                "segmentation_masks": self.transform_segmentation_masks,
            }
        else:
            parts = {
                "images": self.transform_single_image,
                "labels": self.transform_single_label,
                "bounding_boxes": self.transform_single_bounding_box,
                "segmentation_masks": self.transform_single_segmentation_mask,
            }
        changed = {
            key: change(data[key], transformation, training)
            for key, change in parts.items()
            if key in data
        }
        return {**data, **changed}

    def get_random_transformation(
        self, data: Any, training: bool = True, seed: Any = None
    ) -> Transformation:
        """Return what is drawn for pictures, and their shape; None where they stay as they are.

        Args:
            data: One picture, a batch of them, or a dict.
            training: Whether they are for training.
            seed: A `SeedGenerator` or an int; the layer's own generator by default.
        """
        shape = self._shape_of(data)
        if self._augments and not training:
            return None
        batch = shape[0] if len(shape) == 4 else 1
        channels = shape[-3 if self.data_format == "channels_first" else -1]
        seed = self.generator if seed is None else seed
        return {
            "input_shape": shape,
            **self._draw((batch, *self._size_of(shape), channels), seed),
        }

    def transform_images(
        self, images: Array, transformation: Transformation = None, training: bool = True
    ) -> Array:
        """Return a batch of pictures, changed.

        Args:
            images: The pictures.
            transformation: What `get_random_transformation` returned for them.
            training: Whether they are for training.
        """
        drawn = self._in_force(transformation, training)
        dtype = str(images.dtype) if self._keeps_dtype else self.compute_dtype
        if drawn is None:
            return _as_dtype(images, dtype)
        batch, back = as_batch(self._where, images, self.data_format)
        if not self._keeps_dtype:
            batch = batch.astype(dtype if is_float_dtype(dtype) else "float32")
        return back(_as_dtype(self._change_images(batch, drawn), dtype))

    def transform_labels(
        self, labels: Any, transformation: Transformation = None, training: bool = True
    ) -> Any:
        """Return the labels of a batch of pictures, changed as these are; see `transform_images`."""
        return labels

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Transformation = None, training: bool = True
    ) -> Any:
        """Return the boxes in a batch of pictures, changed as these are; see `transform_images`."""
        return bounding_boxes

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Transformation = None, training: bool = True
    ) -> Any:
        """Return the masks of a batch of pictures, changed as these are; see `transform_images`."""
        return segmentation_masks

    def transform_single_image(
        self, image: Array, transformation: Transformation = None, training: bool = True
    ) -> Array:
        """Return one picture, changed."""
        return self.transform_images(image[None], transformation, training)[0]

    def transform_single_label(
        self, label: Any, transformation: Transformation = None, training: bool = True
    ) -> Any:
        """Return the label of one picture, changed as this is."""
        return self.transform_labels(jnp.asarray(label)[None], transformation, training)[0]

    def transform_single_bounding_box(
        self, bounding_box: Any, transformation: Transformation = None, training: bool = True
    ) -> Any:
        """Return the boxes in one picture, changed as this is."""
        boxes = jax.tree.map(lambda a: jnp.asarray(a)[None], bounding_box)
        changed = self.transform_bounding_boxes(boxes, transformation, training)
        return jax.tree.map(lambda a: a[0], changed)

    def transform_single_segmentation_mask(
        self, segmentation_mask: Any, transformation: Transformation = None, training: bool = True
    ) -> Any:
        """Return the mask of one picture, changed as this is."""
        masks = jnp.asarray(segmentation_mask)[None]
        return self.transform_segmentation_masks(masks, transformation, training)[0]

    def _seeded(self, seed: int | None) -> None:
        """Keep the seed of what is drawn in training."""
        self.seed = seed
        self.generator = SeedGenerator(seed)

    def _draw(self, shape: tuple[Any, ...], seed: Any) -> dict[str, Any]:
        """What is drawn for each of some pictures: (batch, height, width, channels)."""
        return {}

    def _change_images(self, images: Array, transformation: dict[str, Any]) -> Array:
        """Pictures (batch, height, width, channels), changed."""
        return images

    def _as_masks(self, masks: Any) -> tuple[Array, Callable[[Array], Array]]:
        """Masks as (batch, height, width, classes), and what brings them back."""
        masks = jnp.asarray(masks)
        if masks.ndim == 3:
            return masks[..., None], lambda batch: batch[..., 0]
        return as_batch(self._where, masks, self.data_format)

    def _in_force(self, transformation: Transformation, training: bool) -> Transformation:
        """What was drawn; None where everything stays as it is."""
        missing = transformation is None and self.generator is not None
        if self._augments and (missing or not training):
            return None
        return transformation or {}

    def _shape_of(self, data: Any) -> tuple[Any, ...]:
        """The shape of the pictures."""
        if isinstance(data, dict) and "images" not in data:
            raise ValueError(
                f"{self._where} takes pictures, or a dict with 'images'; got one with {sorted(data)}."
            )
        images = data["images"] if isinstance(data, dict) else data
        if not hasattr(images, "shape") or len(images.shape) not in (3, 4):
            found = f"the shape {images.shape}" if hasattr(images, "shape") else repr(type(images))
            raise ValueError(
                f"{self._where} takes one picture, of three axes, or a batch, of four; got {found}."
            )
        return tuple(images.shape)

    def _size_of(self, shape: tuple[Any, ...]) -> tuple[Any, Any]:
        """Height and width of pictures of a shape."""
        last = shape[-2:] if self.data_format == "channels_first" else shape[-3:-1]
        return last[0], last[1]


def _as_dtype(images: Array, dtype: str) -> Array:
    """Pictures in a dtype; what an integer cannot be is cut off."""
    return images.astype(dtype) if is_float_dtype(dtype) else saturate_cast(images, dtype)
