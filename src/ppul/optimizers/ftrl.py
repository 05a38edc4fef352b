"""FTRL: follow the regularized leader, for sparse linear models."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.checks import in_range
from ppul.core.types import Array
from ppul.ops import lowering
from ppul.optimizers.base import Optimizer, Slots


class Ftrl(Optimizer):
    """Steps to the minimum of all gradients so far with L1 and L2 penalties.

    Args:
        learning_rate: A number or schedule.
        learning_rate_power: How steps shrink with the squares so far; at most 0.
        initial_accumulator_value: Where the sums of squares start; at least 0.
        l1_regularization_strength: L1 penalty; at least 0.
        l2_regularization_strength: L2 penalty that stabilises; at least 0.
        l2_shrinkage_regularization_strength: L2 penalty on size; at least 0.
        beta: The paper's beta, part of the L2 penalty.
        **kwargs: See `Optimizer`.

    Source: McMahan et al. 2013, "Ad click prediction", KDD, algorithm 1.

    Example:
        >>> Ftrl(l1_regularization_strength=0.1).learning_rate_power
        -0.5

    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
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
        infinity = float("inf")
        self.learning_rate_power = in_range(
            "Ftrl", "learning_rate_power", learning_rate_power, -infinity, 0.0
        )
        self.initial_accumulator_value = in_range(
            "Ftrl", "initial_accumulator_value", initial_accumulator_value, 0.0, infinity
        )
        self.l1_regularization_strength = in_range(
            "Ftrl", "l1_regularization_strength", l1_regularization_strength, 0.0, infinity
        )
        self.l2_regularization_strength = in_range(
            "Ftrl", "l2_regularization_strength", l2_regularization_strength, 0.0, infinity
        )
        self.l2_shrinkage_regularization_strength = in_range(
            "Ftrl",
            "l2_shrinkage_regularization_strength",
            l2_shrinkage_regularization_strength,
            0.0,
            infinity,
        )
        self.beta = beta

    def slots(self, w: Array) -> Slots:
        """Return the sums of squares and of gradients."""
        n = jnp.full_like(w, self.initial_accumulator_value)
        return {"accumulator": n, "linear": jnp.zeros_like(w)}

    @lowering.elementwise
    def update(
        self, w: Array, g: Array, slots: Slots, rate: Array, step: Array
    ) -> tuple[Array, Slots]:
        """Return the weight and what is remembered after one step."""
        n, z, power = slots["accumulator"], slots["linear"], -self.learning_rate_power
        l1 = self.l1_regularization_strength
        l2 = self.l2_regularization_strength + self.beta / (2 * rate)
        new_n = n + jnp.square(g)
        shrunk = g + 2 * self.l2_shrinkage_regularization_strength * w
        z = z + shrunk - (new_n**power - n**power) / rate * w
        w = (jnp.clip(z, -l1, l1) - z) / (new_n**power / rate + 2 * l2)
        return w, {"accumulator": new_n, "linear": z}
