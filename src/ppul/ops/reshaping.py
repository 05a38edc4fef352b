"""The same elements in another shape or order, taken apart or put together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from ppul.core.types import Array, Shape
from ppul.ops.tensors import Axes, Tensor, Tensors, op


@op
def reshape(x: Tensor, newshape: int | Shape) -> Array:
    """Return the elements, row by row, in another shape.

    Args:
        x: Any shape.
        newshape: Sizes; one of them may be -1, which is what is left. None is the size that `x`
            has on that axis.

    Example:
        >>> reshape([[1, 2, 3], [4, 5, 6]], (3, -1)).tolist()
        [[1, 2], [3, 4], [5, 6]]
    """
    return jnp.reshape(x, _filled(newshape, x.shape))


@op
def ravel(x: Tensor) -> Array:
    """Return the elements, row by row, as a vector."""
    return jnp.ravel(x)


@op
def broadcast_to(x: Tensor, shape: Shape) -> Array:
    """Return `x` repeated along axes that are missing, or of size 1, so that it has `shape`.

    None in the shape is the size that `x` has on that axis.

    Example:
        >>> broadcast_to([1, 2], (2, 2)).tolist()
        [[1, 2], [1, 2]]
    """
    missing = (None,) * (len(shape) - x.ndim)
    return jnp.broadcast_to(x, _filled(shape, missing + x.shape))


@op
def expand_dims(x: Tensor, axis: int | Sequence[int]) -> Array:
    """Return `x` with new axes of size 1."""
    return jnp.expand_dims(x, axis)


@op
def squeeze(x: Tensor, axis: Axes = None) -> Array:
    """Return `x` without axes of size 1: those given, or all."""
    return jnp.squeeze(x, axis)


@op
def transpose(x: Tensor, axes: Sequence[int] | None = None) -> Array:
    """Return `x` with its axes in another order, the opposite one by default."""
    return jnp.transpose(x, axes)


@op
def moveaxis(x: Tensor, source: int | Sequence[int], destination: int | Sequence[int]) -> Array:
    """Return `x` with some axes at other places, the rest in their order."""
    return jnp.moveaxis(x, source, destination)


@op
def swapaxes(x: Tensor, axis1: int, axis2: int) -> Array:
    """Return `x` with two axes in each other's place."""
    return jnp.swapaxes(x, axis1, axis2)


@op
def flip(x: Tensor, axis: Axes = None) -> Array:
    """Return `x` in reverse order along some axes, or all."""
    return jnp.flip(x, axis)


@op
def fliplr(x: Tensor) -> Array:
    """Return `x` in reverse order along its second axis."""
    return jnp.fliplr(x)


@op
def flipud(x: Tensor) -> Array:
    """Return `x` in reverse order along its first axis."""
    return jnp.flipud(x)


@op
def roll(x: Tensor, shift: int | Sequence[int], axis: Axes = None) -> Array:
    """Return `x` moved along axes; what leaves at the end comes in at the start.

    Example:
        >>> roll([1, 2, 3, 4], 1).tolist()
        [4, 1, 2, 3]
    """
    return jnp.roll(x, shift, axis)


@op
def rot90(array: Tensor, k: int = 1, axes: Sequence[int] = (0, 1)) -> Array:
    """Return an array turned by `k` right angles, from the first of two axes to the second.

    Raises:
        ValueError: If it has fewer than two axes, or `axes` are not two different ones.

    Example:
        >>> rot90([[1, 2], [3, 4]]).tolist()
        [[2, 4], [1, 3]]
    """
    first, second = axes
    return jnp.rot90(array, k, (first, second))


@op
def repeat(x: Tensor, repeats: int | Sequence[int], axis: int | None = None) -> Array:
    """Return each element several times, one after the other.

    Args:
        x: Any shape.
        repeats: How often: for all, or for each along `axis`.
        axis: Axis; without one, `x` is made a vector.

    Example:
        >>> repeat([1, 2], 2).tolist(), repeat([1, 2], [1, 3]).tolist()
        ([1, 1, 2, 2], [1, 2, 2, 2])
    """
    counts = repeats if isinstance(repeats, int) else np.asarray(repeats)
    return jnp.repeat(x, counts, axis)


@op
def tile(x: Tensor, repeats: int | Sequence[int]) -> Array:
    """Return the whole several times along each axis.

    Example:
        >>> tile([1, 2], 2).tolist(), tile([1, 2], (2, 1)).tolist()
        ([1, 2, 1, 2], [[1, 2], [1, 2]])
    """
    return jnp.tile(x, repeats)


