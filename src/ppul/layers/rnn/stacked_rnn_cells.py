"""StackedRNNCells: cells upon each other, as one cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ppul.core.types import Array, Shape, Tree
from ppul.layers.base import Layer
from ppul.layers.rnn.cells import build_cell, check_cell, first_states, output_size
from ppul.layers.rnn.over_time import Passed, Steps, over_time


class StackedRNNCells(Layer):
    """Cells of which each takes the output of the one below; the states are a list of theirs.

    Args:
        cells: The cells, the lowest first.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If one of them is no cell.

    Example:
        >>> import numpy as np
        >>> from ppul.layers.rnn.rnn import RNN
        >>> from ppul.layers.rnn.lstm import LSTMCell
        >>> RNN(StackedRNNCells([LSTMCell(4), LSTMCell(2)]))(np.ones((3, 5, 1))).shape
        (3, 2)
    """

    def __init__(self, cells: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(cells, (list, tuple)) or not cells:
            raise ValueError(f"{self._where}: `cells` must be a list of cells; got {cells!r}.")
        self.cells = [check_cell(self._where, cell) for cell in cells]

    @property
    def state_size(self) -> list[Any]:
        """The sizes of the states of each cell."""
        return [cell.state_size for cell in self.cells]

    @property
    def output_size(self) -> Any:
        """The size of the output of the last cell."""
        return output_size(self.cells[-1])

    def build(self, input_shape: Shape) -> None:
        """Build the cells, each for the output of the one below."""
        for cell in self.cells:
            build_cell(cell, input_shape)
            size = output_size(cell)
            input_shape = (input_shape[0], *(size if isinstance(size, tuple) else (size,)))

    def call(
        self, inputs: Array, states: Tree, training: bool = False, **kwargs: Any
    ) -> tuple[Any, list[Any]]:
        """Return the output of the last cell, and the next states of each.

        Args:
            inputs: (batch, ...).
            states: A list with the states of each cell.
            training: Whether the cells train.
            **kwargs: Passed on to the cells.
        """
        after = []
        for cell, before in zip(self.cells, states, strict=True):
            inputs, new = cell(inputs, before, **kwargs)
            after.append(new)
        return inputs, after

    def over_time(self, steps: Steps, states: list[Any]) -> Passed:
        """Return what it makes of a sequence: that of each cell is the sequence of the next."""
        passed: list[Passed] = []
        for cell, before in zip(self.cells, states, strict=True):
            inputs = passed[-1].outputs if passed else steps.inputs
            every = steps.every or cell is not self.cells[-1]
            passed.append(over_time(cell, steps._replace(inputs=inputs, every=every), before))
        return passed[-1]._replace(states=[each.states for each in passed])

    def get_initial_state(self, batch_size: Any = None) -> list[Any]:
        """Return the states that sequences begin with, a list for each cell.

        Args:
            batch_size: The number of sequences.
        """
        return [first_states(cell, batch_size, self.compute_dtype) for cell in self.cells]
