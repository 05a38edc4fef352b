"""ScheduleFreeAdamW: AdamW whose averages take the place of a schedule of its rate."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.ops import lowering
from ppul.optimizers.base import Optimizer, Slots


class ScheduleFreeAdamW(Optimizer):
    """AdamW whose weights stay between a fast sequence, which steps, and the mean of it.

    Args:
        learning_rate: A number or schedule.
        beta_1: How far the weights are from the fast sequence to its mean.
        beta_2: Decay of the mean of squares.
        epsilon: Added to the root.
        warmup_steps: Over how many steps the rate rises from zero.
        weight_decay: Fraction of each weight, times the rate, taken off before each step.
        **kwargs: See `Optimizer`.

    Source: Defazio et al. 2024, arXiv:2405.15682, algorithm 1, with equal weights in the mean.

    Example:
        >>> ScheduleFreeAdamW(warmup_steps=100).warmup_steps
        100
    """

    def __init__(
        self,
        learning_rate: Any = 0.0025,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        warmup_steps: int = 0,
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
        self.warmup_steps = warmup_steps

    def slots(self, w: Array) -> Slots:
        """Return the fast sequence, which starts at the weight, and the mean of squares."""
        return {"momentum": w, "velocity": jnp.zeros_like(w)}

    @lowering.elementwise
    def update(
        self, w: Array, g: Array, slots: Slots, rate: Array, step: Array
    ) -> tuple[Array, Slots]:
        """Return the weight and what is remembered after one step."""
        if self.warmup_steps:
            rate = rate * jnp.minimum(step / self.warmup_steps, 1)
        z = slots["momentum"]
        mean = (w - (1 - self.beta_1) * z) / self.beta_1
        v = slots["velocity"] + (jnp.square(g) - slots["velocity"]) * (1 - self.beta_2)
        # In 16 bits the decay would be one.
        seen = (1 - self.beta_2 ** step.astype("float32")).astype(v.dtype)
        z = z - rate * g / (lowering.sqrt(v / seen) + self.epsilon)
        mean = mean + (z - mean) / step
        return (1 - self.beta_1) * z + self.beta_1 * mean, {"momentum": z, "velocity": v}
