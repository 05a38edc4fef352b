"""RMSprop: gradients divided by their recent size."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.scope import Hyperparameter
from ppul.core.types import Array
from ppul.ops import lowering
from ppul.optimizers.base import Optimizer, Slots


class RMSprop(Optimizer):
    """Steps by the gradient over the root of the mean of its squares.

    Args:
        learning_rate: A number or schedule.
        rho: Decay of the means.
        momentum: Fraction of the last step that is added to the next.
        epsilon: Added under the root.
        centered: Whether to divide by the deviation from the mean gradient instead.
        **kwargs: See `Optimizer`.

    Source: Tieleman and Hinton 2012, Coursera lecture 6.5; centered: Graves 2013,
    arXiv:1308.0850.

    Example:
        >>> RMSprop(momentum=0.9).momentum
        0.9

    """

    momentum = Hyperparameter()
    slots_apart = ("velocity", "momentum", "average_gradient")

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
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
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered

    def slots(self, w: Array) -> Slots:
        """Return the running means, and the momentum if there is any."""
        names = {
            "velocity": True,
            "momentum": self.__dict__["momentum"] > 0,
            "average_gradient": self.centered,
        }
        return {name: jnp.zeros_like(w) for name, used in names.items() if used}

    @lowering.elementwise
    def update(
        self, w: Array, g: Array, slots: Slots, rate: Array, step: Array
    ) -> tuple[Array, Slots]:
        """Return the weight and what is remembered after one step."""
        v = self.rho * slots["velocity"] + (1 - self.rho) * jnp.square(g)
        new = {"velocity": v}
        if self.centered:
            mean = self.rho * slots["average_gradient"] + (1 - self.rho) * g
            new["average_gradient"] = mean
            v = v - jnp.square(mean)
        change = rate * g / jnp.sqrt(v + self.epsilon)
        if "momentum" in slots:
            change = new["momentum"] = self.momentum * slots["momentum"] + change
        return w - change, new
