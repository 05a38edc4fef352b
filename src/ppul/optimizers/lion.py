"""Lion: the sign of a momentum."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.ops import lowering
from ppul.optimizers.base import Optimizer, Slots


class Lion(Optimizer):
    """Steps of one size, by the sign of an interpolated momentum.

    Args:
        learning_rate: A number or schedule; a tenth of Adam's is usual.
        beta_1: Share of the momentum in the sign, in (0, 1].
        beta_2: Decay of the momentum.
        **kwargs: See `Optimizer`.

    Raises:
        ValueError: If `beta_1` is not in (0, 1].

    Source: Chen et al. 2023, arXiv:2302.06675, algorithm 2.

    Example:
        >>> Lion(1e-4).beta_2
        0.99

    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.99,
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
        if beta_1 <= 0 or beta_1 > 1:
            raise ValueError(f"Lion: `beta_1` must be in (0, 1]; got {beta_1!r}.")
        self.beta_1 = beta_1
        self.beta_2 = beta_2

    def slots(self, w: Array) -> Slots:
        """Return the momentum."""
        return {"momentum": jnp.zeros_like(w)}

    @lowering.elementwise
    def update(
        self, w: Array, g: Array, slots: Slots, rate: Array, step: Array
    ) -> tuple[Array, Slots]:
        """Return the weight and what is remembered after one step."""
        m = slots["momentum"]
        w = w - rate * jnp.sign(m * self.beta_1 + g * (1 - self.beta_1))
        return w, {"momentum": m * self.beta_2 + g * (1 - self.beta_2)}
