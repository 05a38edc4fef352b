"""A cell over all steps of a sequence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from ppul.core import tree
from ppul.core.types import Array, Tree
from ppul.layers.base import Layer
from ppul.layers.rnn.dropout_cell import DropoutCell
from ppul.layers.rnn.loop import changed_by, loop
from ppul.layers.rnn.recurrence import kept


class Steps(NamedTuple):
    """The steps of a sequence, and how they are gone through.

    Args:
        inputs: (steps, batch, ...).
        counts: Booleans (steps, batch): which steps count; None if all do.
        training: Whether layers train.
        every: Whether the outputs of all steps are asked for.
        reverse: Whether the last step comes first.
        unroll: Whether all steps are compiled one after the other.
    """

    inputs: Array
    counts: Array | None
    training: bool
    every: bool
    reverse: bool
    unroll: bool


class Passed(NamedTuple):
    """What came of it.

    Args:
        outputs: (steps, batch, ...), in the order of the steps, if they are asked for. One that does
            not count repeats the output before it.
        last: The output of the step that came last.
        states: The states after it.
    """

    outputs: Array
    last: Array
    states: Tree


def over_time(cell: Any, steps: Steps, states: Tree) -> Passed:
    """Return what a cell makes of a sequence.

    Args:
        cell: A cell. One with a method `over_time` has a faster way than step by step; it is not
            taken where a subclass says anew what a step is.
        steps: The sequence.
        states: The first states, nested as the cell takes them.
    """
    if _has_faster_way(cell):
        return cell.over_time(steps, states)
    layers = cell._flatten_layers() if isinstance(cell, Layer) else []
    dropping = [layer for layer in layers if isinstance(layer, DropoutCell) and steps.training]
    for layer in dropping:
        layer.draw()
    passed, losses = step_by_step(cell, steps, states)
    for layer in dropping:
        layer.forget()
    for loss in losses:
        cell.add_loss(loss)
    return passed


def step_by_step(
    call: Callable[[Array, Tree], tuple[Tree, Tree]], steps: Steps, states: Tree
) -> tuple[Passed, list[Array]]:
    """Return what calling a cell in every step makes of a sequence, and the losses it adds.

    Args:
        call: The cell: a function of a step and of the states, that returns an output and the next
            states; it may call layers.
        steps: The sequence.
        states: The first states.

    Raises:
        ValueError: If the next states are not like those before.
    """

    def called(states: Tree, x: Array) -> tuple[Tree, list[Array]]:
        output, new = call(x, states)
        return output, tree.flatten(new)

    inputs = jax.ShapeDtypeStruct(steps.inputs.shape[1:], steps.inputs.dtype)
    variables, (output, new) = changed_by(called, states, inputs)
    _check_states(call, new, tree.flatten(states))

    def step(carried: Tree, now: Any) -> tuple[Tree, Tree]:
        x, counts = now
        output, new = called(carried[1], x)
        carried = kept(counts, (output, tree.pack_sequence_as(states, new)), carried)
        return carried, carried[0] if steps.every else None

    carried = (_output_before(output, tree.flatten(states)[0]), states)
    how = {"reverse": steps.reverse, "unroll": steps.unroll}
    carried, outputs, losses = loop(step, carried, (steps.inputs, steps.counts), variables, **how)
    return Passed(outputs, *carried), losses


def _output_before(output: Tree, state: Array) -> Tree:
    """What is repeated before the first step that counts: the first state if it is like outputs."""

    def before(shape: Any) -> Array:
        alike = (shape.shape, shape.dtype) == (state.shape, state.dtype)
        return state if alike else jnp.zeros(shape.shape, shape.dtype)

    return tree.map_structure(before, output)


def _check_states(cell: Any, new: list[Any], old: list[Array]) -> None:
    found, expected = ([(s.shape, str(s.dtype)) for s in states] for states in (new, old))
    if found != expected:
        raise ValueError(
            f"RNN: the cell {cell!r} was called with states of shape and dtype {expected} and "
            f"returned states of {found}. Return (output, states), the states like those it is "
            "given: see its `state_size` and `get_initial_state`."
        )


def _has_faster_way(cell: Any) -> bool:
    """Whether `over_time` is of the class that says what a step is, or of one below it."""
    for cls in type(cell).__mro__:
        if "over_time" in cls.__dict__:
            return cell.activity_regularizer is None
        if "call" in cls.__dict__:
            return False
    return False
