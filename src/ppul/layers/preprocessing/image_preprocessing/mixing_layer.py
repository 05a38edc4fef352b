"""What layers share that mix each picture of a batch with another one."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.image_layer import ImageLayer, Transformation


class MixingLayer(ImageLayer):
    """A layer that mixes each picture with another one, and their labels.

    What it draws has the other picture of each in "permutation_order", and in "mix_weight" how much
    of its own is left. A subclass says in `_mix` how pictures, or masks, are mixed.
    """

    _augments = True

    def _mix(self, own: Array, other: Array, transformation: dict[str, Any]) -> Array:
        """Pictures or masks (batch, height, width, channels), each mixed with another."""
        raise NotImplementedError(f"{type(self).__name__} must define `_mix`.")

    def _change_images(self, images: Array, transformation: dict[str, Any]) -> Array:
        return self._mix(images, images[transformation["permutation_order"]], transformation)

    def transform_labels(
        self, labels: Any, transformation: Transformation = None, training: bool = True
    ) -> Any:
        """Return the labels of a batch of pictures, mixed as these are.

        Args:
            labels: One-hot vectors, or other numbers that can be mixed: (batch, ...).
            transformation: What `get_random_transformation` returned for the pictures.
            training: Whether they are for training.

        Raises:
            ValueError: If they are class numbers: there is none between two classes.
        """
        drawn = self._in_force(transformation, training)
        if drawn is None:
            return labels
        labels = jnp.asarray(labels)
        if labels.ndim == 1 and not jnp.issubdtype(labels.dtype, jnp.floating):
            raise ValueError(
                f"{self._where} mixes labels, and class numbers cannot be mixed; got {labels.dtype} "
                f"of the shape {labels.shape}. Make one-hot vectors of them, with "
                "`ppul.utils.to_categorical`."
            )
        labels = labels.astype(self.compute_dtype)
        return blended(labels, labels[drawn["permutation_order"]], drawn)

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Transformation = None, training: bool = True
    ) -> Any:
        """Return the masks of a batch of pictures, mixed as these are; see `transform_labels`."""
        drawn = self._in_force(transformation, training)
        if drawn is None:
            return segmentation_masks
        masks, back = self._as_masks(segmentation_masks)
        return back(self._mix(masks, masks[drawn["permutation_order"]], drawn))


def blended(own: Array, other: Array, transformation: dict[str, Any]) -> Array:
    """Return so much of its own as "mix_weight" says, and of the other the rest.

    Example:
        >>> weights = {"mix_weight": jnp.array([0.75])}
        >>> blended(jnp.array([[4.0]]), jnp.array([[0.0]]), weights).tolist()
        [[3.0]]
    """
    dtype = own.dtype if jnp.issubdtype(own.dtype, jnp.floating) else jnp.float32
    weight = transformation["mix_weight"].astype(dtype).reshape(-1, *[1] * (own.ndim - 1))
    return weight * own + (1 - weight) * other
