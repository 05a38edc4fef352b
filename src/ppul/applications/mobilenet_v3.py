"""MobileNet V3: found by search, with squeeze-and-excitation and hard-swish (arXiv:1905.02244)."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from ppul.applications.classifier import Architecture, Choice, Weights, weight_files
from ppul.applications.drawing import (
    batch_norm,
    channels_of,
    multiple,
    named_pooled,
    padding_for_stride,
    through,
)
from ppul.applications.imagenet_utils import decode_predictions, preprocessing
from ppul.applications.standard import documented
from ppul.core.checks import one_of
from ppul.core.symbolic import KerasTensor
from ppul.core.types import Shape
from ppul.layers.activations.activation_layers import ReLU
from ppul.layers.convolutional.conv import Conv2D
from ppul.layers.convolutional.depthwise_conv import DepthwiseConv2D
from ppul.layers.core.activation import Activation
from ppul.layers.merging.merge import Add, Multiply
from ppul.layers.pooling.global_pooling import GlobalAveragePooling2D
from ppul.layers.preprocessing.rescaling import Rescaling
from ppul.layers.regularization.dropout import Dropout
from ppul.layers.reshaping.flatten import Flatten
from ppul.models.functional import Functional

__all__ = ["MobileNetV3Large", "MobileNetV3Small", "decode_predictions", "preprocess_input"]


class _Block(NamedTuple):
    """A row of the paper's tables 1 and 2."""

    expansion: float
    channels: int
    size: int = 3
    strides: int = 1
    squeezed: bool = False
    swish: bool = True


_SMALL = (
    _Block(1, 16, strides=2, squeezed=True, swish=False),
    _Block(72 / 16, 24, strides=2, swish=False),
    _Block(88 / 24, 24, swish=False),
    _Block(4, 40, 5, strides=2, squeezed=True),
    _Block(6, 40, 5, squeezed=True),
    _Block(6, 40, 5, squeezed=True),
    _Block(3, 48, 5, squeezed=True),
    _Block(3, 48, 5, squeezed=True),
    _Block(6, 96, 5, strides=2, squeezed=True),
    _Block(6, 96, 5, squeezed=True),
    _Block(6, 96, 5, squeezed=True),
)
_LARGE = (
    _Block(1, 16, swish=False),
    _Block(4, 24, strides=2, swish=False),
    _Block(3, 24, swish=False),
    _Block(3, 40, 5, strides=2, squeezed=True, swish=False),
    _Block(3, 40, 5, squeezed=True, swish=False),
    _Block(3, 40, 5, squeezed=True, swish=False),
    _Block(6, 80, strides=2),
    _Block(2.5, 80),
    _Block(2.3, 80),
    _Block(2.3, 80),
    _Block(6, 112, squeezed=True),
    _Block(6, 112, squeezed=True),
    _Block(6, 160, 5, strides=2, squeezed=True),
    _Block(6, 160, 5, squeezed=True),
    _Block(6, 160, 5, squeezed=True),
)
# Checksums of the published weights, by what stands in the files' names.
_CHECKSUMS = {
    "small_224_0.75": ("cb65d4e5be93758266aa0a7f2c6708b7", "ebdb5cc8e0b497cd13a7c275d475c819"),
    "small_224_1.0": ("8768d4c2e7dee89b9d02b2d03d65d862", "d3e8ec802a04aa4fc771ee12a9a9b836"),
    "small_minimalistic_224_1.0": (
        "99cd97fb2fcdad2bf028eb838de69e37",
        "cde8136e733e811080d9fcd8a252f7e4",
    ),
    "large_224_0.75": ("765b44a33ad4005b3ac83185abf1d0eb", "40af19a13ebea4e2ee0c676887f69a2e"),
    "large_224_1.0": ("59e551e166be033d707958cf9e29a6a7", "07fb09a5933dd0c8eaafa16978110389"),
    "large_minimalistic_224_1.0": (
        "675e7b876c45c57e9e63e6d90a36599c",
        "ec5221f64a2f6d1ef965a614bdae7973",
    ),
}


