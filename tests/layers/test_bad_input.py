"""What cannot be is refused early, by a message that names layer, finding, expectation and way out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ppul
from ppul import layers


def ones(*shape: int) -> Any:
    return np.ones(shape, "float32")


WORDS = np.array([[["a"], ["b"], ["c"]]])

ROWS: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    # Convolutions.
    "conv: rank": (
        lambda: layers.Conv1D(2, 2)(ones(2, 5, 5, 3)),
        ValueError,
        r"Conv1D 'conv1d.*' expected 3 dimensions.*\(2, 5, 5, 3\)",
    ),
    "conv: window too large": (
        lambda: layers.Conv3D(2, 4)(ones(1, 3, 5, 5, 2)),
        ValueError,
        r"Conv3D 'conv3d.*kernel_size=\(4, 4, 4\).*\(3, 5, 5\).*padding='same'",
    ),
    "conv: filters and groups": (
        lambda: layers.Conv1D(4, 3, groups=3),
        ValueError,
        r"`filters` \(4\) must be a multiple of `groups` \(3\)",
    ),
    "conv: channels and groups": (
        lambda: layers.Conv1D(4, 3, groups=2)(ones(1, 5, 3)),
        ValueError,
        r"number of channels \(3\).*`groups` \(2\)",
    ),
    "conv: strides and dilation": (
        lambda: layers.Conv3D(4, 3, strides=2, dilation_rate=2),
        ValueError,
        r"strides \(2, 2, 2\) and dilation_rate \(2, 2, 2\)",
    ),
    "conv: causal pictures": (
        lambda: layers.Conv2D(4, 3, padding="causal"),
        ValueError,
        "`padding` must be one of 'valid', 'same'; got 'causal'",
    ),
    "conv: other channels later": (
        lambda: [layer := layers.Conv1D(2, 2), layer(ones(1, 5, 3)), layer(ones(1, 5, 4))],
        ValueError,
        r"expected 3 features on axis -1.*\(1, 5, 4\)",
    ),
    "conv transpose: output padding": (
        lambda: layers.Conv2DTranspose(2, 3, strides=2, output_padding=(1, 2)),
        ValueError,
        r"`output_padding` must be below `strides`.*\(1, 2\) and \(2, 2\)",
    ),
    "conv transpose: unknown channels": (
        lambda: layers.Conv1DTranspose(2, 3)(ppul.Input((5, None))),
        ValueError,
        r"Conv1DTranspose 'conv1d_transpose.*number of channels must be known",
    ),
    "conv transpose: nothing left": (
        lambda: layers.Conv1DTranspose(1, 6, padding="same", output_padding=0)(ones(1, 1, 2)),
        ValueError,
        r"nothing is left.*\(0,\).*padding='valid'",
    ),
    "depthwise: multiplier": (
        lambda: layers.DepthwiseConv2D(3, depth_multiplier=0),
        ValueError,
        "`depth_multiplier` must be a positive integer; got 0",
    ),
    "depthwise: window": (
        lambda: layers.DepthwiseConv1D(9)(ones(1, 5, 2)),
        ValueError,
        r"kernel_size=\(9,\).*\(5,\)",
    ),
    "separable: kernel size": (
        lambda: layers.SeparableConv2D(3, (2, 2, 2)),
        ValueError,
        r"SeparableConv2D.*`kernel_size`.*2 integers.*\(2, 2, 2\)",
    ),
    "separable: words": (
        lambda: layers.SeparableConv1D(3, 2)(WORDS),
        ValueError,
        "SeparableConv1D 'separable_conv1d.*takes numbers; got an array of dtype <U1",
    ),
    "conv: words": (lambda: layers.Conv1D(3, 2)(WORDS), ValueError, "takes numbers.*<U1"),
    "conv transpose: words": (
        lambda: layers.Conv1DTranspose(3, 2)(WORDS),
        ValueError,
        "takes numbers.*<U1",
    ),
    "conv: text of unknown length": (
        lambda: layers.DepthwiseConv1D(2)(ppul.Input((None, 3), dtype="string")),
        ValueError,
        "takes numbers; got an array of dtype string",
    ),
    # Core.
    "einsum: no equation": (
        lambda: layers.EinsumDense("abc", 3),
        ValueError,
        "EinsumDense 'einsum_dense.*'inputs,kernel->outputs'.*got 'abc'",
    ),
    "einsum: ellipsis on one side": (
        lambda: layers.EinsumDense("...b,bc->c", 3),
        ValueError,
        r"'\.\.\.b,bc->c' has '\.\.\.' on one side only",
    ),
    "einsum: rank": (
        lambda: layers.EinsumDense("ab,bc->ac", 3)(ones(2, 3, 4)),
        ValueError,
        r"'ab,bc->ac' has 2 axes of the input.*\(2, 3, 4\)",
    ),
    "einsum: output shape": (
        lambda: layers.EinsumDense("abc,cd->abd", 3)(ones(2, 3, 4)),
        ValueError,
        r"3 axes of the output.*\(2, 3\)",
    ),
    "einsum: two sizes": (
        lambda: layers.EinsumDense("abc,cd->abd", (7, 3))(ones(2, 5, 4)),
        ValueError,
        r"'b' of the equation.*is 5 in the input.*7 in output_shape",
    ),
    "einsum: unknown size": (
        lambda: layers.EinsumDense("abc,cd->abd", (None, 3))(ppul.Input((5, None))),
        ValueError,
        "size of 'c'.*not known",
    ),
    "einsum: bias axes": (
        lambda: layers.EinsumDense("ab,bc->ac", 3, bias_axes="b")(ones(2, 3)),
        ValueError,
        r"`bias_axes` 'b' has \['b'\]",
    ),
    "embedding: size": (
        lambda: layers.Embedding(0, 3),
        ValueError,
        "`input_dim` must be a positive integer; got 0",
    ),
    "embedding: words": (
        lambda: layers.Embedding(2, 3)(np.array(["a", "b"])),
        ValueError,
        "Embedding 'embedding.*takes numbers; got an array of dtype <U1",
    ),
    "embedding: weights": (
        lambda: layers.Embedding(2, 3, weights=np.ones((3, 2))),
        ValueError,
        r"\(3, 2\).*\(2, 3\)|\(2, 3\).*\(3, 2\)",
    ),
    "embedding: too many weights": (
        lambda: layers.Embedding(2, 3, weights=[np.ones((2, 3))] * 2),
        ValueError,
        r"embeddings",
    ),
    "lambda: no function": (
        lambda: layers.Lambda("relu"),
        TypeError,
        "Lambda 'lambda.*`function` must be a function; got 'relu'",
    ),
    "lambda: saved": (
        lambda: layers.Lambda(lambda x: x).get_config(),
        TypeError,
        "A lambda cannot be saved.*register_keras_serializable",
    ),
    "lambda: unknown function": (
        lambda: layers.Lambda.from_config({"function": {"class_name": "function", "config": "f"}}),
        TypeError,
        "unknown function 'f'.*custom_objects",
    ),
    "lambda: code": (
        lambda: layers.Lambda.from_config({"function": {"class_name": "__lambda__"}}),
        TypeError,
        "kept in the file as code, which is never run",
    ),
    "wrapper: no layer": (
        lambda: layers.Wrapper("dense"),
        ValueError,
        "Wrapper: `layer` must be a layer; got 'dense' of type str",
    ),
    # Poolings.
    "pooling: rank": (
        lambda: layers.MaxPooling1D(2)(ones(2, 4)),
        ValueError,
        r"MaxPooling1D 'max_pooling1d.*expected 3 dimensions.*\(2, 4\)",
    ),
    "pooling: window too large": (
        lambda: layers.AveragePooling3D(4)(ones(1, 3, 4, 4, 2)),
        ValueError,
        r"\(4, 4, 4\).*\(3, 4, 4\)",
    ),
    "pooling: words": (
        lambda: layers.GlobalAveragePooling1D()(WORDS),
        ValueError,
        "takes numbers.*<U1",
    ),
    "pooling: data format": (
        lambda: layers.GlobalMaxPooling3D("channels_frist"),
        ValueError,
        "Did you mean 'channels_first'",
    ),
    "adaptive pooling: size": (
        lambda: layers.AdaptiveAveragePooling2D((3, 0)),
        ValueError,
        r"`output_size`.*2 integers, each at least 1; got \(3, 0\)",
    ),
    "adaptive pooling: rank": (
        lambda: layers.AdaptiveMaxPooling2D(3)(ones(2, 4, 3)),
        ValueError,
        r"expected 4 dimensions.*\(2, 4, 3\)",
    ),
    # Normalizations.
    "normalization: axis": (
        lambda: layers.LayerNormalization(axis=3)(ones(2, 3, 4)),
        ValueError,
        r"LayerNormalization 'layer_norm.*axis=3 is not an axis.*\(2, 3, 4\)",
    ),
    "normalization: no axis": (
        lambda: layers.UnitNormalization(axis="last"),
        TypeError,
        "`axis` must be an integer.*got 'last'",
    ),
    "normalization: unknown size": (
        lambda: layers.RMSNormalization()(ppul.Input((3, None))),
        ValueError,
        r"size of axis -1 must be known.*\(None, 3, None\)",
    ),
    "groups of channels": (
        lambda: layers.GroupNormalization(3)(ones(2, 4)),
        ValueError,
        r"4 channels.*\(2, 4\).*3 groups.*divisor of 4",
    ),
    "spectral normalization: no kernel": (
        lambda: layers.SpectralNormalization(layers.ReLU())(ones(2, 3)),
        ValueError,
        "ReLU 're_lu.*neither a `kernel` nor `embeddings`",
    ),
    "spectral normalization: iterations": (
        lambda: layers.SpectralNormalization(layers.Dense(2), power_iterations=0),
        ValueError,
        "`power_iterations` must be a positive integer; got 0",
    ),
    # Regularizations.
    "dropout: rate": (
        lambda: layers.SpatialDropout2D(1.5),
        ValueError,
        r"SpatialDropout2D 'spatial_dropout2d.*`rate` must be in \[0, 1\]; got 1.5",
    ),
    "dropout: everything": (
        lambda: layers.AlphaDropout(1),
        ValueError,
        r"`rate` must be in \[0, 1\); got 1",
    ),
    "dropout: words": (
        lambda: layers.SpatialDropout1D(0.5)(WORDS),
        ValueError,
        "takes numbers.*<U1",
    ),
    "dropout: rank": (
        lambda: layers.SpatialDropout1D(0.5)(ones(2, 3)),
        ValueError,
        r"expected 3 dimensions.*\(2, 3\)",
    ),
    "dropout: noise shape": (
        lambda: layers.Dropout(0.5, noise_shape=(1,))(ones(2, 3), training=True),
        ValueError,
        r"`noise_shape` \(1,\).*2 axes.*\(2, 3\)",
    ),
    "noise: deviation": (
        lambda: layers.GaussianNoise("0.5"),
        ValueError,
        r"`stddev` must be in \[0, 1\]; got '0.5'",
    ),
    # Reshapings.
    "permute: axes": (
        lambda: layers.Permute((0, 1)),
        ValueError,
        r"`dims` must be the axes 1 to 2.*\(0, 1\).*batch",
    ),
    "permute: no axes": (lambda: layers.Permute(1), TypeError, "`dims` must be a tuple.*got 1"),
    "repeat: part of a time": (lambda: layers.RepeatVector(2.5), TypeError, "`n`.*got 2.5"),
    "repeat: rank": (
        lambda: layers.RepeatVector(2)(ones(2, 3, 4)),
        ValueError,
        r"expected 2 dimensions.*\(2, 3, 4\)",
    ),
    "cropping: words": (lambda: layers.Cropping1D()(WORDS), ValueError, "takes numbers.*<U1"),
    "cropping: everything": (
        lambda: layers.Cropping2D(((1, 2), (3, 1)))(ones(1, 4, 4, 1)),
        ValueError,
        r"cropping=\(\(1, 2\), \(3, 1\)\) leaves nothing of axis 2.*\(1, 4, 4, 1\)",
    ),
    "cropping: negative": (
        lambda: layers.Cropping1D((-1, 0)),
        ValueError,
        r"`cropping`.*at least 0; got \(-1, 0\)",
    ),
    "padding: axes": (
        lambda: layers.ZeroPadding3D((1, 2)),
        ValueError,
        r"`padding`.*3 integers or pairs.*got \(1, 2\)",
    ),
    "up-sampling: method": (
        lambda: layers.UpSampling2D(2, interpolation="bilinaer"),
        ValueError,
        "`interpolation`.*Did you mean 'bilinear'",
    ),
    "up-sampling: size": (
        lambda: layers.UpSampling3D((1, 2)),
        ValueError,
        r"`size`.*3 integers.*\(1, 2\)",
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_bad_input_is_refused_with_a_message(name: str) -> None:
    call, error, words = ROWS[name]
    with pytest.raises(error) as found:
        call()
    assert re.search(words, str(found.value)), str(found.value)
