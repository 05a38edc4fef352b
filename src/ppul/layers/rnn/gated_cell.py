"""What the cells of ppul share: a product of the input, one of the output before, and gates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from ppul import activations, constraints, initializers, regularizers
from ppul.core import scope, tree
from ppul.core.types import Array, Identifier, Shape, Tree
from ppul.layers.rnn.cells import state_sizes, zero_states
from ppul.layers.rnn.dropout_cell import DropoutCell
from ppul.layers.rnn.over_time import Passed, Steps
from ppul.layers.rnn.recurrence import Recurrence, recur
from ppul.ops.lowering import materialize

Product = Callable[[Array, Array], Array]


class GatedCell(DropoutCell):
    """A cell whose first state is its output.

    A step is a product of the input with a kernel, one of the output before with another, and
    what `advance` makes of the two. Over a sequence the former is one product for all steps.

    Args:
        activation: Function of the candidate.
        use_bias: Whether a bias is added.
        kernel_initializer: How the kernel starts.
        recurrent_initializer: How the recurrent kernel starts.
        bias_initializer: How the bias starts.
        kernel_regularizer: Penalty on the kernel.
        recurrent_regularizer: Penalty on the recurrent kernel.
        bias_regularizer: Penalty on the bias.
        kernel_constraint: Applied to the kernel after each update.
        recurrent_constraint: Applied to the recurrent kernel after each update.
        bias_constraint: Applied to the bias after each update.
        **kwargs: See `DropoutCell`.
    """

    def __init__(
        self,
        *,
        activation: Any,
        use_bias: bool,
        kernel_initializer: Identifier,
        recurrent_initializer: Identifier,
        bias_initializer: Identifier,
        kernel_regularizer: Identifier,
        recurrent_regularizer: Identifier,
        bias_regularizer: Identifier,
        kernel_constraint: Identifier,
        recurrent_constraint: Identifier,
        bias_constraint: Identifier,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.recurrent_initializer = initializers.get(recurrent_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.recurrent_regularizer = regularizers.get(recurrent_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.recurrent_constraint = constraints.get(recurrent_constraint)
        self.bias_constraint = constraints.get(bias_constraint)

    def join(self, inputs: Array, product: Array) -> Array:
        """Return what goes into the gates, without their bias: the sum.

        Args:
            inputs: What `project` returned, of one step or of several.
            product: What `recurrent_product` returned, likewise; the result is linear in both.
        """
        return inputs + product

    def advance(self, joined: Array, states: list[Array]) -> list[Array]:
        """Return the next states.

        Args:
            joined: What `join` returned, and the bias.
            states: The states before.
        """
        raise NotImplementedError(f"{type(self).__name__} must define `advance`.")

    def call(self, inputs: Array, states: Tree, training: bool = False) -> tuple[Array, Tree]:
        """Return the output of a step and the next states.

        Args:
            inputs: (batch, ...).
            states: A list of the states, or the only one.
            training: Whether there is dropout.
        """
        x, old = self._inside(inputs), list(map(self._inside, tree.flatten(states)))
        projected = self.project(x, self._masks("dropout", x.shape, training=training))
        new = self.step(projected, self.recurrent_weights(old[0], training=training), old)
        new = list(map(self._outside, new))
        return new[0], new if isinstance(states, (list, tuple)) else new[0]

    def step(self, inputs: Array, weights: Any, states: list[Array]) -> list[Array]:
        """Return the next states.

        Args:
            inputs: What `project` returned.
            weights: What `recurrent_weights` returned.
            states: The states before.
        """
        joined = self.join(inputs, self.recurrent_product(weights, states[0]))
        bias = self.joined_bias()
        return self.advance(joined if bias is None else joined + bias, states)

    def over_time(self, steps: Steps, states: list[Array]) -> Passed:
        """Return what it makes of a sequence."""
        with scope.autocast(self.compute_dtype):
            x = self._inside(steps.inputs.astype(self.compute_dtype))
            states = list(map(self._inside, states))
            masks = self._masks("dropout", x.shape[1:], training=steps.training)
            weights = self.recurrent_weights(states[0], training=steps.training)
            passed = self.recur(steps._replace(inputs=self.project(x, masks)), weights, states)
        self.forget()
        return Passed(*jax.tree.map(self._outside, passed))

    def recur(self, steps: Steps, weights: Any, states: list[Array]) -> Passed:
        """Return what it makes of a sequence that is projected already."""
        what = Recurrence(
            self.recurrent_product,
            self.join,
            self.advance,
            every=steps.every,
            reverse=steps.reverse,
            unroll=steps.unroll,
        )
        bias = self.joined_bias()
        found: Any = recur(what, weights, bias, steps.inputs, states, steps.counts)
        outputs, states = found
        return Passed(outputs, states[0], states)

    def project(self, inputs: Array, masks: Array | None) -> Array:
        """Return what the inputs add to the gates.

        Args:
            inputs: One step, (batch, ...), or several, (steps, batch, ...).
            masks: Those of dropout.
        """
        return by_gate(self._input_product, inputs, self.kernel.value, masks)

    def recurrent_weights(self, output: Array, *, training: bool | None) -> Any:
        """Return what `recurrent_product` is of: the kernel, and the masks of dropout."""
        masks = self._masks("recurrent_dropout", output.shape, training=training)
        return self.recurrent_kernel.value, masks

    def recurrent_product(self, weights: Any, output: Array) -> Array:
        """Return what the output before adds to the gates, for one step or for several."""
        return by_gate(self._output_product, output, *weights)

    def joined_bias(self) -> Array | None:
        """Return the bias of what goes into the gates."""
        return None if self.bias is None else self.bias.value

    def get_initial_state(self, batch_size: Any = None) -> list[Array]:
        """Return zeros, a state each.

        Args:
            batch_size: The number of samples.
        """
        return zero_states(state_sizes(self), batch_size, self.compute_dtype)

    def _input_product(self, inputs: Array, kernel: Array) -> Array:
        """Inputs times kernel, one step or several."""
        return _matrix_product(inputs, kernel)

    def _output_product(self, output: Array, kernel: Array) -> Array:
        """Outputs times recurrent kernel, one step or several."""
        return _matrix_product(output, kernel)

    def _inside(self, x: Array) -> Array:
        """An input or a state with its channels last."""
        return x

    def _outside(self, x: Array) -> Array:
        """An output or a state with its channels where users have them."""
        return x

    def _add_weights(
        self,
        kernel: Shape,
        recurrent_kernel: Shape,
        bias: Shape,
        bias_initializer: Identifier = None,
    ) -> None:
        """Make the weights in these shapes; the bias may start in a way of its own."""
        self.kernel = self.add_weight(
            kernel,
            self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
            name="kernel",
        )
        self.recurrent_kernel = self.add_weight(
            recurrent_kernel,
            self.recurrent_initializer,
            regularizer=self.recurrent_regularizer,
            constraint=self.recurrent_constraint,
            name="recurrent_kernel",
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                bias,
                bias_initializer or self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
                name="bias",
            )


def by_gate(product: Product, x: Array, kernel: Array, masks: Array | None) -> Array:
    """Return the products with the kernels of all gates; each has a mask of its own for `x`.

    Args:
        product: Function of `x` and of a kernel.
        x: An input, (..., batch, ...).
        kernel: The kernels beside each other.
        masks: (gates, batch, ...), or None.
    """
    if masks is None:
        return product(x, kernel)
    kernels = jnp.split(kernel, len(masks), -1)
    return jnp.concatenate([product(x * m, k) for m, k in zip(masks, kernels, strict=True)], -1)


def _matrix_product(x: Array, kernel: Array) -> Array:
    """(..., features) times (features, units)."""
    product = _product(x.reshape(-1, x.shape[-1]), kernel)
    return product.reshape(*x.shape[:-1], kernel.shape[-1])


@jax.custom_vjp
def _product(x: Array, kernel: Array) -> Array:
    """A product of matrices; on CPU, the gradient by the second is faster from a turned copy."""
    return x @ kernel


def _product_backward(saved: tuple[Array, Array], dy: Array) -> tuple[Array, Array]:
    x, kernel = saved
    return dy @ kernel.T, materialize(x.T) @ dy


_product.defvjp(lambda x, kernel: (x @ kernel, (x, kernel)), _product_backward)