def _variant(size: str, blocks: tuple[_Block, ...], last: int):  # noqa: ANN202  (as `standard`)
    title = f"MobileNetV3{size}"

    def build(
        input_shape: Shape | None = None,
        alpha: float = 1.0,
        minimalistic: bool = False,
        include_top: bool = True,
        weights: Weights = "imagenet",
        input_tensor: KerasTensor | None = None,
        classes: int = 1000,
        pooling: str | None = None,
        dropout_rate: float = 0.2,
        classifier_activation: Any = "softmax",
        include_preprocessing: bool = True,
        name: str = title,
    ) -> Functional:
        files = ()
        if weights == "imagenet":
            alphas = (1.0,) if minimalistic else (0.75, 1.0)
            one_of(f"{title} with weights='imagenet'", "alpha", alpha, alphas)
            kind = f"{size.lower()}{'_minimalistic' if minimalistic else ''}_224_{float(alpha)}"
            path = f"mobilenet_v3/weights_mobilenet_v3_{kind}_float"
            files = weight_files(path, *_CHECKSUMS[kind], without="_no_top_v2")
        manner = _Manner(alpha, minimalistic=minimalistic)
        architecture = Architecture(
            title,
            body=partial(_body, blocks=blocks, manner=manner, scaled=include_preprocessing),
            head=partial(_head, channels=last, manner=manner, dropout=dropout_rate),
            tail=named_pooled,
            files=files,
            size=None,
        )
        return architecture.draw(
            Choice(
                include_top=include_top,
                weights=weights,
                input_tensor=input_tensor,
                input_shape=input_shape,
                pooling=pooling,
                classes=classes,
                classifier_activation=classifier_activation,
                name=name,
            )
        )

    about = (
        f"{len(blocks)} inverted residual blocks.\n\nSearching for MobileNetV3 (Howard et al.; "
        "arXiv:1905.02244). Published weights: `alpha` of 0.75 and 1, and 1 for `minimalistic`."
    )
    return documented(build, title=title, about=about, module=__name__)


class _Manner:
    """How blocks are made: how wide, and whether with what slow machines cannot do quickly."""

    def __init__(self, alpha: float, *, minimalistic: bool) -> None:
        self.alpha = alpha
        self.minimalistic = minimalistic

    def wide(self, channels: float) -> int:
        return multiple(channels * self.alpha)

    def active(self, x: Any, *, swish: bool = True) -> Any:
        return Activation("hard_silu")(x) if swish and not self.minimalistic else ReLU()(x)


def _body(images: Any, blocks: tuple[_Block, ...], manner: _Manner, *, scaled: bool) -> Any:
    x = Rescaling(1 / 127.5, -1.0)(images) if scaled else images
    x = Conv2D(16, 3, strides=2, padding="same", use_bias=False, name="conv")(x)
    x = manner.active(_norm("conv_bn")(x))
    for number, block in enumerate(blocks):
        x = _inverted(x, block, manner, f"expanded_conv_{number}" if number else "expanded_conv")
    channels = multiple(channels_of(x) * 6)
    x = Conv2D(channels, 1, padding="same", use_bias=False, name="conv_1")(x)
    return manner.active(_norm("conv_1_bn")(x))


def _inverted(x: Any, block: _Block, manner: _Manner, name: str) -> Any:
    """More channels, a convolution of each by itself, fewer channels; added where that fits."""
    start, wide = x, channels_of(x)
    channels = manner.wide(block.channels)
    size = 3 if manner.minimalistic else block.size
    if name != "expanded_conv":
        count = multiple(wide * block.expansion)
        x = Conv2D(count, 1, padding="same", use_bias=False, name=f"{name}_expand")(x)
        x = manner.active(_norm(f"{name}_expand_bn")(x), swish=block.swish)
    if block.strides == 2:
        x = padding_for_stride(x, size, f"{name}_depthwise_pad")(x)
    depthwise = DepthwiseConv2D(
        size,
        strides=block.strides,
        padding="valid" if block.strides == 2 else "same",
        use_bias=False,
        name=f"{name}_depthwise",
    )
    x = through(x, depthwise, _norm(f"{name}_depthwise_bn"))
    x = manner.active(x, swish=block.swish)
    if block.squeezed and not manner.minimalistic:
        x = _squeezed(x, f"{name}_squeeze_excite")
    x = Conv2D(channels, 1, padding="same", use_bias=False, name=f"{name}_project")(x)
    x = _norm(f"{name}_project_bn")(x)
    return Add(name=f"{name}_add")([start, x]) if block.strides == 1 and wide == channels else x


def _squeezed(x: Any, name: str) -> Any:
    """Each channel times a share that depends on the averages of all."""
    wide = channels_of(x)
    share = through(
        x,
        GlobalAveragePooling2D(keepdims=True, name=f"{name}_avg_pool"),
        Conv2D(multiple(wide / 4), 1, padding="same", name=f"{name}_conv"),
        ReLU(name=f"{name}_relu"),
        Conv2D(wide, 1, padding="same", name=f"{name}_conv_1"),
    )
    share = ReLU(6.0)(share + 3.0) * (1.0 / 6.0)
    return Multiply(name=f"{name}_mul")([x, share])


def _norm(name: str) -> Any:
    return batch_norm(name, momentum=0.999)


def _head(
    x: Any, classes: int, activation: Any, channels: int, manner: _Manner, dropout: float
) -> Any:
    channels = manner.wide(channels) if manner.alpha > 1 else channels
    x = GlobalAveragePooling2D(keepdims=True)(x)
    x = manner.active(Conv2D(channels, 1, padding="same", name="conv_2")(x))
    return through(
        x,
        *([Dropout(dropout)] if dropout > 0 else []),
        Conv2D(classes, 1, padding="same", name="logits"),
        Flatten(),
        Activation(activation, name="predictions"),
    )


MobileNetV3Small = _variant("Small", _SMALL, 1024)
MobileNetV3Large = _variant("Large", _LARGE, 1280)

preprocess_input = preprocessing(None)
