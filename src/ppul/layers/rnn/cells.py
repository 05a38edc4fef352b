"""What a cell is: something called on a step and on states, with a size of its states."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array, Shape
from ppul.layers.base import Layer


def check_cell(where: str, cell: Any) -> Any:
    """Return a cell, or raise a ValueError if it is none.

    Args:
        where: Who asks, for the message.
        cell: What may be a cell.
    """
    if callable(cell) and hasattr(cell, "call") and hasattr(cell, "state_size"):
        return cell
    raise ValueError(
        f"{where}: a cell must have a method `call(inputs, states)` that returns an output and the "
        "next states, and a `state_size`, an integer or a list with one entry for each state; got "
        f"{cell!r} of type {type(cell).__name__}."
    )


def build_cell(cell: Any, input_shape: Shape) -> None:
    """Build a cell for steps of a shape, batch first; one that has no `build` builds when called."""
    if isinstance(cell, Layer) and not cell.built and type(cell).build is not Layer.build:
        cell.build(input_shape)


def state_sizes(cell: Any) -> list[Any]:
    """Return the size of each state of a cell."""
    size = cell.state_size
    return list(size) if isinstance(size, (list, tuple)) else [size]


def output_size(cell: Any) -> Any:
    """Return the size of the output of a cell: that of its first state if it does not say."""
    return getattr(cell, "output_size", state_sizes(cell)[0])


def zero_states(sizes: list[Any], batch_size: Any, dtype: str) -> list[Array]:
    """Return zeros for states of these sizes: integers, or shapes without the batch.

    Example:
        >>> [state.shape for state in zero_states([3, (2, 5)], 4, "float32")]
        [(4, 3), (4, 2, 5)]
    """
    shapes = [size if isinstance(size, tuple) else (size,) for size in sizes]
    return [jnp.zeros((batch_size, *shape), dtype) for shape in shapes]


def first_states(cell: Any, batch_size: Any, dtype: str) -> list[Any]:
    """Return the states that sequences begin with: what a cell says, or zeros.

    Args:
        cell: The cell.
        batch_size: The number of sequences.
        dtype: The dtype of zeros, for a cell that is not a layer.
    """
    own = getattr(cell, "get_initial_state", None)
    if own is not None:
        states = own(batch_size=batch_size)
        return list(states) if isinstance(states, (list, tuple)) else [states]
    dtype = cell.compute_dtype if isinstance(cell, Layer) else dtype
    return zero_states(state_sizes(cell), batch_size, dtype)
