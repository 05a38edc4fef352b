"""EfficientNet: one network, made wider, deeper and finer together (arXiv:1905.11946)."""

from __future__ import annotations

import math
from functools import partial
from typing import Any, NamedTuple

from ppul.applications.classifier import Architecture, Choice, WeightFile
from ppul.applications.drawing import (
    batch_norm,
    channel_axis,
    channels_of,
    multiple,
    named_pooled,
    padding_for_stride,
    through,
)
from ppul.applications.efficient import added, conv, depthwise, numbered, squeezed, top
from ppul.applications.imagenet_utils import decode_predictions, preprocessing
from ppul.applications.standard import standard
from ppul.layers.core.activation import Activation
from ppul.layers.preprocessing.normalization import Normalization
from ppul.layers.preprocessing.rescaling import Rescaling
from ppul.models.functional import Functional

__all__ = [
    "EfficientNetB0",
    "EfficientNetB1",
    "EfficientNetB2",
    "EfficientNetB3",
    "EfficientNetB4",
    "EfficientNetB5",
    "EfficientNetB6",
    "EfficientNetB7",
    "decode_predictions",
    "preprocess_input",
]


class _Stage(NamedTuple):
    """Blocks of one width: a row of the paper's table 1."""

    expansion: int
    channels: int
    depth: int
    size: int
    strides: int


_STAGES = (
    _Stage(1, 16, 1, 3, 1),
    _Stage(6, 24, 2, 3, 2),
    _Stage(6, 40, 2, 5, 2),
    _Stage(6, 80, 3, 3, 2),
    _Stage(6, 112, 3, 5, 1),
    _Stage(6, 192, 4, 5, 2),
    _Stage(6, 320, 1, 3, 1),
)
_FOLDER = "https://storage.googleapis.com/keras-applications/"
# Checksums of the published weights, with the top and without: B0 to B7.
_CHECKSUMS = (
    ("902e53a9f72be733fc0bcb005b3ebbac", "50bc09e76180e00e4465e1a485ddc09d"),
    ("1d254153d4ab51201f1646940f018540", "74c4e6b3e1f6a1eea24c589628592432"),
    ("b15cce36ff4dcbd00b6dd88e7857a6ad", "111f8e2ac8aa800a7a99e3239f7bfb39"),
    ("ffd1fdc53d0ce67064dc6a9c7960ede0", "af6d107764bb5b1abb91932881670226"),
    ("18c95ad55216b8f92d7e70b3a046e2fc", "ebc24e6d6c33eaebbd558eafbeedf1ba"),
    ("ace28f2a6363774853a83a0b21b9421a", "38879255a25d3c92d5e44e04ae6cec6f"),
    ("165f6e37dce68623721b423839de8be5", "9ecce42647a20130c1f39a5d4cb75743"),
    ("8c03f828fec3ef71311cd463b6759d99", "cbcfe4450ddf6f3ad90b1b398090fe4a"),
)
# What the published files keep as the variances of ImageNet's pixels are their standard deviations,
# and `Normalization` divides by the roots of variances: one more division by the roots is left.
_DEVIATIONS = (0.229, 0.224, 0.225)


def _body(images: Any, width: float, depth: float, *, published: bool) -> Any:
    x = Rescaling(1 / 255)(images)
    x = Normalization(axis=channel_axis())(x)
    if published:
        x = Rescaling([1 / math.sqrt(deviation) for deviation in _DEVIATIONS])(x)
    x = through(
        x,
        padding_for_stride(x, 3, "stem_conv_pad"),
        conv(multiple(32 * width), 3, "stem_conv", strides=2, padding="valid"),
        *_norm_silu("stem_"),
    )
    depths = [math.ceil(stage.depth * depth) for stage in _STAGES]
    for i, number, name, drop in numbered(depths, sum(depths)):
        stage = _STAGES[i]
        strides = stage.strides if number == 0 else 1
        channels = multiple(stage.channels * width)
        x = _block(x, stage._replace(channels=channels, strides=strides), name, drop)
    return through(x, conv(multiple(1280 * width), 1, "top_conv"), *_norm_silu("top_"))


def _block(x: Any, stage: _Stage, name: str, drop: float) -> Any:
    """More channels, a convolution of each by itself, fewer channels; added where that fits."""
    start, wide = x, channels_of(x)
    if stage.expansion > 1:
        expand = conv(wide * stage.expansion, 1, f"{name}_expand_conv")
        x = through(x, expand, *_norm_silu(f"{name}_expand_"))
    padding = "same"
    if stage.strides == 2:
        x, padding = padding_for_stride(x, stage.size, f"{name}_dwconv_pad")(x), "valid"
    x = through(
        x,
        depthwise(stage.size, f"{name}_dwconv", stage.strides, padding),
        *_norm_silu(f"{name}_"),
    )
    x = squeezed(x, max(1, wide // 4), f"{name}_se")
    x = conv(stage.channels, 1, f"{name}_project_conv")(x)
    x = batch_norm(f"{name}_project_bn")(x)
    if stage.strides == 1 and wide == stage.channels:
        x = added(start, x, drop, name)
    return x


def _norm_silu(prefix: str) -> tuple[Any, Any]:
    return batch_norm(f"{prefix}bn"), Activation("silu", name=f"{prefix}activation")


def _variant(  # noqa: ANN202  (as `standard`)
    number: int, width: float, depth: float, size: int, dropout: float
):
    title, name = f"EfficientNetB{number}", f"efficientnetb{number}"
    with_top, without = _CHECKSUMS[number]

    def draw(choice: Choice) -> Functional:
        return Architecture(
            title,
            body=partial(_body, width=width, depth=depth, published=choice.published),
            head=partial(top, dropout=dropout),
            tail=named_pooled,
            files=(
                WeightFile(f"{name}.h5", with_top, folder=_FOLDER),
                WeightFile(f"{name}_notop.h5", without, folder=_FOLDER),
            ),
            size=size,
        ).draw(choice)

    about = (
        f"inverted residual blocks, {width} times as wide and {depth} times as deep as B0, for "
        f"pictures of {size} x {size}; pixels of 0 to 255.\n\nEfficientNet: Rethinking Model Scaling "
        "for Convolutional Neural Networks (Tan, Le; arXiv:1905.11946)."
    )
    return standard(draw, title=title, name=name, about=about, module=__name__)


EfficientNetB0 = _variant(0, 1.0, 1.0, 224, 0.2)
EfficientNetB1 = _variant(1, 1.0, 1.1, 240, 0.2)
EfficientNetB2 = _variant(2, 1.1, 1.2, 260, 0.3)
EfficientNetB3 = _variant(3, 1.2, 1.4, 300, 0.3)
EfficientNetB4 = _variant(4, 1.4, 1.8, 380, 0.4)
EfficientNetB5 = _variant(5, 1.6, 2.2, 456, 0.4)
EfficientNetB6 = _variant(6, 1.8, 2.6, 528, 0.5)
EfficientNetB7 = _variant(7, 2.0, 3.1, 600, 0.5)

preprocess_input = preprocessing(None)
