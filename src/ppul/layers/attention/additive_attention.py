"""AdditiveAttention: attention by a sum of query and key instead of their product."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.layers.attention.attention import Attention


class AdditiveAttention(Attention):
    """For each query a mean of the values, by a softmax of sums of tanh(query + key).

    It is called on a list, as `Attention` is.

    Args:
        use_scale: Whether each feature of the tanh is multiplied by a learned number.
        dropout: Fraction of the attention weights that is left out while training.
        **kwargs: `seed`, that of the dropout; and see `Layer`.

    Raises:
        ValueError: If an argument is out of range, or it is not called on two or three inputs.

    Source: Bahdanau et al. 2014, arXiv:1409.0473

    Example:
        >>> import numpy as np
        >>> AdditiveAttention()([np.ones((1, 2, 3)), np.ones((1, 4, 3))]).tolist()
        [[[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]]
    """

    _unsaved = ("score_mode",)

    def __init__(self, use_scale: bool = True, dropout: float = 0.0, **kwargs: Any) -> None:
        super().__init__(use_scale=use_scale, dropout=dropout, **kwargs)

    def _add_weights(self, features: int) -> None:
        self.scale = None
        if self.use_scale:
            self.scale = self.add_weight((features,), "glorot_uniform", name="scale")

    def _scores(self, query: Array, key: Array) -> Array:
        terms = jnp.tanh(query[:, :, None] + key[:, None])
        return jnp.sum(terms if self.scale is None else self.scale.value * terms, axis=-1)
