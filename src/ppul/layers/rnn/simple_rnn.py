"""SimpleRNN: a dense layer that also takes its output of the step before."""

from __future__ import annotations

from typing import Any

from ppul.core.checks import positive_int
from ppul.core.types import Array, Identifier, Shape
from ppul.layers.rnn.gated_cell import GatedCell
from ppul.layers.rnn.gated_rnn import GatedRNN, OfCell, cell_arguments


class SimpleRNNCell(GatedCell):
    """`activation(inputs @ kernel + output @ recurrent_kernel + bias)`.

    Args:
        units: Number of outputs.
        activation: Function of the output.
        use_bias: Whether a bias is added.
        kernel_initializer: How the kernel (features, units) starts.
        recurrent_initializer: How the recurrent kernel (units, units) starts.
        bias_initializer: How the bias (units,) starts.
        kernel_regularizer: Penalty on the kernel.
        recurrent_regularizer: Penalty on the recurrent kernel.
        bias_regularizer: Penalty on the bias.
        kernel_constraint: Applied to the kernel after each update.
        recurrent_constraint: Applied to the recurrent kernel after each update.
        bias_constraint: Applied to the bias after each update.
        dropout: Fraction of the inputs left out in training, the same in all steps.
        recurrent_dropout: Fraction of the outputs before left out, likewise.
        seed: Seed of dropout.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If `units` is not a positive integer, or a fraction not in [0, 1].

    Example:
        >>> import numpy as np
        >>> output, states = SimpleRNNCell(4)(np.ones((2, 3)), [np.zeros((2, 4))])
        >>> output.shape, len(states)
        ((2, 4), 1)
    """

    gates = 1

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        use_bias: bool = True,
        kernel_initializer: Identifier = "glorot_uniform",
        recurrent_initializer: Identifier = "orthogonal",
        bias_initializer: Identifier = "zeros",
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

    @property
    def state_size(self) -> int:
        """The size of the only state."""
        return self.units

    @property
    def output_size(self) -> int:
        """The size of the output."""
        return self.units

    def build(self, input_shape: Shape) -> None:
        """Make the kernels and the bias."""
        self._add_weights((input_shape[-1], self.units), (self.units, self.units), (self.units,))

    def call(  # type: ignore[override]  (Keras calls it so)
        self, sequence: Array, states: Any, training: bool = False
    ) -> tuple[Array, Any]:
        """Return the output of a step, which is the next state too.

        Args:
            sequence: (batch, features).
            states: The output before, in a list or as it is.
            training: Whether there is dropout.
        """
        return super().call(sequence, states, training)

    # What `call` does in every step, under either name of its argument.
    over_time = GatedCell.over_time

    def advance(self, joined: Array, states: list[Array]) -> list[Array]:
        return [self.activation(joined)]


class SimpleRNN(GatedRNN):
    """`SimpleRNNCell` over a sequence.

    Args:
        units: Number of outputs.
        activation: Function of the output.
        use_bias: Whether a bias is added.
        kernel_initializer: How the kernel (features, units) starts.
        recurrent_initializer: How the recurrent kernel (units, units) starts.
        bias_initializer: How the bias (units,) starts.
        kernel_regularizer: Penalty on the kernel.
        recurrent_regularizer: Penalty on the recurrent kernel.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the output.
        kernel_constraint: Applied to the kernel after each update.
        recurrent_constraint: Applied to the recurrent kernel after each update.
        bias_constraint: Applied to the bias after each update.
        dropout: Fraction of the inputs left out in training, the same in all steps.
        recurrent_dropout: Fraction of the outputs before left out, likewise.
        return_sequences: Whether to return the outputs of all steps instead of the last one.
        return_state: Whether to return the last state too.
        go_backwards: Whether the last step comes first; outputs are in that order too.
        stateful: Whether sequences go on where those of the batch before ended.
        unroll: Whether steps are compiled one after the other, without a loop.
        seed: Seed of dropout.
        **kwargs: `zero_output_for_mask`, and what `Layer` takes; see `RNN`.

    Example:
        >>> import numpy as np
        >>> SimpleRNN(4, return_sequences=True)(np.ones((2, 5, 3))).shape
        (2, 5, 4)
    """

    units = OfCell()

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        use_bias: bool = True,
        kernel_initializer: Identifier = "glorot_uniform",
        recurrent_initializer: Identifier = "orthogonal",
        bias_initializer: Identifier = "zeros",
        kernel_regularizer: Identifier = None,
        recurrent_regularizer: Identifier = None,
        bias_regularizer: Identifier = None,
        activity_regularizer: Identifier = None,
        kernel_constraint: Identifier = None,
        recurrent_constraint: Identifier = None,
        bias_constraint: Identifier = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        cell = SimpleRNNCell(
            units,
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
            **cell_arguments("simple_rnn_cell", kwargs),
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
