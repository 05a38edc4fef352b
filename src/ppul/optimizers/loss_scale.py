"""Dynamic scaling of the loss, so that gradients in 16 bits do not vanish."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from ppul.core.checks import in_range, positive_int
from ppul.core.serialization import serialize
from ppul.core.types import Array, Config
from ppul.core.variable import Variable
from ppul.optimizers.base import Optimizer
from ppul.optimizers.owner import change_if


class LossScaleOptimizer(Optimizer):
    """An optimizer around another that keeps the loss's scale as large as gradients allow.

    Where a gradient is not finite, the step is left out and the scale halved; after
    `dynamic_growth_steps` finite steps it is doubled.

    Args:
        inner_optimizer: The optimizer that takes the steps.
        initial_scale: The scale to start with.
        dynamic_growth_steps: After how many finite steps in a row the scale is doubled.
        name: Its name.
        **kwargs: None; options such as clipping belong to the inner optimizer.

    Raises:
        ValueError: If options are given that belong to the inner optimizer.

    Source: Micikevicius et al. 2018, arXiv:1710.03740.

    Example:
        >>> from ppul.optimizers.sgd import SGD
        >>> optimizer = LossScaleOptimizer(SGD(0.1), initial_scale=8.0)
        >>> optimizer.scale_loss(2.0)
        16.0
    """

    def __init__(
        self,
        inner_optimizer: Optimizer,
        initial_scale: float = 2.0**15,
        dynamic_growth_steps: int = 2000,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if not isinstance(inner_optimizer, Optimizer):
            raise ValueError(
                "LossScaleOptimizer: `inner_optimizer` must be an optimizer; got "
                f"{inner_optimizer!r}. Make one with `ppul.optimizers.get(...)`."
            )
        if kwargs:
            raise ValueError(
                f"LossScaleOptimizer: unknown argument(s) {sorted(kwargs)}. Give options such as "
                "`learning_rate` and `clipnorm` to the inner optimizer."
            )
        super().__init__(learning_rate=0.0, name=name)
        self.inner_optimizer = inner_optimizer
        self.initial_scale = in_range(
            "LossScaleOptimizer", "initial_scale", initial_scale, 0.0, float("inf")
        )
        self.dynamic_growth_steps = positive_int(
            "LossScaleOptimizer", "dynamic_growth_steps", dynamic_growth_steps
        )

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the counter, the scale, and the inner optimizer's slots."""
        if self.built:
            return
        self._trainable_variables = list(variables)
        self.step_counter = self._make("step_counter", np.zeros((), "int32"))
        self.dynamic_scale = self._make("dynamic_scale", np.float32(self.initial_scale))
        self.inner_optimizer.build(self._trainable_variables)
        self.built = True

    @property
    def variables(self) -> list[Variable]:
        """Its own variables, then the inner optimizer's."""
        return [*self._variables, *self.inner_optimizer.variables]

    @property
    def iterations(self) -> Any:
        """How many updates the inner optimizer has made."""
        return self.inner_optimizer.iterations

    @property
    def learning_rate(self) -> Any:
        """The inner optimizer's learning rate."""
        return self.inner_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        self.inner_optimizer.learning_rate = value

    def scale_loss(self, loss: Any) -> Any:
        """Return the loss times the scale."""
        scale = self.dynamic_scale.value if self.built else self.initial_scale
        return self.inner_optimizer.scale_loss(loss) * scale

    def apply(
        self, grads: Sequence[Any], trainable_variables: Sequence[Variable] | None = None
    ) -> None:
        """Update variables by their gradients, if these are finite, and the scale."""
        if trainable_variables is not None:
            self.build(trainable_variables)
        finite = self.check_finite(grads)
        weights, own = self._trainable_variables, self.variables
        changed = [*weights, *own]

        def step() -> None:
            scale = self.dynamic_scale.value
            unscaled = [None if g is None else g / scale for g in grads]
            self.inner_optimizer.apply(unscaled, trainable_variables)
            self._grow()

        def skip() -> None:
            self.step_counter.assign(0)
            self.dynamic_scale.assign(self.dynamic_scale.value / 2)

        change_if(finite, changed, step, skip)

    def check_finite(self, grads: Sequence[Any]) -> Array:
        """Return whether all elements of all gradients are finite."""
        return jnp.all(jnp.stack([jnp.all(jnp.isfinite(g)) for g in grads if g is not None]))

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        """Set the weights to the averages the inner optimizer kept, if any."""
        self.inner_optimizer.finalize_variable_values(var_list)

    def get_config(self) -> Config:
        """Return the constructor arguments."""
        return {
            "name": self.name,
            "inner_optimizer": serialize(self.inner_optimizer),
            "initial_scale": self.initial_scale,
            "dynamic_growth_steps": self.dynamic_growth_steps,
        }

    def _grow(self) -> None:
        steps = self.step_counter.value + 1
        due = steps == self.dynamic_growth_steps
        self.step_counter.assign(jnp.where(due, 0, steps))
        scale = self.dynamic_scale.value
        self.dynamic_scale.assign(jnp.where(due, scale * 2, scale))
