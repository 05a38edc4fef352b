"""Normalization by statistics that are given."""

from __future__ import annotations

from jax import lax

from ppul.core.types import Array
from ppul.ops.tensors import Tensor, op


@op
def batch_normalization(
    x: Tensor,
    mean: Tensor,
    variance: Tensor,
    axis: int,
    offset: Tensor | None = None,
    scale: Tensor | None = None,
    epsilon: float = 1e-3,
) -> Array:
    """Return `(x - mean) / sqrt(variance + epsilon) * scale + offset`.

    Args:
        x: Any shape.
        mean: A number for each place on an axis.
        variance: Likewise.
        axis: That axis.
        offset: Likewise; nothing is added by default.
        scale: Likewise; 1 by default.
        epsilon: Added to the variance.

    Raises:
        ValueError: If a vector has not the length of the axis.

    Source: Ioffe and Szegedy 2015, arXiv:1502.03167

    Example:
        >>> batch_normalization([[3.0, 4.0]], [1.0, 4.0], [4.0, 1.0], axis=-1, epsilon=0.0).tolist()
        [[1.0, 0.0]]
    """
    axis = axis % x.ndim
    length = x.shape[axis]
    shape = tuple(length if i == axis else 1 for i in range(x.ndim))
    vectors = {"mean": mean, "variance": variance, "offset": offset, "scale": scale}
    for name, vector in vectors.items():
        if vector is not None and vector.shape != (length,):
            raise ValueError(
                f"batch_normalization: `{name}` must be a vector of length {length}, for axis {axis} "
                f"of the shape {x.shape}; got the shape {vector.shape}."
            )
    factor = lax.rsqrt(variance + epsilon)
    factor = factor if scale is None else factor * scale
    y = (x - mean.reshape(shape)) * factor.reshape(shape)
    return y if offset is None else y + offset.reshape(shape)
