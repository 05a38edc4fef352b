"""Layers that make their cell themselves."""

from __future__ import annotations

from typing import Any

from ppul.layers.input_spec import InputSpec
from ppul.layers.rnn.gated_cell import GatedCell
from ppul.layers.rnn.rnn import RNN


class OfCell:
    """An attribute of a layer that is its cell's.

    Example:
        >>> class Layer:
        ...     units = OfCell()
        >>> class Cell:
        ...     units = 3
        >>> layer = Layer()
        >>> layer.cell = Cell()
        >>> layer.units
        3
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, layer: Any, owner: type | None = None) -> Any:
        return self if layer is None else getattr(layer.cell, self.name)

    def __set__(self, layer: Any, value: Any) -> None:
        setattr(layer.cell, self.name, value)


class GatedRNN(RNN):
    """An `RNN` over a cell that follows from its own arguments.

    Args:
        cell: The cell.
        **kwargs: See `RNN`.
    """

    # What a configuration holds instead are the arguments of the cell.
    _unsaved = ("cell", "implementation", "use_cudnn")

    activation = OfCell()
    use_bias = OfCell()
    kernel_initializer = OfCell()
    recurrent_initializer = OfCell()
    bias_initializer = OfCell()
    kernel_regularizer = OfCell()
    recurrent_regularizer = OfCell()
    bias_regularizer = OfCell()
    kernel_constraint = OfCell()
    recurrent_constraint = OfCell()
    bias_constraint = OfCell()
    dropout = OfCell()
    recurrent_dropout = OfCell()
    seed = OfCell()

    def __init__(self, cell: GatedCell, **kwargs: Any) -> None:
        super().__init__(cell, **kwargs)
        self.input_spec = InputSpec(ndim=3)


def cell_arguments(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return name, dtype and whether to train of the cell of a layer with these arguments.

    Example:
        >>> cell_arguments("lstm_cell", {"dtype": "float16", "name": "decoder"})
        {'name': 'lstm_cell', 'dtype': 'float16', 'trainable': True}
    """
    return {
        "name": name,
        "dtype": given.get("dtype"),
        "trainable": given.get("trainable", True),
    }
