"""GRU: a cell with gates for keeping and for resetting its output."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul import activations
from ppul.core.checks import one_of, positive_int
from ppul.core.types import Array, Identifier, Shape
from ppul.layers.rnn.gated_cell import GatedCell
from ppul.layers.rnn.gated_rnn import GatedRNN, OfCell, cell_arguments
from ppul.layers.rnn.over_time import Passed, Steps, step_by_step


class GRUCell(GatedCell):
    """Gated recurrent unit: gates for keeping the output before, and for resetting it.

    Args:
        units: Number of outputs.
        activation: Function of the candidate.
        recurrent_activation: Function of the gates.
        use_bias: Whether a bias is added.
        kernel_initializer: How the kernel (features, 3 * units) starts.
        recurrent_initializer: How the recurrent kernel (units, 3 * units) starts.
        bias_initializer: How the bias (2, 3 * units), or (3 * units,), starts.
        kernel_regularizer: Penalty on the kernel.
        recurrent_regularizer: Penalty on the recurrent kernel.
        bias_regularizer: Penalty on the bias.
        kernel_constraint: Applied to the kernel after each update.
        recurrent_constraint: Applied to the recurrent kernel after each update.
        bias_constraint: Applied to the bias after each update.
        dropout: Fraction of the inputs left out in training, the same in all steps.
        recurrent_dropout: Fraction of the outputs before left out, likewise.
        reset_after: Whether the gate for resetting comes after the product with the recurrent kernel,
            which has a bias of its own then, instead of before it.
        seed: Seed of dropout.
        **kwargs: `implementation`, which changes nothing here, and what `Layer` takes.

    Raises:
        ValueError: If `units` is not a positive integer, or a fraction not in [0, 1].

    Source: Cho et al. 2014, arXiv:1406.1078; with `reset_after`, as cuDNN computes it

    Example:
        >>> import numpy as np
        >>> output, states = GRUCell(4)(np.ones((2, 3)), [np.zeros((2, 4))])
        >>> output.shape, len(states)
        ((2, 4), 1)
    """

    gates = 3

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
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
        reset_after: bool = True,
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
        self.reset_after = reset_after

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
        size = 3 * self.units
        self._add_weights(
            (input_shape[-1], size),
            (self.units, size),
            (2, size) if self.reset_after else (size,),
        )

    def join(self, inputs: Array, product: Array) -> Array:
        ends = [2 * self.units]
        (gates, candidate), (added, recurrent) = (jnp.split(a, ends, -1) for a in (inputs, product))
        return jnp.concatenate([gates + added, candidate, recurrent], -1)

    def advance(self, joined: Array, states: list[Array]) -> list[Array]:
        keep, reset, candidate, recurrent = jnp.split(joined, 4, -1)
        reset = self.recurrent_activation(reset)
        return self._mixed(keep, candidate + reset * recurrent, states[0])

    def joined_bias(self) -> Array | None:
        bias = super().joined_bias()
        if bias is None or not self.reset_after:
            return bias
        (gates, candidate), (added, recurrent) = (jnp.split(b, [2 * self.units]) for b in bias)
        return jnp.concatenate([gates + added, candidate, recurrent])

    def step(self, inputs: Array, weights: Any, states: list[Array]) -> list[Array]:
        if self.reset_after:
            return super().step(inputs, weights, states)
        first, second = self._apart(weights)
        bias = self.joined_bias()
        inputs = inputs if bias is None else inputs + bias
        gates, candidate = jnp.split(inputs, [2 * self.units], -1)
        gates = gates + self.recurrent_product(first, states[0])
        keep, reset = jnp.split(gates, 2, -1)
        reset = self.recurrent_activation(reset)
        recurrent = self.recurrent_product(second, reset * states[0])
        return self._mixed(keep, candidate + recurrent, states[0])

    def recur(self, steps: Steps, weights: Any, states: list[Array]) -> Passed:
        if self.reset_after:
            return super().recur(steps, weights, states)

        def call(inputs: Array, states: list[Array]) -> tuple[Array, list[Array]]:
            new = self.step(inputs, weights, states)
            return new[0], new

        return step_by_step(call, steps, states)[0]

    def _mixed(self, keep: Array, candidate: Array, output: Array) -> list[Array]:
        keep = self.recurrent_activation(keep)
        return [keep * output + (1 - keep) * self.activation(candidate)]

    def _apart(self, weights: Any) -> tuple[Any, Any]:
        """The weights of the gates, and those of the candidate."""
        kernel, masks = weights
        kernels = jnp.split(kernel, [2 * self.units], -1)
        first, second = (None, None) if masks is None else (masks[:2], masks[2:])
        return (kernels[0], first), (kernels[1], second)


class GRU(GatedRNN):
    """`GRUCell` over a sequence.

    Args:
        units: Number of outputs.
        activation: Function of the candidate.
        recurrent_activation: Function of the gates.
        use_bias: Whether a bias is added.
        kernel_initializer: How the kernel (features, 3 * units) starts.
        recurrent_initializer: How the recurrent kernel (units, 3 * units) starts.
        bias_initializer: How the bias (2, 3 * units), or (3 * units,), starts.
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
        reset_after: Whether the gate for resetting comes after the product with the recurrent kernel,
            which has a bias of its own then, instead of before it.
        use_cudnn: Kept for Keras's signature: there is one way to compute it.
        **kwargs: `zero_output_for_mask`, `implementation`, which changes nothing here, and what `Layer`
            takes; see `RNN`.

    Example:
        >>> import numpy as np
        >>> GRU(4, return_sequences=True)(np.ones((2, 5, 3))).shape
        (2, 5, 4)
    """

    units = OfCell()
    recurrent_activation = OfCell()
    reset_after = OfCell()

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
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
        seed: int | None = None,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        reset_after: bool = True,
        use_cudnn: Any = "auto",
        **kwargs: Any,
    ) -> None:
        kwargs.pop("implementation", None)  # there is one
        cell = GRUCell(
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
            reset_after=reset_after,
            seed=seed,
            **cell_arguments("gru_cell", kwargs),
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
