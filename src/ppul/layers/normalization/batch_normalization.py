"""BatchNormalization: features brought to zero mean and unit variance over the batch."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ppul import constraints, initializers, regularizers
from ppul.core.types import Array, Identifier, Shape
from ppul.layers.base import Layer
from ppul.layers.input_spec import InputSpec


class BatchNormalization(Layer):
    """Normalise each feature by the statistics of the batch, or the moving ones outside training.

    Args:
        axis: The axis of the features.
        momentum: How much of the old moving statistics is kept at each step.
        epsilon: Added to the variance.
        center: Whether a learned offset `beta` is added.
        scale: Whether the result is multiplied by a learned factor `gamma`.
        beta_initializer: How `beta` starts.
        gamma_initializer: How `gamma` starts.
        moving_mean_initializer: How the moving mean starts.
        moving_variance_initializer: How the moving variance starts.
        beta_regularizer: Penalty on `beta`.
        gamma_regularizer: Penalty on `gamma`.
        beta_constraint: Applied to `beta` after each update.
        gamma_constraint: Applied to `gamma` after each update.
        synchronized: Whether the statistics are those of all replicas together.
        **kwargs: See `Layer`.

    Source: Ioffe and Szegedy 2015, arXiv:1502.03167

    Example:
        >>> import numpy as np
        >>> BatchNormalization()(np.array([[1.0], [3.0]]), training=True).round(2).tolist()
        [[-1.0], [1.0]]
    """

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 0.001,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Identifier = "zeros",
        gamma_initializer: Identifier = "ones",
        moving_mean_initializer: Identifier = "zeros",
        moving_variance_initializer: Identifier = "ones",
        beta_regularizer: Identifier = None,
        gamma_regularizer: Identifier = None,
        beta_constraint: Identifier = None,
        gamma_constraint: Identifier = None,
        synchronized: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.axis = int(axis)
        self.momentum = float(momentum)
        self.epsilon = float(epsilon)
        self.center = center
        self.scale = scale
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self.beta_constraint = constraints.get(beta_constraint)
        self.gamma_constraint = constraints.get(gamma_constraint)
        self.synchronized = synchronized
        self.supports_masking = True

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Return a layer from its configuration; renormalisation is not known here."""
        if config.get("renorm"):
            raise ValueError(
                f"BatchNormalization '{config.get('name')}': the configuration has renorm=True, which "
                "ppul cannot compute. Train the model with renorm=False."
            )
        names = ("renorm", "renorm_clipping", "renorm_momentum")
        return super().from_config({k: v for k, v in config.items() if k not in names})

    def build(self, input_shape: Shape) -> None:
        """Make gamma and beta, and the moving statistics."""
        size = self._size(input_shape)
        self.gamma = self.beta = None
        if self.scale:
            self.gamma = self.add_weight(
                (size,),
                self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
                autocast=False,
                name="gamma",
            )
        if self.center:
            self.beta = self.add_weight(
                (size,),
                self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
                autocast=False,
                name="beta",
            )
        self.moving_mean = self.add_weight(
            (size,),
            self.moving_mean_initializer,
            trainable=False,
            autocast=False,
            name="moving_mean",
        )
        self.moving_variance = self.add_weight(
            (size,),
            self.moving_variance_initializer,
            trainable=False,
            autocast=False,
            name="moving_variance",
        )
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: size})

    def call(self, inputs: Array, training: bool | None = None, mask: Array | None = None) -> Array:
        """Return the normalised input; in training, update the moving statistics."""
        x = inputs.astype(jnp.promote_types(inputs.dtype, jnp.float32))
        if training and self.trainable:
            mean, variance = self._moments(x, mask)
            self._remember(self.moving_mean, mean)
            self._remember(self.moving_variance, variance)
        else:
            mean, variance = self.moving_mean.value, self.moving_variance.value
        factor = jax.lax.rsqrt(variance + self.epsilon)
        if self.gamma is not None:
            factor = factor * self.gamma.value
        offset = -mean * factor
        if self.beta is not None:
            offset = offset + self.beta.value
        shape = self._broadcast_shape(x)
        return (x * factor.reshape(shape) + offset.reshape(shape)).astype(self.compute_dtype)

    def _moments(self, x: Array, mask: Array | None) -> tuple[Array, Array]:
        axes = tuple(a for a in range(x.ndim) if a != self.axis % x.ndim)
        if mask is None:
            mean = jnp.mean(x, axes)
            variance = jnp.mean(jnp.square(x), axes) - jnp.square(mean)
            return mean, jnp.maximum(variance, 0)
        weights = jnp.broadcast_to(
            mask.astype(x.dtype)[(...,) + (None,) * (x.ndim - mask.ndim)], x.shape
        )
        count = jnp.sum(weights, axes)
        mean = jnp.sum(x * weights, axes) / count
        shape = self._broadcast_shape(x)
        return mean, jnp.sum(jnp.square(x - mean.reshape(shape)) * weights, axes) / count

    def _remember(self, moving: Any, now: Array) -> None:
        moving.assign(moving.value * self.momentum + now * (1 - self.momentum))

    def _broadcast_shape(self, x: Array) -> tuple[int, ...]:
        shape = [1] * x.ndim
        shape[self.axis] = x.shape[self.axis]
        return tuple(shape)

    def _size(self, input_shape: Shape) -> int:
        rank = len(input_shape)
        if not -rank <= self.axis < rank:
            raise ValueError(
                f"BatchNormalization '{self.name}': axis={self.axis} is not an axis of an input of "
                f"shape {input_shape}."
            )
        size = input_shape[self.axis]
        if size is None:
            raise ValueError(
                f"BatchNormalization '{self.name}': the size of axis {self.axis} must be known; got "
                f"an input of shape {input_shape}."
            )
        return size
