"""MobileNet V2: residual blocks that are widest inside (arXiv:1801.04381)."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from ppul.applications.classifier import Architecture, Choice, WeightFile, Weights
from ppul.applications.drawing import (
    batch_norm,
    channels_of,
    multiple,
    padding_for_stride,
    through,
)
from ppul.applications.imagenet_utils import decode_predictions, preprocessing
from ppul.applications.mobilenet import asked_height, trained_size
from ppul.core.checks import one_of
from ppul.core.symbolic import KerasTensor
from ppul.core.types import Shape
from ppul.layers.activations.activation_layers import ReLU
from ppul.layers.convolutional.conv import Conv2D
from ppul.layers.convolutional.depthwise_conv import DepthwiseConv2D
from ppul.layers.core.dense import Dense
from ppul.layers.merging.merge import Add
from ppul.layers.pooling.global_pooling import GlobalAveragePooling2D
from ppul.models.functional import Functional

__all__ = ["MobileNetV2", "decode_predictions", "preprocess_input"]


class _Stage(NamedTuple):
    """Blocks of one width: table 2 of the paper."""

    expansion: int
    channels: int
    depth: int
    strides: int


_STAGES = (
    _Stage(1, 16, 1, 1),
    _Stage(6, 24, 2, 2),
    _Stage(6, 32, 3, 2),
    _Stage(6, 64, 4, 2),
    _Stage(6, 96, 3, 1),
    _Stage(6, 160, 3, 2),
    _Stage(6, 320, 1, 1),
)
# Of what weights are published.
_ALPHAS = (0.35, 0.5, 0.75, 1.0, 1.3, 1.4)
_SIZES = (96, 128, 160, 192, 224)


def MobileNetV2(  # noqa: N802  (Keras's name)
    input_shape: Shape | None = None,
    alpha: float = 1.0,
    include_top: bool = True,
    weights: Weights = "imagenet",
    input_tensor: KerasTensor | None = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str | None = None,
) -> Functional:
    """MobileNetV2: 17 inverted residual blocks.

    MobileNetV2: Inverted Residuals and Linear Bottlenecks (Sandler, Howard, Zhu, Zhmoginov, Chen;
    arXiv:1801.04381).

    Args:
        input_shape: Shape of one picture; with the top (224, 224, 3) by default, without it any
            height and width.
        alpha: Factor of the number of channels. Weights are published for 0.35, 0.5, 0.75, 1, 1.3
            and 1.4.
        include_top: Whether the model ends in the classes (the top) or in features.
        weights: None for random ones, 'imagenet' for those trained on ImageNet, or the path of a
            file of weights.
        input_tensor: A symbolic tensor to draw the model on, instead of a new input.
        pooling: Without the top: 'avg' or 'max' for one vector a picture, None for a map of them.
        classes: Number of classes, with the top.
        classifier_activation: Activation of the top; None for logits.
        name: Name of the model; by default from `alpha` and the height of the pictures.

    Returns:
        The model, which is not compiled.

    Raises:
        ValueError: If the arguments contradict each other.
        FileNotFoundError: If the published weights are not here and cannot be downloaded.
    """
    files, size = (), 224
    if weights == "imagenet":
        one_of("MobileNetV2 with weights='imagenet'", "alpha", alpha, _ALPHAS)
        size = trained_size("MobileNetV2", input_shape, _SIZES)
        path = f"mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_{float(alpha)}_{size}"
        files = WeightFile(f"{path}.h5"), WeightFile(f"{path}_no_top.h5")
    architecture = Architecture(
        "MobileNetV2",
        body=partial(_body, alpha=alpha),
        head=_head,
        files=files,
        size=size,
    )
    height = size if files else asked_height(input_shape, 224 if include_top else None)
    return architecture.draw(
        Choice(
            include_top=include_top,
            weights=weights,
            input_tensor=input_tensor,
            input_shape=input_shape,
            pooling=pooling,
            classes=classes,
            classifier_activation=classifier_activation,
            name=name or f"mobilenetv2_{alpha:.2f}_{height}",
        )
    )


def _body(images: Any, alpha: float) -> Any:
    x = through(
        images,
        Conv2D(multiple(32 * alpha), 3, strides=2, padding="same", use_bias=False, name="Conv1"),
        _norm("bn_Conv1"),
        ReLU(6.0, name="Conv1_relu"),
    )
    number = 0
    for stage in _STAGES:
        for i in range(stage.depth):
            name = f"block_{number}" if number else "expanded_conv"
            channels = multiple(int(stage.channels * alpha))
            x = _inverted(x, stage.expansion, channels, stage.strides if i == 0 else 1, name)
            number += 1
    return through(
        x,
        Conv2D(multiple(1280 * max(alpha, 1.0)), 1, use_bias=False, name="Conv_1"),
        _norm("Conv_1_bn"),
        ReLU(6.0, name="out_relu"),
    )


def _inverted(x: Any, expansion: int, channels: int, strides: int, name: str) -> Any:
    """More channels, a convolution of each by itself, fewer channels; added where that fits."""
    start, wide = x, channels_of(x)
    if expansion > 1:
        expand = Conv2D(expansion * wide, 1, padding="same", use_bias=False, name=f"{name}_expand")
        x = through(x, expand, _norm(f"{name}_expand_BN"), ReLU(6.0, name=f"{name}_expand_relu"))
    if strides == 2:
        x = padding_for_stride(x, 3, f"{name}_pad")(x)
    depthwise = DepthwiseConv2D(
        3,
        strides=strides,
        padding="valid" if strides == 2 else "same",
        use_bias=False,
        name=f"{name}_depthwise",
    )
    x = through(
        x,
        depthwise,
        _norm(f"{name}_depthwise_BN"),
        ReLU(6.0, name=f"{name}_depthwise_relu"),
        Conv2D(channels, 1, padding="same", use_bias=False, name=f"{name}_project"),
        _norm(f"{name}_project_BN"),
    )
    return Add(name=f"{name}_add")([start, x]) if strides == 1 and wide == channels else x


def _norm(name: str) -> Any:
    return batch_norm(name, momentum=0.999)


def _head(x: Any, classes: int, activation: Any) -> Any:
    predictions = Dense(classes, activation=activation, name="predictions")
    return through(x, GlobalAveragePooling2D(), predictions)


preprocess_input = preprocessing("tf")
