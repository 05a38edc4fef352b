"""Adagrad: gradients divided by the size of all before."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.ops import lowering
from ppul.optimizers.base import Optimizer, Slots


class Adagrad(Optimizer):
    """Steps by the gradient over the root of the sum of all its squares.

    Args:
        learning_rate: A number or schedule.
        initial_accumulator_value: Where the sums start.
        epsilon: Added under the root.
        **kwargs: See `Optimizer`.

    Source: Duchi, Hazan and Singer 2011, JMLR 12, p. 2121.

    Example:
        >>> Adagrad().initial_accumulator_value
        0.1

    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        initial_accumulator_value: float = 0.1,
        epsilon: float = 1e-7,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            learning_rate=learning_rate,
            weight_decay=weight_decay,
            clipnorm=clipnorm,
            clipvalue=clipvalue,
            global_clipnorm=global_clipnorm,
            use_ema=use_ema,
            ema_momentum=ema_momentum,
            ema_overwrite_frequency=ema_overwrite_frequency,
            loss_scale_factor=loss_scale_factor,
            gradient_accumulation_steps=gradient_accumulation_steps,
            name=name,
            **kwargs,
        )
        self.initial_accumulator_value = initial_accumulator_value
        self.epsilon = epsilon

    def slots(self, w: Array) -> Slots:
        """Return the sum of squares."""
        return {"accumulator": jnp.full_like(w, self.initial_accumulator_value)}

    @lowering.elementwise
    def update(
        self, w: Array, g: Array, slots: Slots, rate: Array, step: Array
    ) -> tuple[Array, Slots]:
        """Return the weight and what is remembered after one step."""
        total = slots["accumulator"] + jnp.square(g)
        return w - rate * g / jnp.sqrt(total + self.epsilon), {"accumulator": total}
