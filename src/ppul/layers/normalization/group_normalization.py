"""GroupNormalization: groups of channels brought to zero mean and unit variance."""

from __future__ import annotations

import math
from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array, Identifier, Shape
from ppul.layers.input_spec import InputSpec
from ppul.layers.normalization.axes import known_sizes
from ppul.layers.normalization.base import ScaledNormalization
from ppul.ops.normalization import standardize


class GroupNormalization(ScaledNormalization):
    """Normalize each group of channels of each sample, then scale and shift the channels.

    Args:
        groups: Number of groups, a divisor of the number of channels; -1 for one a channel.
        axis: The axis of the channels.
        epsilon: Added to the variance.
        center: Whether a learned offset `beta` is added.
        scale: Whether the result is multiplied by a learned factor `gamma`.
        beta_initializer: How `beta` starts.
        gamma_initializer: How `gamma` starts.
        beta_regularizer: Penalty on `beta`.
        gamma_regularizer: Penalty on `gamma`.
        beta_constraint: Applied to `beta` after each update.
        gamma_constraint: Applied to `gamma` after each update.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If the channels cannot be divided into so many groups.

    Source: Wu and He 2018, arXiv:1803.08494

    Example:
        >>> import numpy as np
        >>> GroupNormalization(groups=2)(np.array([[1.0, 3.0, 5.0, 9.0]])).round(1).tolist()
        [[-1.0, 1.0, -1.0, 1.0]]
    """

    def __init__(
        self,
        groups: int = 32,
        axis: int = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Identifier = "zeros",
        gamma_initializer: Identifier = "ones",
        beta_regularizer: Identifier = None,
        gamma_regularizer: Identifier = None,
        beta_constraint: Identifier = None,
        gamma_constraint: Identifier = None,
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
        self.groups = groups
        self.axis = axis

    def build(self, input_shape: Shape) -> None:
        """Make gamma and beta."""
        (channels,) = known_sizes(self._where, self.axis, input_shape)
        if self.groups == -1:
            self.groups = channels
        if self.groups < 1 or channels % self.groups:
            raise ValueError(
                f"{self._where}: {channels} channels (axis {self.axis} of the input shape "
                f"{input_shape}) cannot be divided into {self.groups} groups. Set `groups` to a "
                f"divisor of {channels}."
            )
        self._add_gamma_and_beta((channels,))
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: channels})

    def call(self, inputs: Array) -> Array:
        """Return the normalized input."""
        x = inputs.astype(jnp.promote_types(inputs.dtype, jnp.float32))
        axis = self.axis % x.ndim
        before, channels, after = x.shape[1:axis], x.shape[axis], x.shape[axis + 1 :]
        # (batch, before, group, channel of it, after)
        grouped = x.reshape(
            x.shape[0],
            math.prod(before),
            self.groups,
            channels // self.groups,
            math.prod(after),
        )
        y = standardize(grouped, (1, 3, 4), self.epsilon).reshape(x.shape)
        shape = tuple(channels if a == axis else 1 for a in range(x.ndim))
        if self.gamma is not None:
            y = y * self.gamma.value.reshape(shape)
        if self.beta is not None:
            y = y + self.beta.value.reshape(shape)
        return y.astype(self.compute_dtype)
