"""Inception V3: branches of convolutions, taken apart into smaller ones (arXiv:1512.00567)."""

from __future__ import annotations

from typing import Any

from ppul.applications.classifier import Architecture, weight_files
from ppul.applications.drawing import average_and_dense
from ppul.applications.imagenet_utils import decode_predictions, preprocessing
from ppul.applications.inception import Conv, convolved, halving, joined, shrunk, smoothed, stem
from ppul.applications.standard import standard

__all__ = ["InceptionV3", "decode_predictions", "preprocess_input"]

_WIDE, _TALL = (1, 7), (7, 1)
# Channels of the pooled branches at 35 x 35, and of the narrow convolutions at 17 x 17.
_POOLED = (32, 64, 64)
_NARROW = (128, 160, 160, 192)


def _body(images: Any) -> Any:
    x = stem(images)
    for number, channels in enumerate(_POOLED):
        x = _block_35(x, channels, f"mixed{number}")
    x = joined(
        convolved(x, halving(384)),
        convolved(x, Conv(64, 1), Conv(96, 3), halving(96)),
        shrunk(x),
        name="mixed3",
    )
    for number, channels in enumerate(_NARROW, start=4):
        x = _block_17(x, channels, f"mixed{number}")
    x = joined(
        convolved(x, Conv(192, 1), halving(320)),
        convolved(x, Conv(192, 1), Conv(192, _WIDE), Conv(192, _TALL), halving(192)),
        shrunk(x),
        name="mixed8",
    )
    for number in (0, 1):
        x = _block_8(x, f"mixed9_{number}", f"mixed{9 + number}")
    return x


def _block_35(x: Any, pooled: int, name: str) -> Any:
    return joined(
        convolved(x, Conv(64, 1)),
        convolved(x, Conv(48, 1), Conv(64, 5)),
        convolved(x, Conv(64, 1), Conv(96, 3), Conv(96, 3)),
        smoothed(x, Conv(pooled, 1)),
        name=name,
    )


def _block_17(x: Any, narrow: int, name: str) -> Any:
    wide, tall = Conv(narrow, _WIDE), Conv(narrow, _TALL)
    return joined(
        convolved(x, Conv(192, 1)),
        convolved(x, Conv(narrow, 1), wide, Conv(192, _TALL)),
        convolved(x, Conv(narrow, 1), tall, wide, tall, Conv(192, _WIDE)),
        smoothed(x, Conv(192, 1)),
        name=name,
    )


def _block_8(x: Any, first_split: str, name: str) -> Any:
    return joined(
        convolved(x, Conv(320, 1)),
        _split(convolved(x, Conv(384, 1)), first_split),
        _split(convolved(x, Conv(448, 1), Conv(384, 3))),
        smoothed(x, Conv(192, 1)),
        name=name,
    )


def _split(x: Any, name: str | None = None) -> Any:
    wide, tall = convolved(x, Conv(384, (1, 3))), convolved(x, Conv(384, (3, 1)))
    return joined(wide, tall, name=name)


_INCEPTION_V3 = Architecture(
    "InceptionV3",
    body=_body,
    head=average_and_dense,
    files=weight_files(
        "inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels",
        "9a0d58056eeedaa3f26cb7ebd46da564",
        "bcbd6486424b2319ff4ef7d526e38f63",
    ),
    size=299,
    least=75,
)
InceptionV3 = standard(
    _INCEPTION_V3.draw,
    title="InceptionV3",
    name="inception_v3",
    about="branches of small convolutions.\n\nRethinking the Inception Architecture for Computer "
    "Vision (Szegedy, Vanhoucke, Ioffe, Shlens, Wojna; arXiv:1512.00567).",
    module=__name__,
)
preprocess_input = preprocessing("tf")