@op
def pad(
    x: Tensor,
    pad_width: Any,
    mode: str = "constant",
    constant_values: Tensor | None = None,
) -> Array:
    """Return `x` with elements added around.

    Args:
        x: Any shape.
        pad_width: Numbers of elements before and after: ((1, 2), (0, 1)) for each axis, (1, 2)
            for all, or one number.
        mode: What is added: "constant", "reflect", "symmetric", "edge", "wrap", ...
        constant_values: The constant; 0 by default.

    Raises:
        ValueError: If there is a constant in another mode.

    Example:
        >>> pad([1, 2], (1, 2), constant_values=9).tolist()
        [9, 1, 2, 9, 9]
    """
    if mode != "constant" and constant_values is not None:
        raise ValueError(
            f"pad: `constant_values` are for mode='constant'; got them with mode={mode!r}."
        )
    if mode != "constant":
        return jnp.pad(x, pad_width, mode)
    return jnp.pad(x, pad_width, constant_values=0 if constant_values is None else constant_values)


@op
def concatenate(xs: Tensors, axis: int = 0) -> Array:
    """Return tensors one behind the other along an axis; None joins them as vectors.

    Example:
        >>> concatenate([[1, 2], [3]]).tolist()
        [1, 2, 3]
    """
    return jnp.concatenate(xs, axis)


@op
def append(x1: Tensor, x2: Tensor, axis: int | None = None) -> Array:
    """Return `x2` behind `x1` along an axis; without one, both are made vectors."""
    return jnp.append(x1, x2, axis)


@op
def stack(x: Tensors, axis: int = 0) -> Array:
    """Return tensors of one shape along a new axis.

    Example:
        >>> stack([[1, 2], [3, 4]], axis=1).tolist()
        [[1, 3], [2, 4]]
    """
    return jnp.stack(x, axis)


@op
def hstack(xs: Tensors) -> Array:
    """Return tensors side by side: along the second axis, vectors along the first."""
    return jnp.hstack(xs)


@op
def vstack(xs: Tensors) -> Array:
    """Return tensors one below the other: along the first axis, vectors as rows."""
    return jnp.vstack(xs)


@op
def dstack(xs: Tensors) -> Array:
    """Return tensors one behind the other along the third axis."""
    return jnp.dstack(xs)


@op
def split(x: Tensor, indices_or_sections: Any, axis: int = 0) -> list[Array]:
    """Return parts of a tensor.

    Args:
        x: Any shape.
        indices_or_sections: Number of equal parts, or where the parts after the first begin.
        axis: Axis that is cut.

    Example:
        >>> [part.tolist() for part in split([1, 2, 3, 4], [1, 3])]
        [[1], [2, 3], [4]]
    """
    return list(jnp.split(x, indices_or_sections, axis))


@op
def array_split(x: Tensor, indices_or_sections: Any, axis: int = 0) -> list[Array]:
    """Return parts of a tensor as `split` does; the first may be longer by one.

    Example:
        >>> [part.tolist() for part in array_split([1, 2, 3, 4, 5], 2)]
        [[1, 2, 3], [4, 5]]
    """
    return list(jnp.array_split(x, indices_or_sections, axis))


@op
def hsplit(x: Tensor, indices_or_sections: Any) -> list[Array]:
    """Return parts that stand side by side; see `hstack` and `split`."""
    return list(jnp.hsplit(x, indices_or_sections))


@op
def vsplit(x: Tensor, indices_or_sections: Any) -> list[Array]:
    """Return parts that stand one below the other; see `vstack` and `split`."""
    return list(jnp.vsplit(x, indices_or_sections))


@op
def dsplit(x: Tensor, indices_or_sections: Any) -> list[Array]:
    """Return parts that stand one behind the other; see `dstack` and `split`."""
    return list(jnp.dsplit(x, indices_or_sections))


@op
def unstack(x: Tensor, num: int | None = None, axis: int = 0) -> list[Array]:
    """Return the parts of a tensor along an axis, without it.

    Args:
        x: Any shape.
        num: Number of parts; needed where the size of the axis is not known.
        axis: Axis.

    Raises:
        ValueError: If that is not its size, or neither is known.

    Example:
        >>> [part.tolist() for part in unstack([[1, 2], [3, 4]])]
        [[1, 2], [3, 4]]
    """
    size = x.shape[axis]
    if isinstance(size, int) and num not in (None, size):
        raise ValueError(f"unstack: axis {axis} of shape {x.shape} has {size} parts, not {num}.")
    if not isinstance(size, int) and num is None:
        raise ValueError(
            f"unstack: the size of axis {axis} is unknown, so `num` must say how many parts there are."
        )
    return [jnp.take(x, i, axis) for i in range(size if num is None else num)]


