"""Adam and its relatives: momentum divided by the size of gradients."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.ops import lowering
from ppul.optimizers.base import Optimizer, Slots


@lowering.elementwise
def adam_step(
    w: Array,
    g: Array,
    slots: Slots,
    rate: Array,
    step: Array,
    beta_1: float,
    beta_2: float,
    epsilon: float,
) -> tuple[Array, Slots]:
    """Return a weight and its running means after one step of Adam, of AMSGrad with a third mean.

    Example:
        >>> zero, one = jnp.zeros(()), jnp.ones(())
        >>> means = {"momentum": zero, "velocity": zero}
        >>> w, _ = adam_step(zero, one, means, 0.1 * one, one, 0.9, 0.999, 1e-7)
        >>> round(float(w), 3)
        -0.1
    """
    rate = rate * jnp.sqrt(1 - beta_2**step) / (1 - beta_1**step)
    m = slots["momentum"] + (g - slots["momentum"]) * (1 - beta_1)
    v = slots["velocity"] + (jnp.square(g) - slots["velocity"]) * (1 - beta_2)
    new = {"momentum": m, "velocity": v}
    if "velocity_hat" in slots:
        v = new["velocity_hat"] = jnp.maximum(slots["velocity_hat"], v)
    return w - m * rate / (lowering.sqrt(v) + epsilon), new


class Adam(Optimizer):
    """Steps by the mean of gradients over the root of the mean of their squares.

    Args:
        learning_rate: A number or schedule.
        beta_1: Decay of the mean.
        beta_2: Decay of the mean of squares.
        epsilon: Added to the root.
        amsgrad: Whether to divide by the largest root so far.
        **kwargs: See `Optimizer`.

    Source: Kingma and Ba 2014, arXiv:1412.6980; amsgrad: Reddi et al. 2018.

    Example:
        >>> float(Adam(0.01).learning_rate)
        0.009999999776482582
    """

    slots_apart = ("velocity_hat",)

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
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
        self.amsgrad = amsgrad

    def slots(self, w: Array) -> Slots:
        """Return the running means."""
        names = ("momentum", "velocity", *(["velocity_hat"] if self.amsgrad else []))
        return {name: jnp.zeros_like(w) for name in names}

    def update(
        self, w: Array, g: Array, slots: Slots, rate: Array, step: Array
    ) -> tuple[Array, Slots]:
        """Return the weight and the means after one step."""
        return adam_step(w, g, slots, rate, step, self.beta_1, self.beta_2, self.epsilon)


class AdamW(Adam):
    """Adam with weight decay apart from the gradients.

    Args:
        learning_rate: A number or schedule.
        weight_decay: Fraction of each weight, times the rate, taken off before each step.
        beta_1: Decay of the mean.
        beta_2: Decay of the mean of squares.
        epsilon: Added to the root.
        amsgrad: Whether to divide by the largest root so far.
        **kwargs: See `Optimizer`.

    Raises:
        ValueError: If `weight_decay` is None.

    Source: Loshchilov and Hutter 2017, arXiv:1711.05101.

    Example:
        >>> AdamW().weight_decay
        0.004
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
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
        if weight_decay is None:
            raise ValueError("AdamW: `weight_decay` must be a number; got None. Adam needs none.")
        super().__init__(
            learning_rate=learning_rate,
            beta_1=beta_1,
            beta_2=beta_2,
            epsilon=epsilon,
            amsgrad=amsgrad,
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
