"""Symbolic tensors: a shape and a dtype, and where they come from.

What a function of symbolic tensors returns is what `jax.eval_shape` says, with the unknown sizes
as symbolic dimensions: shapes are written down nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import numpy as np
from jax import export

from ppul.core.dtypes import standardize_dtype
from ppul.core.local import local
from ppul.core.names import auto_name
from ppul.core.operators import ArrayOperators, get_item
from ppul.core.types import Array, Shape, Tree

if TYPE_CHECKING:
    from ppul.core.operation import Operation

# Sizes to put in where a function cannot work with symbolic ones: two primes nobody uses as sizes.
_STAND_INS = (83, 89)
# The number of the symbol for a size that data decide; those before are for axes.
_OF_DATA = 8
_dimensions: list[Any] = []


class KerasHistory(NamedTuple):
    """Which output of which call of which operation a symbolic tensor is."""

    operation: Operation
    node_index: int
    tensor_index: int


class KerasTensor(ArrayOperators):
    """A tensor without a value: what models are drawn with.

    Args:
        shape: Sizes; None where unknown.
        dtype: Dtype of the elements.
        sparse: Whether it stands for sparse input.
        ragged: Whether it stands for ragged input.
        record_history: Whether operations on it are recorded.
        name: Its name.
        ragged_rank: Number of ragged dimensions.
        row_splits_dtype: Dtype of ragged row splits.

    Example:
        >>> KerasTensor((None, 3), dtype="float32", name="x")
        <KerasTensor shape=(None, 3), dtype=float32, sparse=False, name=x>
    """

    def __init__(
        self,
        shape: Shape,
        dtype: Any = "float32",
        sparse: bool = False,
        ragged: bool = False,
        record_history: bool = True,
        name: str | None = None,
        ragged_rank: int | None = None,
        row_splits_dtype: Any = None,
    ) -> None:
        self.shape = standardize_shape(shape)
        self.dtype = standardize_dtype(dtype)
        self.sparse = bool(sparse)
        self.ragged = bool(ragged)
        self.record_history = record_history
        self.name = name or auto_name("keras_tensor")
        self.ragged_rank = ragged_rank
        self.row_splits_dtype = row_splits_dtype
        self._keras_history: KerasHistory | None = None
        self._keras_mask: Any = None

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return len(self.shape)

    def reshape(self, newshape: Any) -> KerasTensor:
        """Return it in another shape."""
        import jax.numpy as jnp

        return self._apply(jnp.reshape, self, newshape)

    def squeeze(self, axis: Any = None) -> KerasTensor:
        """Return it without dimensions of size one."""
        import jax.numpy as jnp

        return self._apply(jnp.squeeze, self, axis)

    def __getitem__(self, key: Any) -> Any:
        return self._apply(get_item, self, key)

    def _apply(self, function: Callable[..., Any], *operands: Any) -> Any:
        from ppul.core.operation import FunctionOperation

        return FunctionOperation(function).symbolic_call(*operands)

    def _no_value(self, what: str) -> Exception:
        return TypeError(
            f"{self!r} has no value, so it cannot be {what}. A KerasTensor only describes a model's "
            "input or output: use layers and `ppul.ops` on it, and call the model with data."
        )

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        raise self._no_value("turned into a NumPy array")

    def __jax_array__(self) -> jax.Array:
        raise self._no_value("used in a jax.numpy function")

    def __bool__(self) -> bool:
        raise self._no_value("tested as true or false")

    def __float__(self) -> float:
        raise self._no_value("turned into a float")

    def __int__(self) -> int:
        raise self._no_value("turned into an int")

    def __iter__(self) -> Any:
        raise self._no_value("iterated over")

    def __ne__(self, other: object) -> bool:
        return self is not other

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return (
            f"<KerasTensor shape={self.shape}, dtype={self.dtype}, sparse={self.sparse}, "
            f"name={self.name}>"
        )


def standardize_shape(shape: Any) -> Shape:
    """Return a shape as a tuple of ints and Nones.

    Raises:
        ValueError: If it is not a sequence of sizes.
    """
    if shape is None or isinstance(shape, (str, int)):
        raise ValueError(f"A shape must be a tuple of sizes; got {shape!r}.")
    sizes = tuple(
        None if not isinstance(size, int) and _unknown(size) else int(size) for size in shape
    )
    if any(size is not None and size < 0 for size in sizes):
        raise ValueError(f"Sizes in a shape cannot be negative; got {tuple(shape)}.")
    return sizes


def _unknown(size: Any) -> bool:
    return size is None or not hasattr(size, "__index__") or export.is_symbolic_dim(size)


def has_known_shape(x: Array) -> bool:
    """Return whether all sizes of an array are numbers; a traced one may have unknown ones."""
    return all(isinstance(n, int) for n in x.shape)


def is_symbolic(value: Any) -> bool:
    """Return whether `value` is a symbolic tensor, or contains one."""
    if isinstance(value, KerasTensor):
        return True
    if isinstance(value, (list, tuple)):
        return any(is_symbolic(item) for item in value)
    if isinstance(value, dict):
        return any(is_symbolic(item) for item in value.values())
    return False


def infer(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Tree:
    """Return what `function` returns for symbolic tensors, as symbolic tensors.

    Args:
        function: A function of arrays.
        *args: Its arguments; symbolic tensors anywhere inside stand for arrays.
        **kwargs: Its keyword arguments, likewise.
    """
    leaves, treedef = jax.tree.flatten((args, kwargs), is_leaf=lambda v: v is None)
    places = [i for i, leaf in enumerate(leaves) if isinstance(leaf, KerasTensor)]
    tensors = [leaves[i] for i in places]

    def run(values: list[Any]) -> Any:
        filled = list(leaves)
        for place, value in zip(places, values, strict=True):
            filled[place] = value
        run_args, run_kwargs = jax.tree.unflatten(treedef, filled)
        return function(*run_args, **run_kwargs)

    def shapes(unknown: Callable[[int], Any]) -> Any:
        outer, local.unknown_size = local.unknown_size, unknown(_OF_DATA)
        try:
            return jax.eval_shape(run, [_struct(tensor, unknown) for tensor in tensors])
        finally:
            local.unknown_size = outer

    try:
        return _as_tensors(shapes(_dimension))
    except Exception as error:  # noqa: BLE001  (whatever Python code makes of a symbolic size)
        try:
            first, second = (shapes(lambda _, size=size: size) for size in _STAND_INS)
        except Exception:  # noqa: BLE001  (the first error speaks of the real shapes)
            raise error from None
        return _as_tensors(jax.tree.map(_common, first, second))


def unknown_size() -> Any:
    """Return a size that stands for one that data decide, where only shapes are asked for.

    None where there are data: then a function may look at them.
    """
    return local.unknown_size


def _dimension(axis: int) -> Any:
    """The symbol for an unknown size on an axis; the first axis is the batch."""
    if not _dimensions:
        _dimensions.extend(export.symbolic_shape("batch, d1, d2, d3, d4, d5, d6, d7, n"))
    return _dimensions[min(axis, _OF_DATA)]


def _struct(tensor: KerasTensor, unknown: Callable[[int], Any]) -> jax.ShapeDtypeStruct:
    sizes = (unknown(axis) if size is None else size for axis, size in enumerate(tensor.shape))
    dtype = "uint8" if tensor.dtype == "string" else tensor.dtype
    return jax.ShapeDtypeStruct(tuple(sizes), jax.dtypes.canonicalize_dtype(dtype))


def symbolic_struct(tensor: KerasTensor) -> jax.ShapeDtypeStruct:
    """Return what JAX traces a function with for a tensor: unknown sizes are symbols, by axis.

    Example:
        >>> symbolic_struct(KerasTensor((None, 3)))
        ShapeDtypeStruct(shape=(batch, 3), dtype=float32)
    """
    return _struct(tensor, _dimension)


def _common(first: Any, second: Any) -> Any:
    sizes = (a if a == b else None for a, b in zip(first.shape, second.shape, strict=True))
    return KerasTensor(tuple(sizes), first.dtype, record_history=False, name="inferred")


def _as_tensors(structure: Tree) -> Tree:
    def convert(leaf: Any) -> Any:
        if isinstance(leaf, KerasTensor):
            return leaf
        return KerasTensor(leaf.shape, leaf.dtype, name="inferred")

    return jax.tree.map(convert, structure)


def is_keras_tensor(x: Any) -> bool:
    """Return whether `x` is a symbolic tensor.

    Example:
        >>> is_keras_tensor(KerasTensor((None, 3))), is_keras_tensor(3)
        (True, False)
    """
    return isinstance(x, KerasTensor)
