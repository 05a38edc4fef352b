"""What ops take, and how a function of arrays becomes one.

Dtypes of results are those of JAX's promotion, which Keras's are too: of two arrays the smallest
type that holds both, a Python number taking the type of the array beside it, and a float where
integers would not do. `floatx()` is the type of what is made from a shape alone.
"""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Callable, Iterator
from typing import Annotated, Any, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

import jax
import jax.numpy as jnp

from ppul.core.dtypes import standardize_dtype
from ppul.core.operation import op as symbolic_op
from ppul.core.types import Array

Converter: TypeAlias = Callable[[Any], Any]
F = TypeVar("F", bound=Callable[..., Any])


def as_array(value: Any) -> Array:
    """Return what a `Tensor` may be as an array.

    Raises:
        TypeError: If it cannot be one.
    """
    if isinstance(value, jax.Array):
        return value
    try:
        return jnp.asarray(value)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"Expected an array, a number or a nested list of numbers; got {value!r}."
        ) from error


def as_arrays(values: Any) -> Any:
    """Return what `Tensors` may be as a list of arrays, or as one array."""
    if isinstance(values, (list, tuple)):
        return [as_array(value) for value in values]
    return as_array(values)


def as_nested(values: Any) -> Any:
    """Return nested lists, tuples and dicts with arrays as their leaves."""
    return jax.tree.map(as_array, values)


def _hashable(axes: Any) -> Any:
    return tuple(axes) if isinstance(axes, list) else axes


# An array, a variable, a number, a nested list of numbers, or a symbolic tensor. Like those below,
# the type says how `op` converts what is passed.
Tensor: TypeAlias = Annotated[Any, as_array]
# A list or tuple of tensors, or one array, which stands for its rows.
Tensors: TypeAlias = Annotated[Any, as_arrays]
# Tensors in lists, tuples and dicts.
Nested: TypeAlias = Annotated[Any, as_nested]
# An axis, several (a list of them is made a tuple), or, mostly, None for all.
Axes: TypeAlias = Annotated[int | tuple[int, ...] | None, _hashable]


def op(function: F) -> F:
    """Make a function of arrays an op.

    Its parameters of the types `Tensor`, `Tensors`, `Nested` and `Axes` take all that these stand
    for. An error of the function says which op it came from, and what the op was given.

    Example:
        >>> @op
        ... def double(x: Tensor):
        ...     return x + x
        >>> double([1, 2]).tolist()
        [2, 4]
        >>> from ppul.core.symbolic import KerasTensor
        >>> double(KerasTensor((None, 3))).shape
        (None, 3)
    """
    by_place, by_name = _converters(function)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            args = tuple(convert(arg) for convert, arg in zip(by_place(), args, strict=False))
            kwargs = {name: by_name.get(name, _as_it_is)(arg) for name, arg in kwargs.items()}
            return function(*args, **kwargs)
        except (IndexError, TypeError, ValueError) as error:
            error.add_note(f"`ops.{function.__name__}` was called with {_described(args, kwargs)}.")
            raise

    return symbolic_op(call)  # type: ignore[return-value]


def as_sparse(x: Array, count: int) -> Any:
    """Return an array of which at most `count` elements are not zero as a sparse one."""
    from jax.experimental import sparse

    return sparse.BCOO.fromdense(x, nse=min(count, x.size))


def dtype_name(dtype: Any) -> str | None:
    """Return the name of a dtype; None stays, and means that of the operands."""
    return None if dtype is None else standardize_dtype(dtype)


def _converters(
    function: Callable[..., Any],
) -> tuple[Callable[[], Iterator[Converter]], dict[str, Converter]]:
    """How arguments are converted, by their place (the last for all that follow) and by name."""
    hints = get_type_hints(function, include_extras=True)
    by_name = {name: _converter(hint) for name, hint in hints.items()}
    first, rest = [], _as_it_is
    for parameter in inspect.signature(function).parameters.values():
        converter = by_name.get(parameter.name, _as_it_is)
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            rest = converter
            break
        first.append(converter)
    return lambda: itertools.chain(first, itertools.repeat(rest)), by_name


def _converter(hint: Any) -> Converter:
    """What a type says about conversion, also as `Tensor | None`."""
    for part in (hint, *get_args(hint)):
        if get_origin(part) is Annotated:
            (convert,) = part.__metadata__
            return lambda value: value if value is None else convert(value)
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _described(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    values = [_short(arg) for arg in args]
    values += [f"{name}={_short(value)}" for name, value in kwargs.items()]
    return f"({', '.join(values)})"


def _short(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_short(item) for item in value)}]"
    shape = getattr(value, "shape", None)
    return repr(value) if shape is None else f"{value.dtype}{list(shape)}"
