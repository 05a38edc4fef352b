"""MobileNet: depthwise convolutions for small machines (arXiv:1704.04861)."""

from __future__ import annotations

import warnings
from functools import partial
from typing import Any

from ppul.applications.classifier import Architecture, Choice, WeightFile, Weights
from ppul.applications.drawing import batch_norm, height_and_width, through
from ppul.applications.imagenet_utils import decode_predictions, preprocessing
from ppul.core.checks import one_of
from ppul.core.symbolic import KerasTensor
from ppul.core.types import Shape
from ppul.layers.activations.activation_layers import ReLU
from ppul.layers.convolutional.conv import Conv2D
from ppul.layers.convolutional.depthwise_conv import DepthwiseConv2D
from ppul.layers.core.activation import Activation
from ppul.layers.pooling.global_pooling import GlobalAveragePooling2D
from ppul.layers.regularization.dropout import Dropout
from ppul.layers.reshaping.reshape import Reshape
from ppul.layers.reshaping.zero_padding import ZeroPadding2D
from ppul.models.functional import Functional

__all__ = ["MobileNet", "decode_predictions", "preprocess_input"]

# Channels of the blocks, and the blocks that halve height and width.
_CHANNELS = (64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024)
_HALVING = (2, 4, 6, 12)
# Of what weights are published: alpha as files spell it, and the sizes of pictures.
_ALPHAS = {0.25: "2_5", 0.5: "5_0", 0.75: "7_5", 1.0: "1_0"}
_SIZES = (128, 160, 192, 224)
_WITH_WEIGHTS = "MobileNet with weights='imagenet'"


def MobileNet(  # noqa: N802  (Keras's name)
    input_shape: Shape | None = None,
    alpha: float = 1.0,
    depth_multiplier: int = 1,
    dropout: float = 0.001,
    include_top: bool = True,
    weights: Weights = "imagenet",
    input_tensor: KerasTensor | None = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str | None = None,
) -> Functional:
    """MobileNet: 13 pairs of a depthwise and a pointwise convolution.

    MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications (Howard et
    al.; arXiv:1704.04861).

    Args:
        input_shape: Shape of one picture; with the top (224, 224, 3) by default, without it any
            height and width.
        alpha: Factor of the number of channels. Weights are published for 0.25, 0.5, 0.75 and 1.
        depth_multiplier: Number of outputs of the depthwise convolutions for each channel.
        dropout: Rate of the dropout before the classes.
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

    Example:
        >>> MobileNet((32, 32, 3), alpha=0.25, weights=None, classes=7).output_shape
        (None, 7)
    """
    files, size = (), 224
    if weights == "imagenet":
        one_of(_WITH_WEIGHTS, "alpha", alpha, tuple(_ALPHAS))
        one_of(_WITH_WEIGHTS, "depth_multiplier", depth_multiplier, (1,))
        size = trained_size("MobileNet", input_shape, _SIZES)
        path = f"mobilenet/mobilenet_{_ALPHAS[alpha]}_{size}_tf"
        files = WeightFile(f"{path}.h5"), WeightFile(f"{path}_no_top.h5")
    architecture = Architecture(
        "MobileNet",
        body=partial(_body, alpha=alpha, multiplier=depth_multiplier),
        head=partial(_head, dropout=dropout),
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
            name=name or f"mobilenet_{alpha:.2f}_{height}",
        )
    )


def asked_height(input_shape: Shape | None, default: int | None) -> int | None:
    """Return the height of pictures of a shape, or the default where none is given."""
    if input_shape is None:
        return default
    return height_and_width(input_shape)[0]


def trained_size(title: str, input_shape: Shape | None, sizes: tuple[int, ...]) -> int:
    """Return the size of the pictures with which the weights to load were trained.

    Args:
        title: The architecture, for the warning.
        input_shape: The shape that was asked for.
        sizes: The sizes for which there are weights; the last one stands in for others.
    """
    if input_shape is None or len(input_shape) != 3:
        return sizes[-1]
    height, width = height_and_width(input_shape)
    if height == width and height in sizes:
        return height
    warnings.warn(
        f"{title}: weights are published for pictures of {', '.join(map(str, sizes))} x the same; "
        f"those for {sizes[-1]} are taken for input_shape={tuple(input_shape)}.",
        stacklevel=3,
    )
    return sizes[-1]


def _body(images: Any, alpha: float, multiplier: int) -> Any:
    x = through(
        images,
        Conv2D(int(32 * alpha), 3, strides=2, padding="same", use_bias=False, name="conv1"),
        *_norm_relu("conv1"),
    )
    for number, channels in enumerate(_CHANNELS, start=1):
        x = _separable(x, int(channels * alpha), multiplier, number)
    return x


def _separable(x: Any, channels: int, multiplier: int, number: int) -> Any:
    """A convolution of each channel by itself, then one across channels."""
    halves = number in _HALVING
    if halves:
        x = ZeroPadding2D(((0, 1), (0, 1)), name=f"conv_pad_{number}")(x)
    depthwise = DepthwiseConv2D(
        3,
        strides=2 if halves else 1,
        padding="valid" if halves else "same",
        depth_multiplier=multiplier,
        use_bias=False,
        name=f"conv_dw_{number}",
    )
    return through(
        x,
        depthwise,
        *_norm_relu(f"conv_dw_{number}"),
        Conv2D(channels, 1, padding="same", use_bias=False, name=f"conv_pw_{number}"),
        *_norm_relu(f"conv_pw_{number}"),
    )


def _norm_relu(name: str) -> tuple[Any, Any]:
    return batch_norm(f"{name}_bn"), ReLU(6.0, name=f"{name}_relu")


def _head(x: Any, classes: int, activation: Any, dropout: float) -> Any:
    return through(
        x,
        GlobalAveragePooling2D(keepdims=True),
        Dropout(dropout, name="dropout"),
        Conv2D(classes, 1, padding="same", name="conv_preds"),
        Reshape((classes,), name="reshape_2"),
        Activation(activation, name="predictions"),
    )


preprocess_input = preprocessing("tf")