@op
def rearrange(tensor: Tensor, pattern: str, **axes_lengths: int) -> Array:
    """Return a tensor with its axes named, reordered, split and joined.

    Args:
        tensor: Any shape.
        pattern: Names of the axes before and after, as in "b (h w) c -> b h w c": those in
            parentheses are one axis, the last varying fastest.
        **axes_lengths: Sizes of axes that an axis is split into; one of them may be left out.

    Raises:
        ValueError: If the pattern cannot be read, or does not fit the tensor.

    Source: Rogozhnikov, "Einops" (ICLR 2022), https://openreview.net/forum?id=oapKSVM2bcj.

    Example:
        >>> rearrange([[1, 2, 3], [4, 5, 6]], "a b -> (b a)").tolist()
        [1, 4, 2, 5, 3, 6]
        >>> rearrange([[1, 2, 3, 4]], "a (b c) -> a b c", c=2).tolist()
        [[[1, 2], [3, 4]]]
    """
    before, after = _axes_of_pattern(pattern, tensor.ndim)
    names = [name for group in before for name in group]
    split = tensor.reshape(_split_shape(tensor.shape, before, axes_lengths, pattern))
    ordered = split.transpose([names.index(name) for group in after for name in group])
    sizes = dict(zip(names, split.shape, strict=True))
    return ordered.reshape([_product(sizes[name] for name in group) for group in after])


def _axes_of_pattern(pattern: str, rank: int) -> tuple[list[list[str]], list[list[str]]]:
    """The groups of names on both sides of a pattern."""
    sides = [re.findall(r"\([^()]*\)|[^\s()]+", side) for side in pattern.split("->")]
    groups = [[part.strip("()").split() for part in side] for side in sides]
    names = [sorted(name for group in side for name in group) for side in groups]
    valid = len(sides) == 2 and names[0] == names[1] and len(set(names[0])) == len(names[0])
    if not valid or not all(name.isidentifier() for name in names[0]) or len(groups[0]) != rank:
        raise ValueError(
            f"rearrange: `pattern` must name each of the {rank} axes of the tensor, and the same "
            f"names once more after '->', as in 'a (b c) -> c a b'; got {pattern!r}."
        )
    return groups[0], groups[1]


def _split_shape(
    shape: tuple[Any, ...], groups: list[list[str]], lengths: dict[str, int], pattern: str
) -> list[Any]:
    """The sizes of all named axes, in their order before."""
    sizes: list[Any] = []
    for size, group in zip(shape, groups, strict=True):
        unknown = [name for name in group if name not in lengths]
        known = _product(lengths[name] for name in group if name in lengths)
        if len(unknown) > 1 or size % known != 0 or (not unknown and known != size):
            raise ValueError(
                f"rearrange: an axis of size {size} cannot be split into {group} of the pattern "
                f"{pattern!r} with {lengths}. Give the sizes of all but one of them; their product "
                "must divide it."
            )
        sizes += [lengths.get(name, size // known) for name in group]
    return sizes


def _product(sizes: Any) -> Any:
    """The product of sizes; a single one as it is, for it may be symbolic."""
    total: Any = 1
    for size in sizes:
        total = size * total
    return total


@op
def diag(x: Tensor, k: int = 0) -> Array:
    """Return a diagonal of a matrix, or a matrix with a vector as its diagonal.

    Example:
        >>> diag([1, 2]).tolist(), diag([[1, 2], [3, 4]]).tolist()
        ([[1, 0], [0, 2]], [1, 4])
    """
    return jnp.diag(x, k)


@op
def diagflat(x: Tensor, k: int = 0) -> Array:
    """Return a matrix with the elements of `x` as its diagonal."""
    return jnp.diagflat(x, k)


@op
def diagonal(x: Tensor, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """Return the diagonals of matrices that lie along two axes."""
    return jnp.diagonal(x, offset, axis1, axis2)


@op
def tril(x: Tensor, k: int = 0) -> Array:
    """Return matrices with zeros above a diagonal."""
    return jnp.tril(x, k)


@op
def triu(x: Tensor, k: int = 0) -> Array:
    """Return matrices with zeros below a diagonal."""
    return jnp.triu(x, k)


def _filled(shape: Any, sizes: Shape) -> Any:
    """A shape with the sizes of another where it has None."""
    if not isinstance(shape, (list, tuple)):
        return shape
    return tuple(sizes[i] if size is None else size for i, size in enumerate(shape))
