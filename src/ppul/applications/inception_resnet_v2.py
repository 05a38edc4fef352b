"""Inception-ResNet V2: Inception's branches, added to their input (arXiv:1602.07261)."""

from __future__ import annotations

from typing import Any

from ppul.applications.classifier import Architecture, weight_files
from ppul.applications.drawing import average_and_dense, channels_of
from ppul.applications.imagenet_utils import decode_predictions, preprocessing
from ppul.applications.inception import Conv, convolved, halving, joined, shrunk, smoothed, stem
from ppul.applications.scaling import CustomScaleLayer
from ppul.applications.standard import standard
from ppul.layers.convolutional.conv import Conv2D
from ppul.layers.core.activation import Activation

__all__ = ["InceptionResNetV2", "decode_predictions", "preprocess_input"]

# The branches of the residual blocks, by the size of what they work on.
_BLOCKS = {
    35: (
        (Conv(32, 1),),
        (Conv(32, 1), Conv(32, 3)),
        (Conv(32, 1), Conv(48, 3), Conv(64, 3)),
    ),
    17: (
        (Conv(192, 1),),
        (Conv(128, 1), Conv(160, (1, 7)), Conv(192, (7, 1))),
    ),
    8: (
        (Conv(192, 1),),
        (Conv(192, 1), Conv(224, (1, 3)), Conv(256, (3, 1))),
    ),
}


def _body(images: Any) -> Any:
    x = stem(images)
    x = joined(
        convolved(x, Conv(96, 1)),
        convolved(x, Conv(48, 1), Conv(64, 5)),
        convolved(x, Conv(64, 1), Conv(96, 3), Conv(96, 3)),
        smoothed(x, Conv(64, 1)),
        name="mixed_5b",
    )
    for number in range(1, 11):
        x = _residual(x, 35, number, 0.17)
    x = joined(
        convolved(x, halving(384)),
        convolved(x, Conv(256, 1), Conv(256, 3), halving(384)),
        shrunk(x),
        name="mixed_6a",
    )
    for number in range(1, 21):
        x = _residual(x, 17, number, 0.1)
    x = joined(
        convolved(x, Conv(256, 1), halving(384)),
        convolved(x, Conv(256, 1), halving(288)),
        convolved(x, Conv(256, 1), Conv(288, 3), halving(320)),
        shrunk(x),
        name="mixed_7a",
    )
    for number in range(1, 10):
        x = _residual(x, 8, number, 0.2)
    x = _residual(x, 8, 10, 1.0, active=False)
    return convolved(x, Conv(1536, 1), name="conv_7b")


def _residual(x: Any, size: int, number: int, scale: float, *, active: bool = True) -> Any:
    """`x` plus a share of what the branches make of it."""
    name = f"block{size}_{number}"
    branches = [convolved(x, *branch) for branch in _BLOCKS[size]]
    change = joined(*branches, name=f"{name}_mixed")
    change = Conv2D(channels_of(x), 1, padding="same", name=f"{name}_conv")(change)
    x = CustomScaleLayer(scale)([x, change])
    return Activation("relu", name=f"{name}_ac")(x) if active else x


_INCEPTION_RESNET_V2 = Architecture(
    "InceptionResNetV2",
    body=_body,
    head=average_and_dense,
    files=weight_files(
        "inception_resnet_v2/inception_resnet_v2_weights_tf_dim_ordering_tf_kernels",
        "e693bd0210a403b3192acc6073ad2e96",
        "d19885ff4a710c122648d3b5c3b684e4",
    ),
    size=299,
    least=75,
)
InceptionResNetV2 = standard(
    _INCEPTION_RESNET_V2.draw,
    title="InceptionResNetV2",
    name="inception_resnet_v2",
    about="Inception's branches in residual blocks.\n\nInception-v4, Inception-ResNet and the Impact "
    "of Residual Connections on Learning (Szegedy, Ioffe, Vanhoucke, Alemi; arXiv:1602.07261).",
    module=__name__,
)
preprocess_input = preprocessing("tf")
