"""LayerNormalization: each sample brought to zero mean and unit variance."""

from __future__ import annotations

from typing import Any

from ppul.core.types import Array, Identifier, Shape
from ppul.layers.normalization.axes import given_axes, known_sizes
from ppul.layers.normalization.base import ScaledNormalization
from ppul.ops.normalization import Axes, layer_normalization


class LayerNormalization(ScaledNormalization):
    """Normalize each sample over its features, then scale and shift them.

    Args:
        axis: The axis, or axes, of the features.
        epsilon: Added to the variance.
        center: Whether a learned offset `beta` is added.
        scale: Whether the result is multiplied by a learned factor `gamma`.
        beta_initializer: How `beta` starts.
        gamma_initializer: How `gamma` starts.
        beta_regularizer: Penalty on `beta`.
        gamma_regularizer: Penalty on `gamma`.
        beta_constraint: Applied to `beta` after each update.
        gamma_constraint: Applied to `gamma` after each update.
        rms_scaling: Whether only to divide by the deviation, without subtracting the mean or
            adding `beta`; for models that were trained so. New ones take `RMSNormalization`.
        **kwargs: See `Layer`.

    Source: Ba, Kiros, Hinton 2016, arXiv:1607.06450

    Example:
        >>> import numpy as np
        >>> LayerNormalization()(np.array([[1.0, 3.0]])).round(2).tolist()
        [[-1.0, 1.0]]
    """

    def __init__(
        self,
        axis: Axes = -1,
        epsilon: float = 0.001,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Identifier = "zeros",
        gamma_initializer: Identifier = "ones",
        beta_regularizer: Identifier = None,
        gamma_regularizer: Identifier = None,
        beta_constraint: Identifier = None,
        gamma_constraint: Identifier = None,
        rms_scaling: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            epsilon=epsilon,
            center=center,
            scale=scale,
            beta_initializer=beta_initializer,
            gamma_initializer=gamma_initializer,
            beta_regularizer=beta_regularizer,
            gamma_regularizer=gamma_regularizer,
            beta_constraint=beta_constraint,
            gamma_constraint=gamma_constraint,
            **kwargs,
        )
        self.axis = given_axes(self._where, axis)
        self.rms_scaling = rms_scaling

    def build(self, input_shape: Shape) -> None:
        """Make gamma and beta."""
        self._add_gamma_and_beta(known_sizes(self._where, self.axis, input_shape))

    def call(self, inputs: Array) -> Array:
        """Return the normalized input."""
        return layer_normalization(
            inputs,
            None if self.gamma is None else self.gamma.value,
            None if self.beta is None else self.beta.value,
            axis=self.axis,
            epsilon=self.epsilon,
            rms_scaling=self.rms_scaling,
        ).astype(self.compute_dtype)
