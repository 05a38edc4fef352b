"""LAMB: Adam with a rate for each layer, for large batches."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.ops import lowering
from ppul.optimizers.base import Optimizer, Slots


class Lamb(Optimizer):
    """Adam whose step on each weight is as long as the weight, times the rate.

    Args:
        learning_rate: A number or schedule.
        beta_1: Decay of the mean.
        beta_2: Decay of the mean of squares.
        epsilon: Added to the root.
        **kwargs: See `Optimizer`.

    Source: You et al. 2019, arXiv:1904.00962, algorithm 2.

    Example:
        >>> Lamb().beta_1
        0.9

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
        """Return the running means."""
        return {name: jnp.zeros_like(w) for name in ("momentum", "velocity")}

    def update(
        self, w: Array, g: Array, slots: Slots, rate: Array, step: Array
    ) -> tuple[Array, Slots]:
        """Return the weight and what is remembered after one step."""
        m = slots["momentum"] + (g - slots["momentum"]) * (1 - self.beta_1)
        v = slots["velocity"] + (jnp.square(g) - slots["velocity"]) * (1 - self.beta_2)
        m_hat, v_hat = m / (1 - self.beta_1**step), v / (1 - self.beta_2**step)
        r = m_hat / (lowering.sqrt(v_hat) + self.epsilon)
        w_norm, r_norm = (jnp.sqrt(jnp.sum(jnp.square(x))) for x in (w, r))
        trust = jnp.where((w_norm > 0) & (r_norm > 0), w_norm / r_norm, 1.0)
        return w - trust * rate * r, {"momentum": m, "velocity": v}
