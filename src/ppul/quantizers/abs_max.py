"""Whole numbers instead of floats, scaled by the largest of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from ppul.core.operation import op
from ppul.core.types import Array, Config
from ppul.quantizers.base import Quantizer

# The zero point of a group is itself a number of four bits.
_LOWEST_ZERO, _HIGHEST_ZERO = -8, 7


@op
def abs_max_quantize(
    inputs: Any,
    axis: int | Sequence[int] | None,
    value_range: tuple[int, int] = (-127, 127),
    dtype: str = "int8",
    epsilon: float = 1e-7,
    to_numpy: bool = False,
) -> tuple[Array, Array]:
    """Return whole numbers, and the scale that floats were multiplied by.

    Args:
        inputs: Floats.
        axis: Axis, or axes, over which a scale is shared; None for all.
        value_range: The smallest and largest whole number.
        dtype: Dtype of the numbers.
        epsilon: Added to the largest input, so that zeros have a scale.
        to_numpy: Whether to compute in NumPy, so that floats take no room on the device.

    Returns:
        The numbers, and the scale with an axis of size 1 for each it is shared over.

    Example:
        >>> numbers, scale = abs_max_quantize(jnp.array([[1.0, -2.0, 0.5]]), axis=1)
        >>> numbers.tolist(), scale.tolist()
        ([[64, -127, 32]], [[63.5]])
    """
    xp: Any = np if to_numpy else jnp
    inputs = xp.asarray(inputs)
    axis = axis if axis is None or isinstance(axis, int) else tuple(axis)
    largest = xp.max(xp.abs(inputs), axis=axis, keepdims=True)
    scale = (value_range[1] / (largest + epsilon)).astype(inputs.dtype)
    numbers = xp.clip(xp.round(inputs * scale), *value_range)
    return jnp.asarray(numbers.astype(dtype)), jnp.asarray(scale)


@op
def abs_max_quantize_grouped_with_zero_point(
    inputs: Any,
    block_size: int,
    value_range: tuple[int, int] = (-8, 7),
    dtype: str = "int8",
    epsilon: float = 1e-7,
    to_numpy: bool = False,
) -> tuple[Array, Array, Array]:
    """Return whole numbers of a matrix, scaled and shifted by groups of rows.

    Args:
        inputs: Floats, (rows, columns).
        block_size: Number of rows of a group; the last may have fewer.
        value_range: The smallest and largest whole number.
        dtype: Dtype of the numbers.
        epsilon: Added to the range of a group, so that equal rows have a scale.
        to_numpy: Whether to compute in NumPy, so that floats take no room on the device.

    Returns:
        The numbers (rows, columns); the scales (groups, columns) that differences to the zero
        points are multiplied by; the zero points (groups, columns), int8.

    Raises:
        ValueError: If the inputs are no matrix, or the size is not positive.

    Example:
        >>> x = jnp.array([[0.0], [15.0], [-30.0]])
        >>> numbers, scale, zero = abs_max_quantize_grouped_with_zero_point(x, 2)
        >>> numbers.tolist(), scale.tolist(), zero.tolist()
        ([[-8], [7], [-8]], [[1.0], [2.0]], [[-8], [7]])
    """
    xp: Any = np if to_numpy else jnp
    inputs = xp.asarray(inputs)
    if inputs.ndim != 2 or block_size < 1:
        raise ValueError(
            "abs_max_quantize_grouped_with_zero_point takes a matrix and a positive `block_size`; "
            f"got the shape {inputs.shape} and {block_size}."
        )
    rows, columns = inputs.shape
    block_size = min(block_size, rows)
    # Rows of zeros fill up the last group, so its range holds zero.
    filled = xp.pad(inputs, ((0, -rows % block_size), (0, 0)))
    groups = filled.reshape(-1, block_size, columns)
    low, high = groups.min(axis=1), groups.max(axis=1)
    scale = (high - low + epsilon) / (value_range[1] - value_range[0])
    zero = xp.clip(xp.round(-low / scale) + _LOWEST_ZERO, _LOWEST_ZERO, _HIGHEST_ZERO)
    numbers = xp.clip(xp.round(groups / scale[:, None]) + zero[:, None], *value_range)
    numbers = numbers.reshape(filled.shape)[:rows]
    numbers, zero = jnp.asarray(numbers.astype(dtype)), jnp.asarray(zero.astype("int8"))
    return numbers, jnp.asarray(scale), zero


class AbsMaxQuantizer(Quantizer):
    """Whole numbers scaled by the largest of them; see `abs_max_quantize`.

    Args:
        axis: Axis, or axes, over which a scale is shared; the last where the call names none.
        value_range: The smallest and largest whole number.
        epsilon: Added to the largest input, so that zeros have a scale.
        output_dtype: Dtype of the numbers.

    Example:
        >>> AbsMaxQuantizer(axis=0)(jnp.array([[1.0], [-2.0]]))[0].tolist()
        [[64], [-127]]
    """

    def __init__(
        self,
        axis: int | Sequence[int] | None = None,
        value_range: tuple[int, int] = (-127, 127),
        epsilon: float = 1e-7,
        output_dtype: str = "int8",
    ) -> None:
        super().__init__(output_dtype)
        self.axis = (axis,) if isinstance(axis, int) else None if axis is None else tuple(axis)
        self.value_range = (value_range[0], value_range[1])
        self.epsilon = epsilon

    def __call__(
        self, x: Any, axis: int | Sequence[int] | None = None, to_numpy: bool = False
    ) -> tuple[Array, Array]:
        """Return whole numbers and the scale.

        Args:
            x: Floats.
            axis: Axis, or axes, over which a scale is shared, instead of the quantizer's own.
            to_numpy: Whether to compute in NumPy.
        """
        if axis is None:
            axis = -1 if self.axis is None else self.axis
        return abs_max_quantize(
            x, axis, self.value_range, self.output_dtype, self.epsilon, to_numpy=to_numpy
        )

    def get_config(self) -> Config:
        """Return the constructor arguments; no axis where none was given."""
        config = {
            "value_range": self.value_range,
            "epsilon": self.epsilon,
            "output_dtype": self.output_dtype,
        }
        return config if self.axis is None else config | {"axis": self.axis}
