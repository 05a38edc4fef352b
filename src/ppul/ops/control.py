"""Branches, loops and gradients: functions of functions.

Values that these take and return may be nested in lists, tuples and dicts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from ppul.core.operation import op as symbolic_op
from ppul.core.types import Tree
from ppul.ops.tensors import Nested, Tensor, op


@op
def cond(pred: Tensor, true_fn: Callable[[], Tree], false_fn: Callable[[], Tree]) -> Tree:
    """Return what one of two functions returns.

    Args:
        pred: A scalar: whether it is the first.
        true_fn: A function without arguments.
        false_fn: Another, whose result has the same structure, shapes and dtypes.

    Example:
        >>> x = jnp.array(3.0)
        >>> cond(x > 2, lambda: x * 10, lambda: x).item()
        30.0
    """
    return lax.cond(pred, true_fn, false_fn)


@op
def switch(index: Tensor, branches: Sequence[Callable[..., Tree]], *operands: Nested) -> Tree:
    """Return what one of several functions returns.

    Args:
        index: A scalar: which one; out of range, the first or the last.
        branches: Functions of the operands, whose results have the same structure, shapes and
            dtypes.
        *operands: Their arguments.

    Example:
        >>> switch(1, [lambda x: x + 1, lambda x: x * 10], 5).item()
        50
    """
    return lax.switch(index, branches, *operands)


@op
def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Tree],
    loop_vars: Nested,
    maximum_iterations: int | None = None,
) -> Tree:
    """Return variables after a function was applied to them as long as a condition holds.

    Args:
        cond: The condition, a function of the variables.
        body: The function; its results have the shapes and dtypes of the variables.
        loop_vars: The variables: a tuple or list, whose elements are the arguments of both
            functions, or a single one.
        maximum_iterations: How often the function is applied at most.

    Example:
        >>> while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, x * 2), (0, 1.0))[1].item()
        8.0
    """
    single = not isinstance(loop_vars, (list, tuple))

    def as_tuple(values: Any) -> tuple[Any, ...]:
        return tuple(values) if isinstance(values, (list, tuple)) else (values,)

    def goes_on(state: tuple[Any, Any]) -> Any:
        count, values = state
        more = cond(*values)
        return more if maximum_iterations is None else more & (count < maximum_iterations)

    def step(state: tuple[Any, Any]) -> tuple[Any, Any]:
        count, values = state
        return count + 1, as_tuple(body(*values))

    _, values = lax.while_loop(goes_on, step, (0, as_tuple(loop_vars)))
    return values[0] if single else values


@op
def fori_loop(
    lower: Any, upper: Any, body_fun: Callable[[Any, Tree], Tree], init_val: Nested
) -> Tree:
    """Return a value after a function was applied to it for each number in a range.

    Args:
        lower: First number.
        upper: End, which is not among them.
        body_fun: A function of a number and the value, which returns the next value.
        init_val: The first value.

    Example:
        >>> fori_loop(0, 4, lambda i, total: total + i, 0).item()
        6
    """
    return lax.fori_loop(lower, upper, body_fun, init_val)


@op
def scan(
    f: Callable[[Any, Any], tuple[Any, Any]],
    init: Nested,
    xs: Nested = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: int | bool = 1,
) -> tuple[Tree, Tree]:
    """Return a value that a function carries along the first axis, and what it returns on the way.

    Args:
        f: A function of what is carried and of an element, which returns what is carried on and
            a result.
        init: What is carried first.
        xs: The elements, along the first axis.
        length: Their number; needed where there are none.
        reverse: Whether the last element comes first.
        unroll: How many steps are compiled into one, or whether all are.

    Returns:
        What is carried in the end, and the results, along a first axis.

    Raises:
        ValueError: If `unroll` is not positive.

    Example:
        >>> total, running = scan(lambda c, x: (c + x, c + x), 0, jnp.array([1, 2, 3]))
        >>> total.item(), running.tolist()
        (6, [1, 3, 6])
    """
    if not isinstance(unroll, bool) and not (isinstance(unroll, int) and unroll > 0):
        raise ValueError(f"scan: `unroll` must be a positive integer or a bool; got {unroll!r}.")
    return lax.scan(f, init, xs, length, reverse, unroll)


@op
def associative_scan(
    f: Callable[[Any, Any], Any], elems: Nested, reverse: bool = False, axis: int = 0
) -> Tree:
    """Return the first element, the first two combined, the first three, ..., in parallel.

    Args:
        f: An associative function of two elements.
        elems: The elements, along `axis`.
        reverse: Whether to begin at the end.
        axis: Axis.

    Example:
        >>> associative_scan(jnp.add, jnp.array([1, 2, 3])).tolist()
        [1, 3, 6]
    """
    return lax.associative_scan(f, elems, reverse, axis)


@op
def map(f: Callable[[Any], Any], xs: Nested) -> Tree:
    """Return what a function returns for each element along the first axis, one after the other.

    Example:
        >>> map(lambda x: x * 2, jnp.array([1, 2])).tolist()
        [2, 4]
    """
    return lax.map(f, xs)


@op
def vectorized_map(function: Callable[[Any], Any], elements: Nested) -> Tree:
    """Return what a function returns for each element along the first axis, all at once.

    Example:
        >>> vectorized_map(lambda x: x[0] * x[1], [jnp.array([1, 2]), jnp.array([3, 4])]).tolist()
        [3, 8]
    """
    return jax.vmap(function)(elements)


def vectorize(
    pyfunc: Callable[..., Any], *, excluded: Any = None, signature: str | None = None
) -> Callable[..., Any]:
    """Return a function of arrays that applies a function to each of their elements.

    Args:
        pyfunc: A function of scalars, or of what `signature` says.
        excluded: Numbers or names of arguments that are passed on whole.
        signature: Which axes an element has, as in "(n),(n)->()".

    Raises:
        ValueError: If `pyfunc` is no function.

    Example:
        >>> vectorize(lambda x, y: x @ y, signature="(n),(n)->()")(
        ...     jnp.ones((3, 2)), jnp.ones(2)
        ... ).tolist()
        [2.0, 2.0, 2.0]
    """
    if not callable(pyfunc):
        raise ValueError(f"vectorize: `pyfunc` must be a function; got {pyfunc!r}.")
    return symbolic_op(
        jnp.vectorize(pyfunc, excluded=frozenset(excluded or ()), signature=signature)
    )


def custom_gradient(f: Callable[..., tuple[Any, Callable[..., Any]]]) -> Callable[..., Any]:
    """Return a function whose gradient is what it says itself.

    Args:
        f: A function that returns its result and a function: of the gradient of the result, it
            returns the gradient of each argument.

    Example:
        >>> @custom_gradient
        ... def clipped(x):
        ...     return x, lambda upstream: jnp.clip(upstream, -1.0, 1.0)
        >>> jax.grad(lambda x: 100.0 * clipped(x))(2.0).item()
        1.0
    """
    return jax.custom_gradient(f)


@op
def stop_gradient(variable: Nested) -> Tree:
    """Return a value that counts as a constant where gradients are taken."""
    return lax.stop_gradient(variable)


@op
def jvp(
    fun: Callable[..., Any], primals: Nested, tangents: Nested, has_aux: bool = False
) -> tuple[Any, ...]:
    """Return what a function returns, and how that changes with its arguments.

    Args:
        fun: A function.
        primals: Its arguments, a list or tuple.
        tangents: How they change.
        has_aux: Whether the function returns something besides, which is returned too.

    Example:
        >>> [part.item() for part in jvp(lambda x: x**2, (3.0,), (1.0,))]
        [9.0, 6.0]
    """
    return jax.jvp(fun, primals, tangents, has_aux=has_aux)
