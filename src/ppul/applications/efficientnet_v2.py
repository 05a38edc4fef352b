"""EfficientNet V2: trained faster, with fused blocks in the beginning (arXiv:2104.00298)."""

from __future__ import annotations

import math
from functools import partial
from typing import Any, NamedTuple

from ppul.applications.classifier import Architecture, Choice, Weights, weight_files
from ppul.applications.drawing import (
    batch_norm,
    channel_axis,
    channels_of,
    multiple,
    named_pooled,
    through,
)
from ppul.applications.efficient import added, conv, depthwise, numbered, squeezed, top
from ppul.applications.imagenet_utils import decode_predictions, preprocessing
from ppul.applications.standard import documented
from ppul.core.symbolic import KerasTensor
from ppul.core.types import Shape
from ppul.layers.core.activation import Activation
from ppul.layers.preprocessing.normalization import Normalization
from ppul.layers.preprocessing.rescaling import Rescaling
from ppul.models.functional import Functional

__all__ = [
    "EfficientNetV2B0",
    "EfficientNetV2B1",
    "EfficientNetV2B2",
    "EfficientNetV2B3",
    "EfficientNetV2L",
    "EfficientNetV2M",
    "EfficientNetV2S",
    "decode_predictions",
    "preprocess_input",
]


class _Stage(NamedTuple):
    """Blocks of one width: a row of the paper's table 4."""

    expansion: int
    channels: int
    depth: int
    strides: int
    fused: bool = False


_BASE = (
    _Stage(1, 16, 1, 1, fused=True),
    _Stage(4, 32, 2, 2, fused=True),
    _Stage(4, 48, 2, 2, fused=True),
    _Stage(4, 96, 3, 2),
    _Stage(6, 112, 5, 1),
    _Stage(6, 192, 8, 2),
)
_SMALL = (
    _Stage(1, 24, 2, 1, fused=True),
    _Stage(4, 48, 4, 2, fused=True),
    _Stage(4, 64, 4, 2, fused=True),
    _Stage(4, 128, 6, 2),
    _Stage(6, 160, 9, 1),
    _Stage(6, 256, 15, 2),
)
_MEDIUM = (
    _Stage(1, 24, 3, 1, fused=True),
    _Stage(4, 48, 5, 2, fused=True),
    _Stage(4, 80, 5, 2, fused=True),
    _Stage(4, 160, 7, 2),
    _Stage(6, 176, 14, 1),
    _Stage(6, 304, 18, 2),
    _Stage(6, 512, 5, 1),
)
_LARGE = (
    _Stage(1, 32, 4, 1, fused=True),
    _Stage(4, 64, 7, 2, fused=True),
    _Stage(4, 96, 7, 2, fused=True),
    _Stage(4, 192, 10, 2),
    _Stage(6, 224, 19, 1),
    _Stage(6, 384, 25, 2),
    _Stage(6, 640, 7, 1),
)
# Checksums of the published weights, with the top and without.
_CHECKSUMS = {
    "B0": ("21ecbf6da12460d5c40bb2f29ceb2188", "893217f2bb855e2983157299931e43ff"),
    "B1": ("069f0534ff22adf035c89e2d9547a9dc", "0e80663031ca32d657f9caa404b6ec37"),
    "B2": ("424e49f28180edbde1e94797771950a7", "1dfe2e7a5d45b6632553a8961ea609eb"),
    "B3": ("1f1fc43bd98a6e4fd8fdfd551e02c7a0", "f6abf7b5849ac99a89b50dd3fd532856"),
    "S": ("e1d88a8495beba45748fedd0cecbe016", "af0682fb74e8c54910f2d4393339c070"),
    "M": ("a3bf6aa3276309f4fc6a34aa114c95cd", "1b8dc055df72dde80d614482840fe342"),
    "L": ("27e6d408b53c7ebc868fefa357689935", "b0b66b5c863aef5b46e8608fe1711615"),
}
# Of ImageNet's pixels, of 0 to 1.
_MEANS, _DEVIATIONS = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class _Network(NamedTuple):
    """What is drawn: stages, and how many times as wide and deep as they say."""

    stages: tuple[_Stage, ...]
    stem: int
    width: float = 1.0
    depth: float = 1.0
    # Whether pixels are brought to mean 0 and deviation 1, rather than to -1 to 1.
    normalized: bool = False

    def wide(self, channels: int) -> int:
        return multiple(channels * self.width, least=0)


