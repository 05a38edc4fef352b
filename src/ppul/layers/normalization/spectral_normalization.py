"""SpectralNormalization: a kernel divided by its largest singular value."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import lax

from ppul.core.checks import positive_int
from ppul.core.types import Array
from ppul.layers.base import Layer
from ppul.layers.core.wrapper import Wrapper
from ppul.layers.normalization.unit_normalization import _SMALLEST_SQUARE


class SpectralNormalization(Wrapper):
    """Keep the largest singular value of a layer's kernel near one.

    In training the kernel is divided by an estimate of it, found by power iteration.

    Args:
        layer: A layer with a `kernel` or `embeddings`.
        power_iterations: Steps of the iteration in each call.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If the layer has no such weight.

    Source: Miyato et al. 2018, arXiv:1802.05957

    Example:
        >>> import numpy as np
        >>> from ppul.layers.core.dense import Dense
        >>> layer = SpectralNormalization(Dense(2, kernel_initializer="ones"), power_iterations=5)
        >>> _ = layer(np.ones((1, 2)), training=True)
        >>> float(np.linalg.norm(layer.kernel.numpy(), 2).round(2))
        1.0
    """

    def __init__(self, layer: Layer, power_iterations: int = 1, **kwargs: Any) -> None:
        super().__init__(layer, **kwargs)
        self.power_iterations = positive_int(self._where, "power_iterations", power_iterations)

    def build(self, input_shape: Any = None) -> None:
        """Build the layer inside, and make the vector of the iteration."""
        super().build(input_shape)
        kernel = self.layer.__dict__.get("kernel", self.layer.__dict__.get("embeddings"))
        if kernel is None:
            raise ValueError(
                f"{self._where}: {type(self.layer).__name__} '{self.layer.name}' has neither a "
                "`kernel` nor `embeddings` to normalize. Wrap a layer that has."
            )
        self.kernel = kernel
        self.vector_u = self.add_weight(
            (1, kernel.shape[-1]), "truncated_normal", trainable=False, name="vector_u"
        )

    def call(self, inputs: Array, training: bool = False) -> Array:
        """Return the output of the layer inside, its kernel normalized in training."""
        if training:
            u, kernel = self.normalized_weights()
            self.vector_u.assign(u)
            self.kernel.assign(kernel)
        outputs = self.layer(inputs)
        # As floats of the wrapper's kind, whatever the layer inside computes in.
        return outputs.astype(inputs.dtype) if _is_float(inputs) else outputs

    def normalized_weights(self) -> tuple[Array, Array]:
        """Return the next vector of the iteration, and the kernel divided by its estimate."""
        kernel, before = self.kernel.value, self.vector_u.value
        matrix = kernel.reshape(-1, kernel.shape[-1])
        u = v = before
        for _ in range(self.power_iterations):
            v = _unit(u @ matrix.T)
            u = _unit(v @ matrix)
        u, v = lax.stop_gradient((u, v))
        value = (v @ matrix @ u.T).reshape(())
        # A kernel of zeros has no direction: it stays as it is.
        zero = value == 0
        return jnp.where(zero, before, u), kernel / jnp.where(zero, 1, value)


def _is_float(x: Array) -> bool:
    return jnp.issubdtype(x.dtype, jnp.floating)


def _unit(x: Array) -> Array:
    return x / jnp.sqrt(jnp.maximum(jnp.sum(jnp.square(x)), _SMALLEST_SQUARE))
