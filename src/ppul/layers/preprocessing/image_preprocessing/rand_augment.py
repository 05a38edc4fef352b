"""RandAugment: a few augmentations, chosen at random."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax import lax

from ppul.core.checks import one_of, positive_int
from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.augmentations import applied, augmentations
from ppul.layers.preprocessing.image_preprocessing.image_layer import ImageLayer, Transformation
from ppul.layers.preprocessing.image_preprocessing.ranges import interval, pixel_range
from ppul.ops.bounding_boxes.formats import as_boxes
from ppul.random.functions import randint


class RandAugment(ImageLayer):
    """Change the pictures of a batch while training by a few augmentations, chosen at random.

    Chosen are, of all pictures the same, but each with its own amount: `RandomShear`,
    `RandomTranslation`, `RandomRotation`, `RandomBrightness`, `RandomColorDegeneration`,
    `RandomContrast`, `RandomSharpness`, `RandomPosterization`, `Solarization`, `AutoContrast` and
    `Equalization`. Masks and boxes move along.

    Args:
        value_range: The lowest and the highest value of a pixel.
        num_ops: How many augmentations, one after the other.
        factor: Range of how strong they are, in [0, 1]; one number f is (0, f).
        interpolation: "bilinear" or "nearest".
        seed: Seed of what is drawn.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        **kwargs: `bounding_box_format`; see `Layer` for others.

    Source: Cubuk et al. 2020, "RandAugment: Practical automated data augmentation with a reduced
    search space", arXiv:1909.13719

    Example:
        >>> RandAugment(num_ops=3, seed=1).compute_output_shape((None, 32, 32, 3))
        (None, 32, 32, 3)
    """

    _augments = True

    def __init__(
        self,
        value_range: Any = (0, 255),
        num_ops: int = 2,
        factor: Any = 0.5,
        interpolation: str = "bilinear",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.value_range = pixel_range(self._where, value_range)
        self.num_ops = positive_int(self._where, "num_ops", num_ops)
        self.factor = interval(self._where, "factor", factor, 0, 1)
        self.interpolation = one_of(
            self._where, "interpolation", interpolation, ("nearest", "bilinear")
        )
        self._seeded(seed)
        self._choice = augmentations(
            self.factor,
            value_range,
            interpolation,
            data_format=self.data_format,
            bounding_box_format=self.bounding_box_format,
            dtype=self.dtype_policy,
        )

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Transformation = None, training: bool = True
    ) -> Any:
        """Return the masks of a batch of pictures, moved as these are."""
        drawn = self._in_force(transformation, training)
        if drawn is None:
            return segmentation_masks
        masks = jnp.asarray(segmentation_masks)
        return self._applied(
            lambda layer, masks, own: layer.transform_segmentation_masks(masks, own),
            masks,
            drawn,
        )

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Transformation = None, training: bool = True
    ) -> Any:
        """Return the boxes in a batch of pictures, moved as these are, and cut at their edges."""
        drawn = self._in_force(transformation, training)
        if drawn is None:
            return bounding_boxes
        boxes = as_boxes(bounding_boxes)
        boxes["boxes"] = boxes["boxes"].astype("float32")
        return self._applied(
            lambda layer, boxes, own: layer.transform_bounding_boxes(boxes, own),
            boxes,
            drawn,
        )

    def _draw(self, shape: tuple[Any, ...], seed: Any) -> dict[str, Any]:
        chosen = randint((self.num_ops,), 0, len(self._choice), seed=seed)
        drawn = {name: layer._draw(shape, seed) for name, layer in self._choice.items()}
        return {"transforms": drawn, "layer_idxes": chosen}

    def _change_images(self, images: Array, transformation: dict[str, Any]) -> Array:
        return self._applied(
            lambda layer, images, own: layer._change_images(images, own), images, transformation
        )

    def _applied(
        self,
        change: Callable[[ImageLayer, Any, dict[str, Any]], Any],
        data: Any,
        transformation: dict[str, Any],
    ) -> Any:
        """Data changed by the chosen augmentations, one after the other."""
        shape = {"input_shape": transformation.get("input_shape")}
        drawn = {name: shape | own for name, own in transformation["transforms"].items()}

        def step(i: Any, data: Any) -> Any:
            chosen = transformation["layer_idxes"][i]
            return applied(self._choice, change, data, chosen, drawn)

        # A loop, so that each is compiled once.
        return lax.fori_loop(0, self.num_ops, step, data)
