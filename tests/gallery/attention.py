"""Rows of attentions."""

import numpy as np

from ppul import layers
from tests.gallery.case import Case

_QUERY_AND_VALUE = [(2, 3, 4), (2, 5, 4)]
_EVERYTHING = {
    "kernel_initializer": "he_normal",
    "bias_initializer": "ones",
    "kernel_regularizer": "l2",
    "bias_regularizer": "l1",
    "activity_regularizer": "l2",
    "kernel_constraint": "max_norm",
    "bias_constraint": "non_neg",
}
_SOME = np.random.default_rng(0).random((2, 3, 5)) > 0.3

CASES = [
    Case(layers.Attention, {"use_scale": True}, _QUERY_AND_VALUE),
    Case(
        layers.Attention,
        {"score_mode": "concat", "use_scale": True, "seed": 3},
        [(2, 3, 4), (2, 5, 2), (2, 5, 4)],
        {"return_attention_scores": True},
    ),
    Case(layers.Attention, {"dropout": 0.5}, _QUERY_AND_VALUE, {"use_causal_mask": True}),
    Case(layers.AdditiveAttention, {}, _QUERY_AND_VALUE),
    Case(
        layers.AdditiveAttention,
        {"use_scale": False},
        [(2, 3, 4), (2, 5, 2), (2, 5, 4)],
        {"return_attention_scores": True},
    ),
    Case(
        layers.AdditiveAttention,
        {"dropout": 0.2, "seed": 3},
        _QUERY_AND_VALUE,
        {"use_causal_mask": True},
    ),
    Case(
        layers.MultiHeadAttention,
        {"num_heads": 2, "key_dim": 3},
        ((2, 3, 4), (2, 5, 2)),
        half=False,  # Keras's own fails in float16 on CPU, unless it makes the weights
    ),
    Case(
        layers.MultiHeadAttention,
        {"num_heads": 2, "key_dim": 3, "value_dim": 5, "output_shape": (2, 3)}
        | {"use_bias": False, "use_gate": True, "sliding_window": 2},
        ((2, 3, 4), (2, 5, 2), (2, 5, 3)),
        {"return_attention_scores": True},
        inferred=False,  # Keras infers as many keys as queries
    ),
    Case(
        layers.MultiHeadAttention,
        {"num_heads": 1, "key_dim": 2, "output_shape": 3, "dropout": 0.5, "seed": 3} | _EVERYTHING,
        ((2, 3, 4), (2, 5, 4)),
        {"use_causal_mask": True, "attention_mask": _SOME},
    ),
    Case(
        layers.MultiHeadAttention,
        {"num_heads": 2, "key_dim": 2, "attention_axes": 2},
        ((2, 3, 4, 2), (2, 3, 5, 2)),
        {"return_attention_scores": True, "attention_mask": np.arange(20).reshape(4, 5) % 3 > 0},
        inferred=False,  # Keras infers weights without the other axes
    ),
    Case(
        layers.MultiHeadAttention,
        {"num_heads": 2, "key_dim": 2, "attention_axes": (1, 3)},
        ((1, 2, 3, 2, 2), (1, 3, 3, 1, 2)),
        {"return_attention_scores": True},
        inferred=False,  # as above
    ),
    Case(
        layers.GroupQueryAttention,
        {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2},
        ((2, 3, 4), (2, 5, 4)),
        half=False,  # as above
    ),
    Case(
        layers.GroupQueryAttention,
        {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 1}
        | {"use_bias": False, "use_gate": True, "sliding_window": 2},
        ((2, 3, 4), (2, 5, 2), (2, 5, 4)),
        {"return_attention_scores": True, "use_causal_mask": True},
        inferred=False,  # Keras asks for values with as many features as the queries
    ),
    Case(
        layers.GroupQueryAttention,
        {"head_dim": 2, "num_query_heads": 2, "num_key_value_heads": 2, "dropout": 0.5, "seed": 3}
        | _EVERYTHING,
        ((2, 3, 4), (2, 5, 4)),
        {"attention_mask": _SOME},
    ),
]
