"""Normalization: features brought to mean 0 and variance 1, by figures of known data."""

from __future__ import annotations

import math
from typing import Any

import jax.numpy as jnp
import numpy as np

from ppul.core.settings import epsilon
from ppul.core.types import Array, Axes, Config, Shape
from ppul.layers.normalization.axes import known_sizes
from ppul.layers.preprocessing.adapting import batches_of
from ppul.layers.preprocessing.data_layer import DataLayer


class Normalization(DataLayer):
    """`(inputs - mean) / sqrt(variance)`, with mean and variance given or taken from data.

    Args:
        axis: The axis, or axes, of which each element has a mean and variance of its own; None: one
            of all.
        mean: The mean, where it is known; otherwise `adapt` takes it from data.
        variance: The variance, likewise.
        invert: Whether to do the reverse: `inputs * sqrt(variance) + mean`.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If only one of `mean` and `variance` is given.

    Example:
        >>> layer = Normalization()
        >>> layer.adapt(np.array([[1.0, 4.0], [3.0, 8.0]]))
        >>> layer(np.array([[3.0, 6.0]])).tolist()
        [[1.0, 0.0]]
    """

    def __init__(
        self,
        axis: Axes = -1,
        mean: Any = None,
        variance: Any = None,
        invert: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.axis = () if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
        self.invert = invert
        self.supports_masking = True
        if (mean is None) != (variance is None):
            raise ValueError(
                f"{self._where}: `mean` and `variance` go together; got mean={mean} and "
                f"variance={variance}. Give both, or none and call `adapt`."
            )
        self.input_mean = mean
        self.input_variance = variance

    def build(self, input_shape: Shape) -> None:
        """Make places for mean and variance, where they are not given."""
        rank = len(input_shape)
        self._sizes = known_sizes(self._where, self.axis, tuple(input_shape)) if self.axis else ()
        kept = {axis % rank for axis in self.axis}
        self._reduced = tuple(axis for axis in range(rank) if axis not in kept)
        self._broadcast = tuple(input_shape[axis] if axis in kept else 1 for axis in range(rank))
        if self.input_mean is not None:
            self._check_given()
            return
        self.adapt_mean = self.add_weight(self._sizes, "zeros", trainable=False, name="mean")
        self.adapt_variance = self.add_weight(self._sizes, "ones", trainable=False, name="variance")
        self.count = self.add_weight((), "zeros", dtype="int32", trainable=False, name="count")

    def adapt(self, data: Any) -> None:
        """Take mean and variance from data.

        Args:
            data: An array, or something that yields batches of inputs.

        Raises:
            ValueError: If mean and variance were given, or the data have another shape.
        """
        if self.input_mean is not None:
            raise ValueError(
                f"{self._where} was given its `mean` and `variance`, so there is nothing to adapt."
            )
        count, mean, variance = 0, np.zeros(()), np.zeros(())
        for batch in batches_of(data):
            if not self.built:
                self.build(batch.shape)
            self._check_shape(batch.shape)
            values = batch.astype(np.float64)
            size = math.prod(batch.shape[axis] for axis in self._reduced)
            added, spread = values.mean(self._reduced), values.var(self._reduced)
            share, step = size / max(count + size, 1), added - mean
            variance = variance + share * (spread - variance + (1 - share) * step**2)
            mean = mean + share * step
            count += size
        if not count:
            raise ValueError(f"{self._where}: the data to adapt to are empty.")
        self.adapt_mean.assign(mean)
        self.adapt_variance.assign(variance)

    def finalize_state(self) -> None:
        """Do nothing: mean and variance are read off the weights when they are used."""

    @property
    def mean(self) -> Array | None:
        """The mean, in a shape that fits the input; None as long as that is not known."""
        if not self.built:
            return None
        return self._fitted(self.adapt_mean.value if self.input_mean is None else self.input_mean)

    @property
    def variance(self) -> Array | None:
        """The variance, in a shape that fits the input; None as long as that is not known."""
        if not self.built:
            return None
        given = self.input_variance
        return self._fitted(self.adapt_variance.value if given is None else given)

    def call(self, inputs: Array) -> Array:
        """Return the normalized inputs."""
        dtype = self.compute_dtype
        x, mean, variance = (
            jnp.asarray(value, dtype) for value in (inputs, self.mean, self.variance)
        )
        scale = jnp.maximum(jnp.sqrt(variance), jnp.asarray(epsilon(), dtype))
        return mean + x * scale if self.invert else (x - mean) / scale

    def get_config(self) -> Config:
        """Return the constructor arguments: mean and variance as they were given."""
        given = {"mean": self.input_mean, "variance": self.input_variance}
        plain = {k: v if v is None else np.asarray(v).tolist() for k, v in given.items()}
        return super().get_config() | plain

    def _fitted(self, figure: Any) -> Array:
        """A figure in a shape that fits the input."""
        return jnp.reshape(jnp.broadcast_to(jnp.asarray(figure), self._sizes), self._broadcast)

    def _check_given(self) -> None:
        for name, value in (("mean", self.input_mean), ("variance", self.input_variance)):
            shape = np.shape(value)
            fits = len(shape) <= len(self._sizes) and all(
                size in (1, own) for size, own in zip(shape[::-1], self._sizes[::-1], strict=False)
            )
            if not fits:
                raise ValueError(
                    f"{self._where}: `{name}` has shape {shape}; the input has {self._sizes} on "
                    f"axis {self.axis}. Give one number, or one for each."
                )

    def _check_shape(self, shape: tuple[int, ...]) -> None:
        rank = len(self._broadcast)
        sizes = [shape[axis] for axis in range(len(shape)) if axis not in self._reduced]
        if len(shape) != rank or tuple(sizes) != self._sizes:
            raise ValueError(
                f"{self._where} was built for {rank} dimensions with {self._sizes} on axis "
                f"{self.axis} and got data of shape {shape} to adapt to. Make a new layer for them."
            )
