"""Activation functions, by name or as functions."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ppul.core import registry, serialization
from ppul.core.local import local
from ppul.core.settings import floatx
from ppul.core.types import Array
from ppul.ops.tensors import Tensor, op


@op
def relu(
    x: Tensor, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0
) -> Array:
    """Return `max(x, 0)`, or its leaky, capped or shifted variants.

    Args:
        x: Any shape.
        negative_slope: Slope below the threshold.
        max_value: Largest value returned.
        threshold: Value up to which inputs are damped.

    Example:
        >>> relu(jnp.array([-1.0, 2.0])).tolist()
        [0.0, 2.0]
        >>> relu(jnp.array([-1.0, 2.0]), negative_slope=0.5, max_value=1.0).tolist()
        [-0.5, 1.0]
    """
    if not threshold and max_value is None:
        return jax.nn.leaky_relu(x, negative_slope) if negative_slope else _rectified(x)
    if max_value is None:
        above = x
    elif max_value == 6 and not threshold:  # has no gradient at 6; at other bounds it is a half
        above = jax.nn.relu6(x)
    else:
        above = jnp.clip(x, 0, jnp.asarray(max_value, x.dtype))
    below = -negative_slope * jax.nn.relu(threshold - x) if negative_slope else jnp.zeros_like(x)
    # Asked this way round, a NaN takes the upper part and stays one.
    return jnp.where(x <= threshold, below, above)


@jax.custom_jvp
def _rectified(x: Array) -> Array:
    return jnp.maximum(x, 0)


@_rectified.defjvp
def _rectified_jvp(primals: tuple[Array], tangents: tuple[Array]) -> tuple[Array, Array]:
    # Where the output is positive, the input is: so the input need not be kept for the gradient.
    y = _rectified(*primals)
    return y, jnp.where(y > 0, *tangents, 0)


@op
def leaky_relu(x: Tensor, negative_slope: float = 0.2) -> Array:
    """Return `x` where positive, `negative_slope * x` elsewhere."""
    return jax.nn.leaky_relu(x, negative_slope)


@op
def relu6(x: Tensor) -> Array:
    """Return `min(max(x, 0), 6)`."""
    return jax.nn.relu6(x)


@op
def softmax(x: Tensor, axis: Any = -1) -> Array:
    """Return `exp(x)` normalised to sum to one along `axis`.

    Example:
        >>> softmax(jnp.array([[0.0, 0.0]])).tolist()
        [[0.5, 0.5]]
    """
    x = _floats(x)
    y = jax.nn.softmax(x, axis=axis)
    if local.call is not None and axis == -1:
        local.call.note_logits(y, x)
    return y


@op
def log_softmax(x: Tensor, axis: Any = -1) -> Array:
    """Return the logarithm of `softmax`."""
    return jax.nn.log_softmax(_floats(x), axis=axis)


@op
def elu(x: Tensor, alpha: float = 1.0) -> Array:
    """Return `x` where positive, `alpha * (exp(x) - 1)` elsewhere (arXiv:1511.07289)."""
    return jax.nn.elu(x, alpha)


@op
def selu(x: Tensor) -> Array:
    """Return the self-normalising `elu` (arXiv:1706.02515)."""
    return jax.nn.selu(x)


@op
def celu(x: Tensor, alpha: float = 1.0) -> Array:
    """Return the continuously differentiable `elu` (arXiv:1704.07483)."""
    return jax.nn.celu(x, alpha)


@op
def gelu(x: Tensor, approximate: bool = False) -> Array:
    """Return `x` times the normal distribution function of `x` (arXiv:1606.08415)."""
    return jax.nn.gelu(x, approximate)


@op
def glu(x: Tensor, axis: int = -1) -> Array:
    """Return one half of `x` along `axis`, gated by the sigmoid of the other."""
    return jax.nn.glu(x, axis)


@op
def softplus(x: Tensor) -> Array:
    """Return `log(1 + exp(x))`."""
    return jax.nn.softplus(x)


@op
def softsign(x: Tensor) -> Array:
    """Return `x / (1 + |x|)`."""
    return jax.nn.soft_sign(x)


@op
def soft_shrink(x: Tensor, threshold: float = 0.5) -> Array:
    """Return `x` moved towards zero by `threshold`, zero near it."""
    return jnp.where(x > threshold, x - threshold, jnp.where(x < -threshold, x + threshold, 0.0))


@op
def hard_shrink(x: Tensor, threshold: float = 0.5) -> Array:
    """Return `x` where its size is above `threshold`, zero elsewhere."""
    return jnp.where(jnp.abs(x) > threshold, x, 0.0)


@op
def tanh_shrink(x: Tensor) -> Array:
    """Return `x - tanh(x)`."""
    return x - jnp.tanh(x)


@op
def threshold(x: Tensor, threshold: float, default_value: float) -> Array:
    """Return `x` where above `threshold`, `default_value` elsewhere."""
    return jnp.where(x > threshold, x, default_value)


@op
def tanh(x: Tensor) -> Array:
    """Return the hyperbolic tangent."""
    return jnp.tanh(x)


@op
def hard_tanh(x: Tensor) -> Array:
    """Return `x` cut to [-1, 1]."""
    return jax.nn.hard_tanh(x)


@op
def sparse_plus(x: Tensor) -> Array:
    """Return a `softplus` that is exactly zero below -1."""
    return jax.nn.sparse_plus(x)


@op
def sparse_sigmoid(x: Tensor) -> Array:
    """Return a straight line from 0 at -1 to 1 at 1."""
    return jax.nn.sparse_sigmoid(x)


@op
def squareplus(x: Tensor, b: float = 4) -> Array:
    """Return `(x + sqrt(x^2 + b)) / 2` (arXiv:2112.11687)."""
    return jax.nn.squareplus(x, b)


@op
def sigmoid(x: Tensor) -> Array:
    """Return `1 / (1 + exp(-x))`."""
    return jax.nn.sigmoid(x)


@op
def log_sigmoid(x: Tensor) -> Array:
    """Return the logarithm of `sigmoid`."""
    return jax.nn.log_sigmoid(x)


@op
def hard_sigmoid(x: Tensor) -> Array:
    """Return `x / 6 + 0.5` cut to [0, 1]."""
    return jax.nn.hard_sigmoid(x)


@op
def silu(x: Tensor) -> Array:
    """Return `x * sigmoid(x)` (arXiv:1702.03118)."""
    return jax.nn.silu(x)


@op
def hard_silu(x: Tensor) -> Array:
    """Return `x * hard_sigmoid(x)` (arXiv:1905.02244)."""
    return jax.nn.hard_silu(x)


@op
def mish(x: Tensor) -> Array:
    """Return `x * tanh(softplus(x))` (arXiv:1908.08681)."""
    return jax.nn.mish(x)


@op
def exponential(x: Tensor) -> Array:
    """Return `exp(x)`."""
    return jnp.exp(x)


def linear(x: Array) -> Array:
    """Return `x`."""
    return x


@op
def sparsemax(x: Tensor, axis: int = -1) -> Array:
    """Return the Euclidean projection onto the simplex (arXiv:1602.02068)."""
    ordered = jnp.flip(jnp.sort(x, axis=axis), axis=axis)
    total = jnp.cumsum(ordered, axis=axis)
    size = x.shape[axis]
    shape = [1] * x.ndim
    shape[axis] = size
    rank = jnp.arange(1, size + 1, dtype=x.dtype).reshape(shape)
    support = 1 + rank * ordered > total
    count = jnp.max(jnp.where(support, rank, 0), axis=axis, keepdims=True)
    edge = (jnp.take_along_axis(total, count.astype(int) - 1, axis=axis) - 1) / count
    return jnp.maximum(x - edge, 0)


def get(identifier: Any) -> Any:
    """Return an activation function from a name, config, function or None (`linear`).

    Example:
        >>> get("relu") is relu, get(None) is linear
        (True, True)
    """
    return linear if identifier is None else registry.get("activations", identifier)


def serialize(activation: Any) -> Any:
    """Return the name, or the configuration, of an activation function."""
    return serialization.serialize(activation)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """Return an activation function from its name or configuration."""
    return serialization.deserialize(config, custom_objects, kind="activations")


def _floats(x: Array) -> Array:
    """JAX would start the maximum of integers from -inf, which they do not have."""
    x = jnp.asarray(x)
    return x if jnp.issubdtype(x.dtype, jnp.inexact) else x.astype(floatx())


hard_swish = hard_silu
swish = silu

__all__ = [
    "celu",
    "deserialize",
    "elu",
    "exponential",
    "gelu",
    "get",
    "glu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "serialize",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "swish",
    "tanh",
    "tanh_shrink",
    "threshold",
]
