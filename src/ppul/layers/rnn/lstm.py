"""LSTM: a cell with a carry that gates write to, keep and read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp

from ppul import activations
from ppul.core.checks import one_of, positive_int
from ppul.core.types import Array, Identifier, Shape
from ppul.layers.rnn.gated_cell import GatedCell
from ppul.layers.rnn.gated_rnn import GatedRNN, OfCell, cell_arguments


class LSTMCell(GatedCell):
    """Long short-term memory: gates for letting in, keeping and letting out a carry.

    Args:
        units: Number of outputs.
        activation: Function of the candidate.
        recurrent_activation: Function of the gates.
        use_bias: Whether a bias is added.
        kernel_initializer: How the kernel (features, 4 * units) starts.
        recurrent_initializer: How the recurrent kernel (units, 4 * units) starts.
        bias_initializer: How the bias (4 * units,) starts.
        unit_forget_bias: Whether the bias of the gate for keeping starts at one.
        kernel_regularizer: Penalty on the kernel.
        recurrent_regularizer: Penalty on the recurrent kernel.
        bias_regularizer: Penalty on the bias.
        kernel_constraint: Applied to the kernel after each update.
        recurrent_constraint: Applied to the recurrent kernel after each update.
        bias_constraint: Applied to the bias after each update.
        dropout: Fraction of the inputs left out in training, the same in all steps.
        recurrent_dropout: Fraction of the outputs before left out, likewise.
        seed: Seed of dropout.
        **kwargs: `implementation`, which changes nothing here, and what `Layer` takes.

    Raises:
        ValueError: If `units` is not a positive integer, or a fraction not in [0, 1].

    Source: Hochreiter and Schmidhuber 1997, https://doi.org/10.1162/neco.1997.9.8.1735

    Example:
        >>> import numpy as np
        >>> output, states = LSTMCell(4)(np.ones((2, 3)), [np.zeros((2, 4)), np.zeros((2, 4))])
        >>> output.shape, len(states)
        ((2, 4), 2)
    """

    gates = 4

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Identifier = "glorot_uniform",
        recurrent_initializer: Identifier = "orthogonal",
        bias_initializer: Identifier = "zeros",
        unit_forget_bias: bool = True,
        kernel_regularizer: Identifier = None,
        recurrent_regularizer: Identifier = None,
        bias_regularizer: Identifier = None,
        kernel_constraint: Identifier = None,
        recurrent_constraint: Identifier = None,
        bias_constraint: Identifier = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.pop("implementation", None)  # there is one
        super().__init__(
            activation=activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            recurrent_initializer=recurrent_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            recurrent_regularizer=recurrent_regularizer,
            bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint,
            recurrent_constraint=recurrent_constraint,
            bias_constraint=bias_constraint,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            seed=seed,
            **kwargs,
        )
        self.units = positive_int(self._where, "units", units)
        self.recurrent_activation = activations.get(recurrent_activation)
        self.unit_forget_bias = unit_forget_bias

    @property
    def state_size(self) -> list[int]:
        """The sizes of the output and of the carry."""
        return [self.units, self.units]

    @property
    def output_size(self) -> int:
        """The size of the output."""
        return self.units

    def build(self, input_shape: Shape) -> None:
        """Make the kernels and the bias."""
        size = 4 * self.units
        self._add_weights(
            (input_shape[-1], size),
            (self.units, size),
            (size,),
            forgetting_less(self.bias_initializer) if self.unit_forget_bias else None,
        )

    def advance(self, joined: Array, states: list[Array]) -> list[Array]:
        return lstm_step(self, joined, states[1])


def lstm_step(cell: Any, gates: Array, carry: Array) -> list[Array]:
    """Return the next output and the next carry.

    Args:
        cell: It has the functions `activation` and `recurrent_activation`.
        gates: What goes into the gates and the candidate.
        carry: The carry before.
    """
    let_in, keep, candidate, let_out = jnp.split(gates, 4, -1)
    open_to = cell.recurrent_activation
    carry = open_to(keep) * carry + open_to(let_in) * cell.activation(candidate)
    return [open_to(let_out) * cell.activation(carry), carry]


def forgetting_less(initializer: Callable[..., Array]) -> Callable[..., Array]:
    """Return an initializer of the biases of the four gates that starts that for keeping at one.

    Source: Jozefowicz et al. 2015, https://proceedings.mlr.press/v37/jozefowicz15.html
    """

    def initialize(shape: tuple[int, ...], dtype: Any = None) -> Array:
        units = shape[0] // 4
        ends = [initializer((size,), dtype=dtype) for size in (units, 2 * units)]
        return jnp.concatenate([ends[0], jnp.ones((units,), dtype), ends[1]])

    return initialize


class LSTM(GatedRNN):
    """`LSTMCell` over a sequence.

    Args:
        units: Number of outputs.
        activation: Function of the candidate.
        recurrent_activation: Function of the gates.
        use_bias: Whether a bias is added.
        kernel_initializer: How the kernel (features, 4 * units) starts.
        recurrent_initializer: How the recurrent kernel (units, 4 * units) starts.
        bias_initializer: How the bias (4 * units,) starts.
        unit_forget_bias: Whether the bias of the gate for keeping starts at one.
        kernel_regularizer: Penalty on the kernel.
        recurrent_regularizer: Penalty on the recurrent kernel.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the output.
        kernel_constraint: Applied to the kernel after each update.
        recurrent_constraint: Applied to the recurrent kernel after each update.
        bias_constraint: Applied to the bias after each update.
        dropout: Fraction of the inputs left out in training, the same in all steps.
        recurrent_dropout: Fraction of the outputs before left out, likewise.
        seed: Seed of dropout.
        return_sequences: Whether to return the outputs of all steps instead of the last one.
        return_state: Whether to return the last state too.
        go_backwards: Whether the last step comes first; outputs are in that order too.
        stateful: Whether sequences go on where those of the batch before ended.
        unroll: Whether steps are compiled one after the other, without a loop.
        use_cudnn: Kept for Keras's signature: there is one way to compute it.
        **kwargs: `zero_output_for_mask`, `implementation`, which changes nothing here, and what `Layer`
            takes; see `RNN`.

    Example:
        >>> import numpy as np
        >>> output, hidden, carry = LSTM(4, return_state=True)(np.ones((2, 5, 3)))
        >>> output.shape, hidden.shape, carry.shape
        ((2, 4), (2, 4), (2, 4))
    """

    units = OfCell()
    recurrent_activation = OfCell()
    unit_forget_bias = OfCell()

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Identifier = "glorot_uniform",
        recurrent_initializer: Identifier = "orthogonal",
        bias_initializer: Identifier = "zeros",
        unit_forget_bias: bool = True,
        kernel_regularizer: Identifier = None,
        recurrent_regularizer: Identifier = None,
        bias_regularizer: Identifier = None,
        activity_regularizer: Identifier = None,
        kernel_constraint: Identifier = None,
        recurrent_constraint: Identifier = None,
        bias_constraint: Identifier = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        use_cudnn: Any = "auto",
        **kwargs: Any,
    ) -> None:
        kwargs.pop("implementation", None)  # there is one
        cell = LSTMCell(
            units,
            activation=activation,
            recurrent_activation=recurrent_activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            recurrent_initializer=recurrent_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            recurrent_regularizer=recurrent_regularizer,
            bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint,
            recurrent_constraint=recurrent_constraint,
            bias_constraint=bias_constraint,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            unit_forget_bias=unit_forget_bias,
            seed=seed,
            **cell_arguments("lstm_cell", kwargs),
        )
        super().__init__(
            cell,
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            unroll=unroll,
            activity_regularizer=activity_regularizer,
            **kwargs,
        )
        self.use_cudnn = one_of(self._where, "use_cudnn", use_cudnn, ("auto", True, False))
