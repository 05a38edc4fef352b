"""Adadelta: steps in the units of the weights."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.ops import lowering
from ppul.optimizers.base import Optimizer, Slots


class Adadelta(Optimizer):
    """Steps by the gradient times the recent size of steps over that of gradients.

    Args:
        learning_rate: A number or schedule; 1 is the paper's.
        rho: Decay of the means of squares.
        epsilon: Added under the roots.
        **kwargs: See `Optimizer`.

    Source: Zeiler 2012, arXiv:1212.5701.

    Example:
        >>> Adadelta(1.0).rho
        0.95

    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.95,
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
        self.rho = rho
        self.epsilon = epsilon

    def slots(self, w: Array) -> Slots:
        """Return the means of the squares of gradients and of steps."""
        return {name: jnp.zeros_like(w) for name in ("accumulated_grad", "accumulated_delta_var")}

    @lowering.elementwise
    def update(
        self, w: Array, g: Array, slots: Slots, rate: Array, step: Array
    ) -> tuple[Array, Slots]:
        """Return the weight and what is remembered after one step."""
        mean_g = self.rho * slots["accumulated_grad"] + (1 - self.rho) * jnp.square(g)
        mean_d = slots["accumulated_delta_var"]
        change = g * jnp.sqrt(mean_d + self.epsilon) / jnp.sqrt(mean_g + self.epsilon)
        mean_d = self.rho * mean_d + (1 - self.rho) * jnp.square(change)
        return w - rate * change, {"accumulated_grad": mean_g, "accumulated_delta_var": mean_d}
