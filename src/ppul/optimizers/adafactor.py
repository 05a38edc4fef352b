"""Adafactor: squares of gradients kept as a row and a column for each matrix."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.optimizers.base import Optimizer, Slots


class Adafactor(Optimizer):
    """Steps in proportion to a weight's own size, with few numbers remembered.

    Args:
        learning_rate: A number or schedule; a bound where `relative_step` is on.
        beta_2_decay: Power of the step by which the mean of squares forgets less and less.
        epsilon_1: Added to squares of gradients.
        epsilon_2: Least size of a weight that counts.
        clip_threshold: Largest root mean square of an update.
        relative_step: Whether the rate is at most one over the root of the step.
        **kwargs: See `Optimizer`.

    Source: Shazeer and Stern 2018, arXiv:1804.04235, algorithms 4 and 5.

    Example:
        >>> Adafactor().clip_threshold
        1.0
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_2_decay: float = -0.8,
        epsilon_1: float = 1e-30,
        epsilon_2: float = 1e-3,
        clip_threshold: float = 1.0,
        relative_step: bool = True,
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
        self.beta_2_decay = beta_2_decay
        self.epsilon_1 = epsilon_1
        self.epsilon_2 = epsilon_2
        self.clip_threshold = clip_threshold
        self.relative_step = relative_step

    def slots(self, w: Array) -> Slots:
        """Return the mean squares of rows, of columns, and of elements.

        All three are kept for every weight, as in Keras's files; what is read of a matrix are the
        first two, of a vector the last.
        """
        row, column = jnp.zeros((), "int32"), jnp.zeros((), "int32")
        if w.ndim > 1:
            row, column = jnp.zeros_like(w[..., 0]), jnp.zeros_like(w[..., 0, :])
        return {"row": row, "column": column, "velocity": jnp.zeros_like(w)}

    def update(
        self, w: Array, g: Array, slots: Slots, rate: Array, step: Array
    ) -> tuple[Array, Slots]:
        """Return the weight and the mean squares after one step."""
        if self.relative_step:
            rate = jnp.minimum(rate, 1 / jnp.sqrt(step))
        rate = rate * jnp.maximum(self.epsilon_2, _rms(w))
        decay = 1 - step**self.beta_2_decay
        squares = jnp.square(g) + self.epsilon_1
        if w.ndim > 1:
            row = decay * slots["row"] + (1 - decay) * squares.mean(-1)
            column = decay * slots["column"] + (1 - decay) * squares.mean(-2)
            size = row / row.mean(-1, keepdims=True)
            slots = slots | {"row": row, "column": column}
            v = size[..., None] * column[..., None, :]
        else:
            v = decay * slots["velocity"] + (1 - decay) * squares
        change = g / jnp.sqrt(v)
        change = change / jnp.maximum(1.0, _rms(change) / self.clip_threshold)
        return w - rate * change, slots | {"velocity": v}


def _rms(x: Array) -> Array:
    return jnp.sqrt(jnp.mean(jnp.square(x)))
