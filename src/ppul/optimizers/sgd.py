"""Stochastic gradient descent, with momentum."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.checks import in_range
from ppul.core.scope import Hyperparameter
from ppul.core.types import Array
from ppul.ops import lowering
from ppul.optimizers.base import Optimizer, Slots


class SGD(Optimizer):
    """Steps against the gradient, with momentum if asked.

    Args:
        learning_rate: A number or schedule.
        momentum: Fraction of the last step that is added to the next, in [0, 1].
        nesterov: Whether the gradient is taken a step ahead (Sutskever et al. 2013).
        **kwargs: See `Optimizer`.

    Example:
        >>> SGD(learning_rate=0.1, momentum=0.9).get_config()["momentum"]
        0.9
    """

    momentum = Hyperparameter()

    def __init__(
        self,
        learning_rate: Any = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
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
        self.momentum = in_range("SGD", "momentum", momentum, 0.0, 1.0)
        self.nesterov = nesterov

    def slots(self, w: Array) -> Slots:
        """Return the momentum, if there is any."""
        return {"momentum": jnp.zeros_like(w)} if self.__dict__["momentum"] != 0 else {}

    @lowering.elementwise
    def update(
        self, w: Array, g: Array, slots: Slots, rate: Array, step: Array
    ) -> tuple[Array, Slots]:
        """Return the weight after one step."""
        if not slots:
            return w - rate * g, {}
        m = self.momentum * slots["momentum"] - rate * g
        w = w + (self.momentum * m - rate * g if self.nesterov else m)
        return w, {"momentum": m}
