"""Xception: convolutions separated into space and channels (arXiv:1610.02357)."""

from __future__ import annotations

from typing import Any

from ppul.applications.classifier import Architecture, weight_files
from ppul.applications.drawing import average_and_dense, batch_norm, through
from ppul.applications.imagenet_utils import decode_predictions, preprocessing
from ppul.applications.standard import standard
from ppul.layers.convolutional.conv import Conv2D
from ppul.layers.convolutional.separable_conv import SeparableConv2D
from ppul.layers.core.activation import Activation
from ppul.layers.merging.merge import Add
from ppul.layers.pooling.pooling import MaxPooling2D

__all__ = ["Xception", "decode_predictions", "preprocess_input"]

_MIDDLE_BLOCKS = range(5, 13)


def _body(images: Any) -> Any:
    x = through(
        images,
        Conv2D(32, 3, strides=2, use_bias=False, name="block1_conv1"),
        *_norm_relu("block1_conv1"),
        Conv2D(64, 3, use_bias=False, name="block1_conv2"),
        *_norm_relu("block1_conv2"),
    )
    x = _halved(x, (128, 128), "block2", active=True)
    x = _halved(x, (256, 256), "block3")
    x = _halved(x, (728, 728), "block4")
    for number in _MIDDLE_BLOCKS:
        x = Add()([_separable(x, (728, 728, 728), f"block{number}"), x])
    x = _halved(x, (728, 1024), "block13")
    for number, channels in enumerate((1536, 2048), start=1):
        name = f"block14_sepconv{number}"
        x = through(x, _separable_conv(channels, name), *_norm_relu(name))
    return x


def _halved(x: Any, channels: tuple[int, ...], name: str, *, active: bool = False) -> Any:
    """A block that halves height and width, added to a projection of its input."""
    shortcut = Conv2D(channels[-1], 1, strides=2, padding="same", use_bias=False)(x)
    shortcut = batch_norm()(shortcut)
    x = _separable(x, channels, name, active=active)
    x = MaxPooling2D(3, strides=2, padding="same", name=f"{name}_pool")(x)
    return Add()([x, shortcut])


def _separable(x: Any, channels: tuple[int, ...], name: str, *, active: bool = False) -> Any:
    """Separable convolutions, each behind an activation; the first not where `x` is `active`."""
    for number, count in enumerate(channels, start=1):
        own = f"{name}_sepconv{number}"
        if number > 1 or not active:
            x = Activation("relu", name=f"{own}_act")(x)
        x = through(x, _separable_conv(count, own), batch_norm(f"{own}_bn"))
    return x


def _separable_conv(channels: int, name: str) -> SeparableConv2D:
    return SeparableConv2D(channels, 3, padding="same", use_bias=False, name=name)


def _norm_relu(name: str) -> tuple[Any, Any]:
    return batch_norm(f"{name}_bn"), Activation("relu", name=f"{name}_act")


_XCEPTION = Architecture(
    "Xception",
    body=_body,
    head=average_and_dense,
    files=weight_files(
        "xception/xception_weights_tf_dim_ordering_tf_kernels",
        "0a58e3b7378bc2990ea3b43d5981f1f6",
        "b0042744bf5b25fce3cb969f33bebb97",
    ),
    size=299,
    least=71,
)
Xception = standard(
    _XCEPTION.draw,
    title="Xception",
    name="xception",
    about="36 convolutions, most of them separable.\n\nXception: Deep Learning with Depthwise "
    "Separable Convolutions (Chollet; arXiv:1610.02357).",
    module=__name__,
)
preprocess_input = preprocessing("tf")
