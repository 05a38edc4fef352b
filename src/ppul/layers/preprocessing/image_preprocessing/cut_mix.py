"""CutMix: a rectangle of each picture replaced by that of another one."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.image_layer import Transformation
from ppul.layers.preprocessing.image_preprocessing.mixing_layer import MixingLayer
from ppul.layers.preprocessing.image_preprocessing.patches import random_patches
from ppul.layers.preprocessing.image_preprocessing.ranges import drawn_from, interval
from ppul.random.functions import beta, shuffle


class CutMix(MixingLayer):
    """Put a rectangle of another picture into each of a batch while training.

    Labels are mixed in the proportion of the areas.

    Args:
        factor: Range from which a number a is drawn; the part that stays of a picture is drawn from
            the beta distribution with a twice. One number f is (0, f).
        seed: Seed of what is drawn.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        **kwargs: See `Layer`.

    Source: Yun et al. 2019, "CutMix: Regularization strategy to train strong classifiers with
    localizable features", arXiv:1905.04899

    Example:
        >>> import numpy as np
        >>> data = {"images": np.ones((2, 4, 4, 3)), "labels": np.eye(2)}
        >>> mixed = CutMix(seed=1)(data)
        >>> mixed["labels"].sum(axis=1).round(3).tolist()
        [1.0, 1.0]
    """

    def __init__(
        self,
        factor: Any = 1.0,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = interval(self._where, "factor", factor, 0, float("inf"))
        self._seeded(seed)

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Transformation = None, training: bool = True
    ) -> Any:
        """Raise an error in training: a rectangle may leave of a box what is none any more."""
        if self._in_force(transformation, training) is None:
            return bounding_boxes
        raise NotImplementedError(
            f"{self._where} cannot change bounding boxes. Leave them out of the data, or use `MixUp`."
        )

    def _draw(self, shape: tuple[Any, ...], seed: Any) -> dict[str, Any]:
        alpha = drawn_from(self.factor, (), seed)
        side = jnp.sqrt(1 - beta((shape[0],), alpha, alpha, dtype="float32", seed=seed))
        inside, part = random_patches(shape[:3], (side, side), seed)
        order = shuffle(jnp.arange(shape[0]), seed=seed)
        return {"permutation_order": order, "batch_masks": inside, "mix_weight": 1 - part}

    def _mix(self, own: Array, other: Array, transformation: dict[str, Any]) -> Array:
        return jnp.where(transformation["batch_masks"][..., :1], other, own)
