"""Adamax: Adam by the largest gradient instead of the mean of squares."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.ops import lowering
from ppul.optimizers.base import Optimizer, Slots


class Adamax(Optimizer):
    """Steps by the mean of gradients over the largest recent one.

    Args:
        learning_rate: A number or schedule.
        beta_1: Decay of the mean.
        beta_2: Decay of the largest size.
        epsilon: Added to the largest size.
        **kwargs: See `Optimizer`.

    Source: Kingma and Ba 2014, arXiv:1412.6980, section 7.1.

    Example:
        >>> Adamax().beta_2
        0.999

    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
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
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon

    def slots(self, w: Array) -> Slots:
        """Return the running mean and largest size."""
        return {name: jnp.zeros_like(w) for name in ("momentum", "norm")}

    @lowering.elementwise
    def update(
        self, w: Array, g: Array, slots: Slots, rate: Array, step: Array
    ) -> tuple[Array, Slots]:
        """Return the weight and what is remembered after one step."""
        m = slots["momentum"] + (g - slots["momentum"]) * (1 - self.beta_1)
        u = jnp.maximum(self.beta_2 * slots["norm"], jnp.abs(g))
        rate = rate / (1 - self.beta_1**step)
        return w - rate * m / (u + self.epsilon), {"momentum": m, "norm": u}
