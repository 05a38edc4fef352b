"""RandomElasticTransform: pictures bent."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.checks import one_of
from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.image_layer import Transformation
from ppul.layers.preprocessing.image_preprocessing.moving_layer import MovingLayer
from ppul.layers.preprocessing.image_preprocessing.ranges import (
    drawn_from,
    interval,
    pixel_range,
)
from ppul.ops.image.filters import gaussian_blur
from ppul.ops.image.warping import displaced
from ppul.random.functions import normal

_FILL_MODES = ("reflect", "wrap", "constant", "nearest", "mirror")


class RandomElasticTransform(MovingLayer):
    """Bend some pictures while training, as if they were printed on rubber.

    Each pixel is taken from near its own place; from how far away is drawn at random, and smoothed.

    Args:
        factor: Range of the probability that one is bent, drawn for each; one number f is (0, f).
        scale: Range of how strongly those of a batch are; one number f is (0, f).
        interpolation: "bilinear" or "nearest".
        fill_mode: What is beyond the edges: "reflect", "wrap", "constant", "nearest" or "mirror";
            see `ops.image.affine_transform`.
        fill_value: The constant.
        value_range: The lowest and the highest value of a pixel; bending makes no others.
        seed: Seed of what is drawn.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        **kwargs: See `Layer`.

    Source: Simard, Steinkraus, Platt, "Best practices for convolutional neural networks applied to
    visual document analysis" (ICDAR 2003).

    Example:
        >>> bending = RandomElasticTransform((1.0, 1.0), scale=(0.5, 0.5))
        >>> bending.get_elastic_transform_params(40, 60, 0.5)
        (3.0, 1.0)
    """

    _augments = True

    def __init__(
        self,
        factor: Any = 1.0,
        scale: Any = 1.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = interval(self._where, "factor", factor, 0, 1)
        self.scale = interval(self._where, "scale", scale, 0, float("inf"))
        self.interpolation = one_of(
            self._where, "interpolation", interpolation, ("nearest", "bilinear")
        )
        self.fill_mode = one_of(self._where, "fill_mode", fill_mode, _FILL_MODES)
        self.fill_value = fill_value
        self.value_range = pixel_range(self._where, value_range)
        self._seeded(seed)

    def get_elastic_transform_params(self, height: Any, width: Any, factor: Any) -> tuple[Any, Any]:
        """Return how strongly and how smoothly pictures of a size are bent.

        Args:
            height: Their height.
            width: Their width.
            factor: What was drawn from `scale`.

        Returns:
            `alpha` and `sigma` of `ops.image.elastic_transform`.
        """
        return factor * 0.1 * max(height, width), factor * 0.05 * min(height, width)

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Transformation = None, training: bool = True
    ) -> Any:
        """Raise an error in training: of what is bent, the box does not follow from that it had."""
        if self._in_force(transformation, training) is None:
            return bounding_boxes
        raise NotImplementedError(
            f"{self._where} cannot bend bounding boxes. Leave them out of the data, or move pictures "
            "by `RandomRotation`, `RandomShear` or `RandomPerspective`, which move boxes too."
        )

    def _draw(self, shape: tuple[Any, ...], seed: Any) -> dict[str, Any]:
        batch, height, width, _ = shape
        probability = drawn_from(self.factor, (batch,), seed)
        chosen = drawn_from((0, 1), (batch,), seed) < probability
        factor = drawn_from(self.scale, (), seed)
        noise = [normal((batch, height, width, 1), dtype="float32", seed=seed) for _ in range(2)]
        return {
            "apply_transform": chosen,
            "distortion_factor": factor,
            "noise": jnp.concatenate(noise, axis=-1),
        }

    def _move(self, images: Array, transformation: dict[str, Any], interpolation: str) -> Array:
        _, rows, columns, _ = images.shape
        factor = transformation["distortion_factor"]
        alpha, sigma = self.get_elastic_transform_params(rows, columns, factor)
        # As wide as the smoothest needs it: what is drawn cannot decide a shape.
        window = int(6 * self.get_elastic_transform_params(rows, columns, self.scale[1])[1]) | 1
        sigma = jnp.maximum(sigma, 1e-3)
        shift = alpha * gaussian_blur(
            sigma * transformation["noise"], (window, window), (sigma, sigma), "channels_last"
        )
        right, down = shift[..., 0], shift[..., 1]
        bent = displaced(images, down, right, interpolation, self.fill_mode, self.fill_value)
        return jnp.where(transformation["apply_transform"][:, None, None, None], bent, images)
