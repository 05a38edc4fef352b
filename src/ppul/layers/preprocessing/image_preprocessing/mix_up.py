"""MixUp: each picture mixed with another one."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.image_layer import Transformation
from ppul.layers.preprocessing.image_preprocessing.mixing_layer import MixingLayer, blended
from ppul.layers.preprocessing.image_preprocessing.ranges import positive_number
from ppul.ops.bounding_boxes.formats import as_boxes
from ppul.random.functions import beta, shuffle


class MixUp(MixingLayer):
    """Mix each picture of a batch with another one while training, and their labels likewise.

    A picture then has the boxes of both.

    Args:
        alpha: How much of the other: the weight of a picture is drawn from the beta distribution
            with this number twice.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        seed: Seed of what is drawn.
        **kwargs: `bounding_box_format`; see `Layer` for others.

    Source: Zhang et al. 2018, "mixup: Beyond empirical risk minimization", arXiv:1710.09412

    Example:
        >>> import numpy as np
        >>> data = {"images": np.ones((2, 4, 4, 3)), "labels": np.eye(2)}
        >>> mixed = MixUp(seed=1)(data)
        >>> mixed["labels"].sum(axis=1).tolist()
        [1.0, 1.0]
    """

    def __init__(
        self,
        alpha: float = 0.2,
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.alpha = positive_number(self._where, "alpha", alpha)
        self._seeded(seed)

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Transformation = None, training: bool = True
    ) -> Any:
        """Return the boxes of each picture and of the other one; see `transform_labels`."""
        drawn = self._in_force(transformation, training)
        if drawn is None:
            return bounding_boxes
        order = drawn["permutation_order"]
        boxes = as_boxes(bounding_boxes)
        return {key: jnp.concatenate([own, own[order]], axis=1) for key, own in boxes.items()}

    def _draw(self, shape: tuple[Any, ...], seed: Any) -> dict[str, Any]:
        order = shuffle(jnp.arange(shape[0]), seed=seed)
        weight = beta((shape[0],), self.alpha, self.alpha, dtype="float32", seed=seed)
        return {"permutation_order": order, "mix_weight": weight}

    def _mix(self, own: Array, other: Array, transformation: dict[str, Any]) -> Array:
        return blended(own, other, transformation)
