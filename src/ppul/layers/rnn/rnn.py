"""RNN: a cell, called on the steps of a sequence one after the other."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ppul.core import tree
from ppul.core.operation import is_tracing_symbolically
from ppul.core.types import Array, Shape
from ppul.core.variable import Variable
from ppul.layers.base import Layer
from ppul.layers.input_spec import InputSpec
from ppul.layers.rnn.cells import build_cell, check_cell, first_states, output_size, state_sizes
from ppul.layers.rnn.over_time import Steps, over_time
from ppul.layers.rnn.stacked_rnn_cells import StackedRNNCells


class CarriedState:
    """A state that a layer carries from one batch to the next.

    Args:
        state: The variable that holds it.
    """

    def __init__(self, state: Variable) -> None:
        self.state = state


class RNN(Layer):
    """Call a cell on the steps of a sequence, each time with the states it returned before.

    A cell is a layer whose `call(inputs, states)` returns an output and the next states. It has a
    `state_size`, and may have a `get_initial_state(batch_size)`.

    Args:
        cell: The cell, or a list of cells, one upon the other.
        return_sequences: Whether to return the outputs of all steps instead of the last one.
        return_state: Whether to return the last states too.
        go_backwards: Whether the last step comes first; outputs are in that order too.
        stateful: Whether sequences go on where those of the batch before ended. Batches must all
            have the same size then, which the model's input says: `Input(batch_shape=...)`.
        unroll: Whether steps are compiled one after the other, without a loop.
        zero_output_for_mask: Whether the output of a step that does not count is zero, instead of
            that of the step before.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If `cell` is no cell.

    Example:
        >>> import numpy as np
        >>> class Sum(Layer):
        ...     state_size = 2
        ...
        ...     def call(self, inputs, states):
        ...         total = states[0] + inputs
        ...         return total, [total]
        >>> RNN(Sum(), return_sequences=True)(np.ones((1, 3, 2))).tolist()
        [[[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]]
    """

    def __init__(
        self,
        cell: Any,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        zero_output_for_mask: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        cell = StackedRNNCells(cell) if isinstance(cell, (list, tuple)) else cell
        self.cell = check_cell(self._where, cell)
        self.return_sequences = return_sequences
        self.return_state = return_state
        self.go_backwards = go_backwards
        self.stateful = stateful
        self.unroll = unroll
        self.zero_output_for_mask = zero_output_for_mask
        self.supports_masking = True
        self.input_spec = InputSpec(min_ndim=2)
        self._carried: list[CarriedState] = []

    @property
    def state_size(self) -> list[Any]:
        """The sizes of the states, a list."""
        return state_sizes(self.cell)

    @property
    def output_size(self) -> Any:
        """The size of the output: the cell's, or that of its first state."""
        return output_size(self.cell)

    @property
    def states(self) -> Any:
        """The variables that a stateful layer keeps its states in; None before it is built."""
        if not self._carried:
            return None
        variables = [carried.state for carried in self._carried]
        return tree.pack_sequence_as(self.get_initial_state(1), variables)

    def build(self, input_shape: Shape, *states: Any) -> None:
        """Build the cell, and make the states of a stateful layer.

        Args:
            input_shape: (batch, steps, ...).
            *states: Shapes of first states, which files of Keras have; they follow from the cell.
        """
        build_cell(self.cell, (input_shape[0], *input_shape[2:]))
        if self.stateful and not self._carried:
            self._carry(input_shape)

    def call(
        self, sequences: Array, initial_state: Any = None, mask: Any = None, training: bool = False
    ) -> Any:
        """Return the last output or all outputs, and the last states if they are asked for.

        Args:
            sequences: (batch, steps, ...).
            initial_state: The first states; zeros by default, or what the cell says.
            mask: Booleans (batch, steps): which steps count.
            training: Whether the cell trains.
        """
        # Where only shapes are asked for, the batch may have another size.
        carried = [] if is_tracing_symbolically() else [each.state for each in self._carried]
        if initial_state is None and carried:
            initial_state = [variable.value for variable in carried]
        states = self._checked(initial_state, sequences.shape[0])
        last, outputs, states = self.inner_loop(sequences, states, mask, training)
        if carried:
            for variable, state in zip(carried, tree.flatten(states), strict=True):
                variable.assign(state)
        output = outputs if self.return_sequences else last
        return (output, *states) if self.return_state else output

    def inner_loop(
        self, sequences: Array, initial_state: Any, mask: Any, training: bool = False
    ) -> tuple[Any, Any, Any]:
        """Return the last output, those of all steps if these are returned, and the last states.

        Args:
            sequences: (batch, steps, ...).
            initial_state: The first states.
            mask: Booleans (batch, steps), or None.
            training: Whether the cell trains.
        """
        counts = None if mask is None else self._counts(mask, sequences)
        steps = Steps(
            jnp.swapaxes(sequences, 0, 1),
            counts,
            training,
            every=self.return_sequences,
            reverse=self.go_backwards,
            unroll=self.unroll,
        )
        outputs, last, states = over_time(self.cell, steps, initial_state)
        if counts is not None and self.zero_output_for_mask:
            end = counts[0 if self.go_backwards else -1]
            last = tree.map_structure(lambda a: _zeroed(a, end), last)
            outputs = jax.tree.map(lambda a: _zeroed(a, counts), outputs)
        if self.go_backwards:
            outputs = jax.tree.map(lambda a: jnp.flip(a, 0), outputs)
        return last, jax.tree.map(lambda a: jnp.swapaxes(a, 0, 1), outputs), states

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Return the mask of the outputs of all steps, if these are returned."""
        found = next(iter(tree.flatten(previous_mask)), None)
        mask = found if self.return_sequences else None
        return [mask, *(None for _ in self.state_size)] if self.return_state else mask

    def get_initial_state(self, batch_size: Any) -> list[Any]:
        """Return the states that sequences begin with.

        Args:
            batch_size: The number of sequences.
        """
        return first_states(self.cell, batch_size, self.compute_dtype)

    def reset_state(self) -> None:
        """Set the states that a stateful layer carries on to what sequences begin with."""
        if self._carried:
            first = self.get_initial_state(self._carried[0].state.shape[0])
            for carried, state in zip(self._carried, tree.flatten(first), strict=True):
                carried.state.assign(state)

    def reset_states(self) -> None:
        """Do what `reset_state` does."""
        self.reset_state()

    def _carry(self, input_shape: Shape) -> None:
        if input_shape[0] is None:
            raise ValueError(
                f"{self._where}: `stateful=True` needs a batch size; got sequences of shape "
                f"{input_shape}. Give the model an `Input(batch_shape=(size, steps, features))`."
            )
        first = self.get_initial_state(input_shape[0])
        for state in tree.flatten(first):
            variable = Variable(state, dtype=self.variable_dtype, trainable=False, name="rnn_state")
            self._carried.append(CarriedState(variable))
        # Like the state of a seed generator: part of a run, and of no file.
        self._seed_generators.extend(self._carried)  # type: ignore[arg-type]

    def _checked(self, states: Any, batch_size: Any) -> list[Any]:
        """The first states, in the form and dtype of those that sequences begin with."""
        first = self.get_initial_state(batch_size)
        if states is None:
            return first
        expected, found = tree.flatten(first), tree.flatten(states)
        fits = len(found) == len(expected) and all(
            a.shape[1:] == b.shape[1:] for a, b in zip(found, expected, strict=True)
        )
        if not fits or any(state.shape[0] != batch_size for state in found):
            raise ValueError(
                f"{self._where}: the first states must have the shapes "
                f"{[state.shape for state in expected]}, for a batch of {batch_size}; got "
                f"{[state.shape for state in found]}. Pass as `initial_state` one array for each "
                "state of the cell; a stateful layer takes batches of one size only."
            )
        cast = [a.astype(b.dtype) for a, b in zip(found, expected, strict=True)]
        return tree.pack_sequence_as(first, cast)

    def _counts(self, mask: Any, sequences: Array) -> Array:
        """The mask with the steps first."""
        mask = jnp.asarray(tree.flatten(mask)[0]).astype(bool)
        if mask.ndim > 2 and mask.shape[2:] == (1,) * (mask.ndim - 2):
            mask = mask.reshape(mask.shape[:2])
        if mask.shape != sequences.shape[:2]:
            raise ValueError(
                f"{self._where}: the mask must say of each step of each sequence whether it counts, "
                f"in the shape {sequences.shape[:2]} of the first two axes of {sequences.shape}; got "
                f"the shape {mask.shape}."
            )
        return mask.T


def _zeroed(outputs: Array, counts: Array) -> Array:
    counts = counts.reshape(*counts.shape, *(1,) * (outputs.ndim - counts.ndim))
    return jnp.where(counts, outputs, jnp.zeros((), outputs.dtype))
