"""Nadam: Adam with Nesterov's momentum."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import jax.numpy as jnp
import numpy as np

from ppul.core.settings import floatx
from ppul.core.types import Array
from ppul.core.variable import Variable
from ppul.ops import lowering
from ppul.optimizers.base import Optimizer, Slots
from ppul.optimizers.owner import read


class Nadam(Optimizer):
    """Adam whose mean of gradients is taken a step ahead.

    Args:
        learning_rate: A number or schedule.
        beta_1: Decay of the mean, approached over the first hundreds of steps.
        beta_2: Decay of the mean of squares.
        epsilon: Added to the root.
        **kwargs: See `Optimizer`.

    Source: Dozat 2016, https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ.

    Example:
        >>> Nadam().beta_1
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

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the slots, and the product of the momenta of all steps behind them."""
        if not self.built:
            super().build(variables)
            dtype = self._trainable_variables[0]._dtype if self._trainable_variables else floatx()
            self._product = self._make("momentum_product", np.ones((), dtype))

    def slots(self, w: Array) -> Slots:
        """Return the running means."""
        return {name: jnp.zeros_like(w) for name in ("momentum", "velocity")}

    def _update_all(self, grads: list[Array], variables: list[Variable], rate: Array) -> None:
        step = read(self.iterations) + 1
        self._product.assign(self._product.value * self._momentum(step))
        super()._update_all(grads, variables, rate)

    @lowering.elementwise
    def update(
        self, w: Array, g: Array, slots: Slots, rate: Array, step: Array
    ) -> tuple[Array, Slots]:
        """Return the weight and what is remembered after one step."""
        product = self._product.value.astype(w.dtype)
        now, ahead = self._momentum(step), self._momentum(step + 1)
        beta_1, beta_2 = jnp.asarray(self.beta_1, w.dtype), jnp.asarray(self.beta_2, w.dtype)
        m = slots["momentum"] + (g - slots["momentum"]) * (1 - beta_1)
        v = slots["velocity"] + (jnp.square(g) - slots["velocity"]) * (1 - beta_2)
        m_hat = ahead / (1 - product * ahead) * m + (1 - now) / (1 - product) * g
        v_hat = v / (1 - beta_2**step)
        w = w - rate * m_hat / (lowering.sqrt(v_hat) + self.epsilon)
        return w, {"momentum": m, "velocity": v}

    def _momentum(self, step: Array) -> Array:
        return self.beta_1 * (1 - 0.5 * 0.96**step)