def _body(images: Any, network: _Network, *, prepared: bool) -> Any:
    x = through(
        images,
        *(() if prepared else _preparation(network, channels_of(images))),
        conv(network.wide(network.stem), 3, "stem_conv", strides=2),
        *_norm_silu("stem_"),
    )
    depths = [math.ceil(stage.depth * network.depth) for stage in network.stages]
    # The blocks of the unscaled network are counted, as when the weights were trained.
    total = sum(stage.depth for stage in network.stages)
    for i, number, name, drop in numbered(depths, total):
        stage = network.stages[i]
        strides = stage.strides if number == 0 else 1
        stage = stage._replace(channels=network.wide(stage.channels), strides=strides)
        start, wide = x, channels_of(x)
        x = _fused(x, stage, name) if stage.fused else _separate(x, stage, name)
        if strides == 1 and wide == stage.channels:
            x = added(start, x, drop, name)
    return through(x, conv(network.wide(1280), 1, "top_conv"), *_norm_silu("top_"))


def _preparation(network: _Network, channels: int) -> tuple[Any, ...]:
    """What brings pixels of 0 to 255 to the range the network was trained with."""
    if not network.normalized:
        return (Rescaling(1 / 128, -1),)
    if channels != len(_MEANS):
        return (Rescaling(1 / 255),)
    variances = [deviation**2 for deviation in _DEVIATIONS]
    return Rescaling(1 / 255), Normalization(channel_axis(), list(_MEANS), variances)


def _fused(x: Any, stage: _Stage, name: str) -> Any:
    """More channels by a whole convolution, then fewer."""
    if stage.expansion == 1:
        return through(
            x,
            conv(stage.channels, 3, f"{name}_project_conv", stage.strides),
            *_norm_silu(f"{name}_project_"),
        )
    wide = channels_of(x) * stage.expansion
    return through(
        x,
        conv(wide, 3, f"{name}_expand_conv", stage.strides),
        *_norm_silu(f"{name}_expand_"),
        *_projection(stage, name),
    )


def _separate(x: Any, stage: _Stage, name: str) -> Any:
    """More channels, a convolution of each by itself, fewer channels."""
    narrow = channels_of(x)
    x = through(
        x,
        conv(narrow * stage.expansion, 1, f"{name}_expand_conv"),
        *_norm_silu(f"{name}_expand_"),
        depthwise(3, f"{name}_dwconv2", stage.strides),
        *_norm_silu(f"{name}_"),
    )
    x = squeezed(x, max(1, narrow // 4), f"{name}_se")
    return through(x, *_projection(stage, name))


def _projection(stage: _Stage, name: str) -> tuple[Any, Any]:
    return conv(stage.channels, 1, f"{name}_project_conv"), _norm(f"{name}_project_bn")


def _norm(name: str) -> Any:
    return batch_norm(name, momentum=0.9)


def _norm_silu(prefix: str) -> tuple[Any, Any]:
    return _norm(f"{prefix}bn"), Activation("silu", name=f"{prefix}activation")


def _variant(kind: str, network: _Network, size: int):  # noqa: ANN202  (as `standard`)
    title, name = f"EfficientNetV2{kind}", f"efficientnetv2-{kind.lower()}"

    def build(
        include_top: bool = True,
        weights: Weights = "imagenet",
        input_tensor: KerasTensor | None = None,
        input_shape: Shape | None = None,
        pooling: str | None = None,
        classes: int = 1000,
        classifier_activation: Any = "softmax",
        include_preprocessing: bool = True,
        name: str = name,
    ) -> Functional:
        architecture = Architecture(
            title,
            body=partial(_body, network=network, prepared=not include_preprocessing),
            head=partial(top, dropout=0.2),
            tail=named_pooled,
            files=files,
            size=size,
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

    files = weight_files(f"efficientnet_v2/{name}", *_CHECKSUMS[kind])
    about = (
        f"inverted residual blocks, fused in the beginning, for pictures of {size} x {size}.\n\n"
        "EfficientNetV2: Smaller Models and Faster Training (Tan, Le; arXiv:2104.00298)."
    )
    return documented(build, title=title, about=about, module=__name__)


def _base(width: float, depth: float) -> _Network:
    return _Network(_BASE, 32, width, depth, normalized=True)


EfficientNetV2B0 = _variant("B0", _base(1.0, 1.0), 224)
EfficientNetV2B1 = _variant("B1", _base(1.0, 1.1), 240)
EfficientNetV2B2 = _variant("B2", _base(1.1, 1.2), 260)
EfficientNetV2B3 = _variant("B3", _base(1.2, 1.4), 300)
EfficientNetV2S = _variant("S", _Network(_SMALL, 24), 384)
EfficientNetV2M = _variant("M", _Network(_MEDIUM, 24), 480)
EfficientNetV2L = _variant("L", _Network(_LARGE, 32), 480)

preprocess_input = preprocessing(None)
