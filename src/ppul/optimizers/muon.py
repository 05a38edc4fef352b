"""Muon: steps along the nearest orthogonal matrix to the momentum, and AdamW for all else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.core.variable import Variable
from ppul.optimizers.adam import adam_step
from ppul.optimizers.base import Optimizer, Slots

# Added to the size of a matrix that is divided by it.
_LEAST = 1e-7


class Muon(Optimizer):
    """Steps of matrices by their momentum made orthogonal, and of other weights as AdamW's.

    Args:
        learning_rate: A number or schedule.
        adam_beta_1: AdamW's decay of the mean.
        adam_beta_2: AdamW's decay of the mean of squares.
        adam_weight_decay: Fraction of each weight of AdamW's, times the rate, that is taken off.
        epsilon: Added to AdamW's root.
        weight_decay: Fraction of each matrix, times the rate, taken off before each step.
        exclude_layers: Regular expressions; matrices in whose path one is found are AdamW's.
        exclude_embeddings: Whether matrices in whose path "embedding" is found are AdamW's.
        muon_a: Factor of the matrix in the polynomial that makes it orthogonal.
        muon_b: Factor of its third power.
        muon_c: Factor of its fifth power.
        adam_lr_ratio: AdamW's rate over Muon's.
        momentum: Decay of the sum of gradients.
        ns_steps: How often the polynomial is applied.
        nesterov: Whether the momentum is taken one step ahead.
        rms_rate: Size of a step's elements, which is AdamW's by default; None leaves it.
        **kwargs: See `Optimizer`.

    Source: Jordan et al. 2024, https://kellerjordan.github.io/posts/muon; the size of steps: Liu et
        al. 2025, arXiv:2502.16982.

    Example:
        >>> import numpy as np
        >>> step = Muon().zeropower_via_newtonschulz5(jnp.array([[3.0, 0.0], [0.0, 1.0]]), 5)
        >>> np.linalg.svd(step, compute_uv=False).round(1).tolist()
        [1.1, 0.8]
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        adam_beta_1: float = 0.9,
        adam_beta_2: float = 0.999,
        adam_weight_decay: float | None = 0.004,
        epsilon: float = 1e-7,
        weight_decay: float | None = 0.004,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        exclude_layers: Sequence[str] | None = None,
        exclude_embeddings: bool = True,
        muon_a: float = 3.4445,
        muon_b: float = -4.775,
        muon_c: float = 2.0315,
        adam_lr_ratio: float = 1,
        momentum: float = 0.95,
        ns_steps: int = 5,
        nesterov: bool = True,
        rms_rate: float | None = 0.2,
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
        self.adam_beta_1, self.adam_beta_2 = adam_beta_1, adam_beta_2
        self.adam_weight_decay = adam_weight_decay
        self.epsilon = epsilon
        self.exclude_layers = list(exclude_layers or ())
        self.exclude_embeddings = exclude_embeddings
        self.muon_a, self.muon_b, self.muon_c = muon_a, muon_b, muon_c
        self.adam_lr_ratio = adam_lr_ratio
        self.momentum = momentum
        self.ns_steps = ns_steps
        self.nesterov = nesterov
        self.rms_rate = rms_rate

    def slots_of(self, variable: Variable) -> Slots:
        """Return the momentum, and for AdamW's weights the mean of squares."""
        names = ("momentum", "velocity") if self._is_adams(variable) else ("momentum",)
        return {name: jnp.zeros_like(variable._present()) for name in names}

    def decay_of(self, variable: Variable) -> Any:
        """Return Muon's or AdamW's weight decay."""
        if not self._decays(variable):
            return None
        return self.adam_weight_decay if self._is_adams(variable) else self.weight_decay

    def update(
        self, w: Array, g: Array, slots: Slots, rate: Array, step: Array
    ) -> tuple[Array, Slots]:
        """Return the weight and what is remembered after one step."""
        if "velocity" in slots:
            betas = self.adam_beta_1, self.adam_beta_2
            return adam_step(w, g, slots, rate * self.adam_lr_ratio, step, *betas, self.epsilon)
        m = self.momentum * slots["momentum"] + g
        ahead = g + self.momentum * m if self.nesterov else m
        direction = self.zeropower_via_newtonschulz5(ahead, self.ns_steps)
        return w - rate * self.lr_adjust(direction), {"momentum": m}

    def lr_adjust(self, x: Array) -> Array:
        """Return a step with elements as large as those of AdamW's, where `rms_rate` says so."""
        return x if self.rms_rate is None else x * self.rms_rate * max(x.shape) ** 0.5

    def transpose_last_axis(self, X: Array) -> Array:
        """Return matrices with rows and columns exchanged."""
        return jnp.swapaxes(X, -1, -2)

    def zeropower_via_newtonschulz5(self, x: Array, steps: int) -> Array:
        """Return a matrix with the singular vectors of `x` and singular values near one.

        Args:
            x: (rows, columns).
            steps: How often a polynomial is applied that brings singular values near one.
        """
        tall = x.shape[-2] > x.shape[-1]
        x = self.transpose_last_axis(x) if tall else x
        x = x / (jnp.linalg.norm(x, axis=(-2, -1), keepdims=True) + _LEAST)
        for _ in range(steps):
            square = x @ self.transpose_last_axis(x)
            x = self.muon_a * x + (self.muon_b * square + self.muon_c * square @ square) @ x
        return self.transpose_last_axis(x) if tall else x

    def _is_adams(self, variable: Variable) -> bool:
        path = variable.path.lower()
        embedding = self.exclude_embeddings and "embedding" in path
        excluded = any(re.search(name, variable.path) for name in self.exclude_layers)
        return len(variable.shape) != 2 or embedding or excluded
