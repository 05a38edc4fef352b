"""Elements taken from places, put to places, or chosen by conditions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

from ppul.core import operators
from ppul.core.checks import one_of
from ppul.core.dtypes import standardize_dtype
from ppul.core.symbolic import unknown_size
from ppul.core.types import Array, Shape
from ppul.ops.tensors import Tensor, Tensors, as_sparse, op

_REDUCTIONS = ("add", "max", "min", "mul")


@op
def get_item(x: Tensor, key: Any) -> Array:
    """Return `x[key]`.

    Args:
        x: Any shape.
        key: What NumPy takes in brackets; a list is as good as a tuple, as Keras has it.

    Example:
        >>> get_item([[1, 2], [3, 4]], (..., 1)).tolist()
        [2, 4]
    """
    return operators.get_item(x, tuple(key) if isinstance(key, list) else key)


@op
def take(x: Tensor, indices: Tensor, axis: int | None = None) -> Array:
    """Return the parts of `x` with the given numbers along an axis.

    Args:
        x: Any shape.
        indices: Integers of any shape; negative ones count from the end. For those out of range
            the result is NaN, or the lowest integer.
        axis: Axis; its place in the result is taken by the axes of `indices`. Without one, `x` is
            made a vector.

    Example:
        >>> take([[1, 2], [3, 4]], [1, 0, 1], axis=1).tolist()
        [[2, 1, 2], [4, 3, 4]]
    """
    return jnp.take(x, indices, axis)


@op
def take_along_axis(x: Tensor, indices: Tensor, axis: int | None = None) -> Array:
    """Return elements of `x` with numbers of their own in each row.

    Args:
        x: Any shape.
        indices: Integers; of the rank of `x`, with sizes that broadcast on all axes but one.
        axis: That axis; without one, both are made vectors.

    Example:
        >>> take_along_axis([[1, 2], [3, 4]], [[1], [0]], axis=1).tolist()
        [[2], [3]]
    """
    return jnp.take_along_axis(x, indices, axis)


@op
def where(condition: Tensor, x1: Tensor | None = None, x2: Tensor | None = None) -> Any:
    """Return `x1` where a condition holds, `x2` elsewhere.

    Args:
        condition: Booleans.
        x1: A tensor that broadcasts with them.
        x2: Likewise; without both, the result is that of `nonzero`.

    Raises:
        ValueError: If only one of `x1` and `x2` is given.

    Example:
        >>> where([True, False], 1.0, [2.0, 3.0]).tolist()
        [1.0, 3.0]
    """
    if (x1 is None) != (x2 is None):
        missing = "x1" if x1 is None else "x2"
        raise ValueError(f"where: give both `x1` and `x2`, or neither; `{missing}` is missing.")
    if x1 is None or x2 is None:
        return nonzero(condition)
    return jnp.where(condition, x1, x2)


@op
def nonzero(x: Tensor) -> tuple[Array, ...]:
    """Return the places of elements that are not zero: a vector of numbers for each axis.

    How many there are depends on the data, so no compiled program can hold it.

    Example:
        >>> [part.tolist() for part in nonzero([[0, 5], [7, 0]])]
        [[0, 1], [1, 0]]
    """
    return jnp.nonzero(x, size=unknown_size())


@op
def select(condlist: Tensors, choicelist: Tensors, default: Tensor = 0) -> Array:
    """Return at each place the choice that belongs to the first condition that holds.

    Args:
        condlist: Booleans.
        choicelist: As many tensors.
        default: What is chosen where none holds.

    Example:
        >>> x = jnp.array([1, 2, 3])
        >>> select([x > 2, x > 1], [x * 10, x * 100], -1).tolist()
        [-1, 200, 30]
    """
    return jnp.select(list(condlist), list(choicelist), default)


@op
def slice(inputs: Tensor, start_indices: Any, shape: Shape) -> Array:
    """Return a block of a tensor.

    Args:
        inputs: Any shape.
        start_indices: Where the block begins on each axis; these may be traced.
        shape: Its sizes; -1 is what is left behind the start.

    Example:
        >>> slice([[1, 2, 3], [4, 5, 6]], (0, 1), (-1, 2)).tolist()
        [[2, 3], [5, 6]]
    """
    sizes = [
        inputs.shape[axis] - start_indices[axis] if size == -1 else size
        for axis, size in enumerate(shape)
    ]
    return jax.lax.dynamic_slice(inputs, list(start_indices), sizes)


@op
def slice_update(inputs: Tensor, start_indices: Any, updates: Tensor) -> Array:
    """Return a tensor with a block of it replaced.

    Args:
        inputs: Any shape.
        start_indices: Where the block begins on each axis; these may be traced.
        updates: The block.

    Example:
        >>> slice_update([0, 0, 0, 0], (1,), [5, 6]).tolist()
        [0, 5, 6, 0]
    """
    return jax.lax.dynamic_update_slice(inputs, updates.astype(inputs.dtype), list(start_indices))


@op
def scatter(indices: Tensor, values: Tensor, shape: Shape) -> Array:
    """Return zeros with values added at some places.

    Args:
        indices: Places, (n, k): numbers on the first k axes of the result.
        values: What is added there, (n, *rest of the shape).
        shape: Shape of the result.

    Example:
        >>> scatter([[0], [2], [0]], [1, 5, 2], (4,)).tolist()
        [3, 0, 5, 0]
    """
    return jnp.zeros(shape, values.dtype).at[_places(indices)].add(values)


@op
def scatter_update(
    inputs: Tensor, indices: Tensor, updates: Tensor, reduction: str | None = None
) -> Array:
    """Return a tensor with other values at some places.

    Args:
        inputs: Any shape.
        indices: Places, (n, k): numbers on the first k axes.
        updates: The values, (n, *rest of the shape).
        reduction: How they meet those that are there: None replaces, "add", "max", "min", "mul".

    Raises:
        ValueError: If `reduction` is none of these.

    Example:
        >>> scatter_update([1, 2, 3], [[0], [2]], [7, 8]).tolist()
        [7, 2, 8]
        >>> scatter_update([1, 2, 3], [[0], [0]], [7, 8], reduction="add").tolist()
        [16, 2, 3]
    """
    one_of("scatter_update", "reduction", reduction, (None, *_REDUCTIONS))
    place = inputs.at[_places(indices)]
    put = getattr(place, reduction) if reduction else place.set
    return put(updates.astype(inputs.dtype))


@op
def unravel_index(indices: Tensor, shape: Shape) -> tuple[Array, ...]:
    """Return the places, on each axis of a shape, of elements numbered row by row.

    Example:
        >>> [part.tolist() for part in unravel_index([1, 5], (2, 3))]
        [[0, 1], [1, 2]]
    """
    return jnp.unravel_index(indices, shape)


@op
def one_hot(
    x: Tensor, num_classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False
) -> Any:
    """Return class numbers as rows of zeros with a one; of numbers out of range, without.

    Args:
        x: Numbers of any shape.
        num_classes: Length of the rows.
        axis: Where in the result their axis is.
        dtype: Dtype of the result.
        sparse: Whether to return a sparse array.

    Example:
        >>> one_hot([0, 2], 3).tolist()
        [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    rows = _one_hot(x, num_classes, axis, dtype)
    return as_sparse(rows, x.size) if sparse else rows


@op
def multi_hot(
    inputs: Tensor,
    num_classes: int | None = None,
    axis: int = -1,
    dtype: Any = None,
    sparse: bool = False,
    num_tokens: int | None = None,
) -> Any:
    """Return several class numbers a sample as a row of zeros with ones.

    Args:
        inputs: Numbers: (classes of the sample,), or (batch, classes of the sample, ...).
        num_classes: Length of the rows.
        axis: Where their axis is, before the axis of the classes is reduced.
        dtype: Dtype of the result.
        sparse: Whether to return a sparse array.
        num_tokens: An older name of `num_classes`.

    Raises:
        ValueError: If the number of classes is not given.

    Example:
        >>> multi_hot([[0, 2], [1, 1]], num_classes=3).tolist()
        [[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
    """
    count = num_tokens if num_classes is None else num_classes
    if count is None:
        raise ValueError("multi_hot: `num_classes` must say how long the rows are; got None.")
    rows = jnp.max(_one_hot(inputs, count, axis, dtype), axis=1 if inputs.ndim > 1 else 0)
    return as_sparse(rows, inputs.size) if sparse else rows


def _one_hot(x: Array, num_classes: int, axis: int, dtype: Any) -> Array:
    numbers = x if jnp.issubdtype(x.dtype, jnp.integer) else x.astype(jnp.int32)
    return jax.nn.one_hot(numbers, num_classes, axis=axis, dtype=standardize_dtype(dtype))


def _places(indices: Array) -> Sequence[Array]:
    """Places (n, k) as numbers on each axis, as arrays are indexed."""
    return tuple(jnp.moveaxis(indices, -1, 0))
