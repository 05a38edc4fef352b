"""Attention: means of values, weighted by how well their keys fit a query."""

from __future__ import annotations

import functools
from typing import Any

import jax
import jax.numpy as jnp

from ppul.core.checks import one_of
from ppul.core.types import Array
from ppul.layers.attention.masks import places_seen
from ppul.layers.base import Layer
from ppul.layers.regularization.base import fraction
from ppul.layers.regularization.dropout import Dropout

# What is added to scores of keys that are not seen, as large as a half can be.
_UNSEEN = {"float16": -65504.0}
_UNSEEN_ELSE = -1e9


class Attention(Layer):
    """For each query a mean of the values, by a softmax of its products with their keys.

    It is called on a list: queries (batch, queries, features), values (batch, keys, features) and,
    if they are others than the values, keys (batch, keys, features).

    Args:
        use_scale: Whether the scores are multiplied by a learned number.
        score_mode: "dot": products of queries and keys; "concat": a learned number times the sum
            of the hyperbolic tangents of query + key.
        dropout: Fraction of the attention weights that is left out while training.
        seed: Seed of the dropout.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If an argument is out of range, or it is not called on two or three inputs.

    Source: Luong et al. 2015, arXiv:1508.04025

    Example:
        >>> import numpy as np
        >>> query, value = np.ones((1, 2, 3)), np.array([[[0.0, 0.0, 0.0], [1.0, 2.0, 3.0]]])
        >>> Attention()([query, np.ones((1, 4, 3))]).tolist()
        [[[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]]
        >>> Attention()([query, value], use_causal_mask=True)[0, 0].tolist()
        [0.0, 0.0, 0.0]
    """

    def __init__(
        self,
        use_scale: bool = False,
        score_mode: str = "dot",
        dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.use_scale = use_scale
        self.score_mode = one_of(self._where, "score_mode", score_mode, ("dot", "concat"))
        self.dropout = fraction(self._where, "dropout", dropout)
        self.seed = seed
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Make the numbers that scores are multiplied by."""
        self._check_shapes(input_shape)
        self._dropout_layer = Dropout(self.dropout, seed=self.seed, dtype=self.dtype_policy)
        self._add_weights(input_shape[0][-1])

    def call(
        self,
        inputs: list[Array],
        mask: Any = None,
        training: bool = False,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> Any:
        """Return the means of the values.

        Args:
            inputs: Queries, values, and keys if they are others.
            mask: For each of them which places count, (batch, places), or None.
            training: Whether weights are left out by `dropout`.
            return_attention_scores: Whether the attention weights are returned too.
            use_causal_mask: Whether a query sees no keys behind its own place.

        Returns:
            The means, (batch, queries, features), zero for queries that do not count; and the
            weights, (batch, queries, keys), if asked for.

        Raises:
            ValueError: If `mask` is not a list of as many masks.
        """
        query, value, *key = inputs
        query_mask, value_mask = self._checked_masks(mask)
        scores = self._scores(query, key[0] if key else value)
        seen = [] if value_mask is None else [jnp.asarray(value_mask, bool)[:, None, :]]
        if use_causal_mask:
            seen.append(places_seen(*scores.shape[1:], causal=True)[None])
        if seen:
            unseen = _UNSEEN.get(scores.dtype.name, _UNSEEN_ELSE)
            both = functools.reduce(jnp.logical_and, seen)
            scores = scores + jnp.where(both, 0, jnp.asarray(unseen, scores.dtype))
        weights = self._dropout_layer(jax.nn.softmax(scores), training=training)
        outputs = jnp.einsum("bqk,bkd->bqd", weights, value)
        if query_mask is not None:
            outputs = outputs * jnp.asarray(query_mask, outputs.dtype)[..., None]
        return (outputs, weights) if return_attention_scores else outputs

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """Return the mask of the queries."""
        return previous_mask[0] if previous_mask else None

    def _add_weights(self, features: int) -> None:
        self.scale = self.concat_score_weight = None
        if self.use_scale:
            self.scale = self.add_weight((), "ones", name="scale")
        if self.score_mode == "concat":
            self.concat_score_weight = self.add_weight((), "ones", name="concat_score_weight")

    def _scores(self, query: Array, key: Array) -> Array:
        """How well each key fits each query, (batch, queries, keys)."""
        scale = 1.0 if self.scale is None else self.scale.value
        if self.concat_score_weight is None:
            return jnp.einsum("bqd,bkd->bqk", query, key) * scale
        sums = query[:, :, None] + key[:, None]
        return self.concat_score_weight.value * jnp.sum(jnp.tanh(scale * sums), axis=-1)

    def _check_shapes(self, shapes: Any) -> None:
        listed = isinstance(shapes, list) and all(isinstance(shape, tuple) for shape in shapes)
        if not listed or len(shapes) not in (2, 3):
            raise ValueError(
                f"{self._where} is called on a list: [query, value] or [query, value, key]; got "
                f"input of shape {shapes}."
            )
        query, value, key = (*shapes, shapes[1])[:3]
        fits = all(len(shape) == 3 for shape in shapes) and value[:2] == key[:2]
        if not fits or query[-1] != key[-1]:
            raise ValueError(
                f"{self._where}: queries must be (batch, queries, features), values (batch, keys, "
                "...) and keys, which are the values if not given, (batch, keys, features); got "
                f"shapes {shapes}."
            )

    def _checked_masks(self, mask: Any) -> tuple[Any, Any]:
        if mask is None:
            return None, None
        if not isinstance(mask, (list, tuple)) or len(mask) not in (2, 3):
            found = f"{len(mask)} of them" if isinstance(mask, (list, tuple)) else repr(mask)
            raise ValueError(
                f"{self._where}: `mask` must be a list of masks, [query_mask, value_mask], with "
                f"None where there is none; got {found}."
            )
        return mask[0], mask[1]
