"""Masking: steps of a sequence that do not count."""

from __future__ import annotations

from typing import Any

from ppul.core.types import Array
from ppul.layers.base import Layer
from ppul.layers.input_spec import InputSpec
from ppul.ops import logic


class Masking(Layer):
    """Mark the steps at which all features are `mask_value`, and set them to zero.

    Layers behind it that take masks leave those steps out.

    Args:
        mask_value: What stands in a step that does not count.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> outputs = Masking(-1.0)(np.array([[[3.0, -1.0], [-1.0, -1.0]]]))
        >>> outputs.tolist(), outputs._keras_mask.tolist()
        ([[[3.0, -1.0], [0.0, 0.0]]], [[True, False]])
    """

    def __init__(self, mask_value: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mask_value = mask_value
        self.supports_masking = True
        self.input_spec = InputSpec(min_ndim=1)
        self.built = True

    def compute_mask(self, inputs: Array, previous_mask: Any = None) -> Array:
        """Return which steps count."""
        return logic.any(logic.not_equal(inputs, self.mask_value), axis=-1)

    def call(self, inputs: Array) -> Array:
        """Return the input with the other steps set to zero."""
        counts = self.compute_mask(inputs)[..., None]
        return inputs * counts.astype(inputs.dtype)
