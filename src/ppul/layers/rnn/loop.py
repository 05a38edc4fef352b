"""Layers called step by step, in a loop of XLA's.

What a layer assigns in a step (a seed, a mean) and the losses that it adds are values of that step
alone. They are carried through the loop, and assigned and added after it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from ppul.core.scope import StatelessScope
from ppul.core.types import Array, Tree
from ppul.core.variable import Variable


def changed_by(function: Callable[..., Any], *arguments: Any) -> tuple[list[Variable], Tree]:
    """Return the variables that a function assigns, and shapes and dtypes of what it returns.

    Args:
        function: A function of arrays that may call layers.
        *arguments: Arrays, or what has their shapes and dtypes.

    Example:
        >>> total = Variable(0.0)
        >>> variables, shape = changed_by(lambda x: total.assign_add(x), 1.0)
        >>> variables == [total], shape.shape, float(total.value)
        (True, (), 0.0)
    """
    with StatelessScope(collect_losses=True) as scope:
        shapes = jax.eval_shape(function, *arguments)
    return [variable for variable, _ in scope.state_mapping.values()], shapes


def loop(
    function: Callable[[Tree, Tree], tuple[Tree, Tree]],
    carried: Tree,
    steps: Tree,
    variables: list[Variable],
    *,
    reverse: bool = False,
    unroll: bool = False,
) -> tuple[Tree, Tree, list[Array]]:
    """Call a function for each step, as `lax.scan` does; it may call layers.

    Args:
        function: A function of what is carried and of a step, which returns what is carried on and
            a result.
        carried: What is carried first.
        steps: Arrays with the steps along the first axis.
        variables: Those that it assigns.
        reverse: Whether the last step comes first.
        unroll: Whether all steps are compiled one after the other.

    Returns:
        What is carried in the end, the results along a first axis, and the sums of the losses that
        layers added.

    Example:
        >>> total = Variable(0.0)
        >>> _, results, _ = loop(
        ...     lambda _, x: (None, total.assign_add(x)), None, jnp.arange(3.0), [total]
        ... )
        >>> results.tolist(), float(total.value)
        ([0.0, 1.0, 3.0], 3.0)
    """

    def step(state: Any, now: Tree) -> tuple[Any, Any]:
        values, carried = state
        pairs = zip(variables, values, strict=True)
        with StatelessScope(pairs, collect_losses=True) as scope:
            carried, result = function(carried, now)
        values = [scope.get_current_value(variable) for variable in variables]
        return (values, carried), (result, scope.losses)

    start = [variable.convert(variable._read()) for variable in variables]
    (values, carried), (results, losses) = lax.scan(
        step, (start, carried), steps, reverse=reverse, unroll=unroll
    )
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
    return carried, results, [jnp.sum(loss, 0) for loss in losses]
