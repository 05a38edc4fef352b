"""Rows of core layers, and of those that prepare inputs."""

from typing import Any

import keras
import numpy as np

import ppul
from ppul import layers
from tests.gallery.case import Case


@keras.saving.register_keras_serializable(package="gallery")
@ppul.saving.register_keras_serializable(package="gallery")
def times(x: Any, by: float = 2.0) -> Any:
    """Return `x` times a number."""
    return x * by


@keras.saving.register_keras_serializable(package="gallery")
@ppul.saving.register_keras_serializable(package="gallery")
def only_in_training(x: Any, training: bool | None = None) -> Any:
    """Return `x`, doubled in training."""
    return x + x if training else x


@keras.saving.register_keras_serializable(package="gallery")
@ppul.saving.register_keras_serializable(package="gallery")
def same_mask(inputs: Any, mask: Any = None) -> Any:
    """Return the mask."""
    return mask


CASES = [
    Case(layers.Dense, {"units": 3}),
    Case(layers.Dense, {"units": 4, "activation": "relu", "use_bias": False}, (2, 3, 5)),
    Case(
        layers.Dense,
        {
            "units": 2,
            "activation": "tanh",
            "kernel_initializer": "he_normal",
            "bias_initializer": "ones",
            "kernel_regularizer": "l2",
            "bias_regularizer": "l1",
            "activity_regularizer": "l2",
            "kernel_constraint": "max_norm",
            "bias_constraint": "non_neg",
        },
    ),
    Case(layers.EinsumDense, {"equation": "ab,bc->ac", "output_shape": 3}),
    Case(
        layers.EinsumDense,
        {"equation": "abc,cde->abde", "output_shape": (None, 2, 3), "bias_axes": "de"}
        | {"activation": "relu", "kernel_initializer": "he_normal", "bias_initializer": "ones"},
        (2, 3, 4),
    ),
    Case(
        layers.EinsumDense,
        {"equation": "...x,xy->...y", "output_shape": 3, "bias_axes": "y"}
        | {"kernel_regularizer": "l2", "bias_regularizer": "l1", "activity_regularizer": "l2"}
        | {"kernel_constraint": "max_norm", "bias_constraint": "non_neg"},
        (2, 2, 2, 4),
    ),
    Case(
        layers.EinsumDense,
        {"equation": "ab...,bc->ac...", "output_shape": 3, "bias_axes": "c"},
        (2, 4, 2, 3),
    ),
    Case(
        layers.EinsumDense,
        {"equation": "abc,bd->adc", "output_shape": (3, 4), "bias_axes": "d"},
        (2, 5, 4),
    ),
    Case(layers.Embedding, {"input_dim": 7, "output_dim": 3}, (2, 4), dtype="int32"),
    Case(
        layers.Embedding,
        {"input_dim": 9, "output_dim": 2, "mask_zero": True, "embeddings_initializer": "ones"}
        | {"embeddings_regularizer": "l2", "embeddings_constraint": "max_norm"},
        (2, 3, 2),
        dtype="uint8",
    ),
    Case(
        layers.Embedding,
        {"input_dim": 7, "output_dim": 2, "weights": np.ones((7, 2)), "activity_regularizer": "l1"},
        (3,),
        dtype="int64",
    ),
    Case(layers.ReversibleEmbedding, {"input_dim": 7, "output_dim": 3}, (2, 4), dtype="int32"),
    Case(
        layers.ReversibleEmbedding,
        {"input_dim": 7, "output_dim": 3, "mask_zero": True, "logit_soft_cap": 2.0}
        | {"embeddings_initializer": "ones", "embeddings_regularizer": "l2"}
        | {"embeddings_constraint": "max_norm"},
        (2, 3),
        {"reverse": True},
    ),
    Case(
        layers.ReversibleEmbedding,
        {"input_dim": 7, "output_dim": 3, "tie_weights": False, "reverse_dtype": "float32"},
        (2, 2, 3),
        {"reverse": True},
    ),
    Case(layers.Lambda, {"function": times}),
    Case(layers.Lambda, {"function": times, "arguments": {"by": 3.0}, "mask": same_mask}),
    Case(
        layers.Lambda,
        {"function": only_in_training, "output_shape": (5,)},
        call={"training": True},
    ),
    Case(layers.Masking),
    Case(layers.Masking, {"mask_value": 2}, (3, 4, 1), dtype="int32", high=4),
    Case(layers.Masking, {"mask_value": -1.0}, (2, 3, 2, 2)),
    Case(layers.Identity),
    Case(layers.Identity, {}, [(2, 3), (2, 1)]),
    Case(layers.Rescaling, {"scale": 0.5}),
    Case(
        layers.Rescaling,
        {"scale": 1 / 255, "offset": -0.5},
        dtype="uint8",
        high=255,
        gradient=False,
    ),
    Case(layers.Rescaling, {"scale": [1.0, 2.0, 3.0], "offset": [0.1, 0.2, 0.3]}, (2, 4, 3)),
]
