"""BatchNormalization: features brought to zero mean and unit variance over the batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp
from jax import lax

from ppul import initializers
from ppul.core.types import Array, Identifier, Shape
from ppul.core.variable import Variable
from ppul.layers.input_spec import InputSpec
from ppul.layers.normalization.axes import known_sizes
from ppul.layers.normalization.base import ScaledNormalization

_BOUNDS = ("rmin", "rmax", "dmax")


class BatchNormalization(ScaledNormalization):
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
        renorm: Whether training corrects the statistics of the batch towards moving ones, for
            small batches.
        renorm_clipping: Bounds of the correction: "rmin" and "rmax" of its factor, "dmax" of the
            size of its offset; none by default.
        renorm_momentum: How much is kept, at each step, of the statistics corrected towards.
        synchronized: Whether the statistics are those of all replicas together.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If the bounds of the correction are not what they can be.

    Source: Ioffe and Szegedy 2015, arXiv:1502.03167; renormalization: Ioffe 2017, arXiv:1702.03275

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
        renorm: bool = False,
        renorm_clipping: Mapping[str, float] | None = None,
        renorm_momentum: float = 0.99,
        synchronized: bool = False,
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
        self.axis = int(axis)
        self.momentum = float(momentum)
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)
        self.renorm = renorm
        self.renorm_clipping = self._bounds(renorm_clipping or {}) if renorm else renorm_clipping
        self.renorm_momentum = renorm_momentum
        self.synchronized = synchronized

    def build(self, input_shape: Shape) -> None:
        """Make gamma and beta, and the moving statistics."""
        (size,) = known_sizes(self._where, self.axis, input_shape)
        self._add_gamma_and_beta((size,))
        self.moving_mean = self._add_statistic("moving_mean", size, self.moving_mean_initializer)
        self.moving_variance = self._add_statistic(
            "moving_variance", size, self.moving_variance_initializer
        )
        if self.renorm:
            mean, deviation = self.moving_mean.numpy(), self.moving_variance.numpy() ** 0.5
            self.moving_stddev = self._add_statistic(
                "moving_stddev", size, lambda *_, **__: deviation
            )
            self.renorm_mean = self._add_statistic("renorm_mean", size, lambda *_, **__: mean)
            self.renorm_stddev = self._add_statistic(
                "renorm_stddev", size, lambda *_, **__: deviation
            )
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: size})

    def call(self, inputs: Array, training: bool | None = None, mask: Array | None = None) -> Array:
        """Return the normalised input; in training, update the moving statistics."""
        x = inputs.astype(jnp.promote_types(inputs.dtype, jnp.float32))
        if training and self.trainable:
            mean, variance = self._moments(x, mask)
            factor, offset = self._learn(mean, variance)
        else:
            factor = lax.rsqrt(self.moving_variance.value + self.epsilon)
            offset = -self.moving_mean.value * factor
        if self.gamma is not None:
            factor, offset = factor * self.gamma.value, offset * self.gamma.value
        if self.beta is not None:
            offset = offset + self.beta.value
        shape = self._broadcast_shape(x)
        return (x * factor.reshape(shape) + offset.reshape(shape)).astype(self.compute_dtype)

    def _learn(self, mean: Array, variance: Array) -> tuple[Array, Array]:
        """Update the moving statistics; return what a batch is multiplied with, and added."""
        _move(self.moving_mean, mean, self.momentum)
        factor = lax.rsqrt(variance + self.epsilon)
        offset = -mean * factor
        if not self.renorm:
            _move(self.moving_variance, variance, self.momentum)
            return factor, offset
        ratio, shift = self._correction(mean, jnp.sqrt(variance + self.epsilon))
        return factor * ratio, offset * ratio + shift

    def _correction(self, mean: Array, deviation: Array) -> tuple[Array, Array]:
        """Return factor and offset towards the moving statistics, and update these."""
        bounds = self.renorm_clipping or {}
        ratio = deviation / self.renorm_stddev.value
        ratio = jnp.clip(ratio, bounds.get("rmin"), bounds.get("rmax"))
        shift = (mean - self.renorm_mean.value) / self.renorm_stddev.value
        if "dmax" in bounds:
            shift = jnp.clip(shift, -bounds["dmax"], bounds["dmax"])
        _move(self.renorm_mean, mean, self.renorm_momentum)
        _move(self.renorm_stddev, deviation, self.renorm_momentum)
        _move(self.moving_stddev, deviation, self.momentum)
        variance = jnp.square(self.moving_stddev.value) - self.epsilon
        self.moving_variance.assign(jnp.maximum(variance, 0))
        return lax.stop_gradient((ratio, shift))

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

    def _broadcast_shape(self, x: Array) -> tuple[int, ...]:
        shape = [1] * x.ndim
        shape[self.axis] = x.shape[self.axis]
        return tuple(shape)

    def _add_statistic(self, name: str, size: int, initializer: Any) -> Variable:
        return self.add_weight((size,), initializer, trainable=False, autocast=False, name=name)

    def _bounds(self, given: Mapping[str, float]) -> dict[str, float]:
        """The bounds of the correction, if they can be."""
        unknown = sorted(set(given) - set(_BOUNDS))
        low, high = given.get("rmin", 0), given.get("rmax", float("inf"))
        if unknown or low > high or given.get("dmax", 0) < 0:
            raise ValueError(
                f"{self._where}: `renorm_clipping` may have 'rmin', 'rmax' (not below it) and "
                f"'dmax' (not below 0); got {dict(given)}."
            )
        return dict(given)


def _move(statistic: Variable, now: Array, momentum: float) -> None:
    statistic.assign(statistic.value * momentum + now * (1 - momentum))
