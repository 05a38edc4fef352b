"""DenseNet: every layer of a block sees what all before it found (arXiv:1608.06993)."""

from __future__ import annotations

from functools import partial
from typing import Any

from ppul.applications.classifier import Architecture, weight_files
from ppul.applications.drawing import (
    average_and_dense,
    batch_norm,
    channel_axis,
    channels_of,
    named_pooled,
    through,
)
from ppul.applications.imagenet_utils import decode_predictions, preprocessing
from ppul.applications.standard import standard
from ppul.layers.convolutional.conv import Conv2D
from ppul.layers.core.activation import Activation
from ppul.layers.merging.concatenate import Concatenate
from ppul.layers.pooling.pooling import AveragePooling2D, MaxPooling2D
from ppul.layers.reshaping.zero_padding import ZeroPadding2D

__all__ = ["DenseNet121", "DenseNet169", "DenseNet201", "decode_predictions", "preprocess_input"]

_GROWTH = 32


def _body(images: Any, blocks: tuple[int, ...]) -> Any:
    x = through(
        images,
        ZeroPadding2D(3),
        Conv2D(64, 7, strides=2, use_bias=False, name="conv1_conv"),
        *_norm_relu("conv1_"),
        ZeroPadding2D(1),
        MaxPooling2D(3, strides=2, name="pool1"),
    )
    for stage, depth in enumerate(blocks, start=2):
        for number in range(1, depth + 1):
            x = _grown(x, f"conv{stage}_block{number}")
        if stage <= len(blocks):
            x = _halved(x, f"pool{stage}")
    return through(x, *_norm_relu(""))


def _grown(x: Any, name: str) -> Any:
    """The channels of `x`, and new ones made from them."""
    new = through(
        x,
        *_norm_relu(f"{name}_0_"),
        Conv2D(4 * _GROWTH, 1, use_bias=False, name=f"{name}_1_conv"),
        *_norm_relu(f"{name}_1_"),
        Conv2D(_GROWTH, 3, padding="same", use_bias=False, name=f"{name}_2_conv"),
    )
    return Concatenate(axis=channel_axis(), name=f"{name}_concat")([x, new])


def _halved(x: Any, name: str) -> Any:
    """Half the channels, at half the height and width."""
    return through(
        x,
        *_norm_relu(f"{name}_"),
        Conv2D(channels_of(x) // 2, 1, use_bias=False, name=f"{name}_conv"),
        AveragePooling2D(2, strides=2, name=f"{name}_pool"),
    )


def _norm_relu(prefix: str) -> tuple[Any, Any]:
    return (
        batch_norm(f"{prefix}bn", epsilon=1.001e-5),
        Activation("relu", name=f"{prefix}relu"),
    )


def _variant(depth: int, blocks: tuple[int, ...], *checksums: str):  # noqa: ANN202  (as `standard`)
    title, name = f"DenseNet{depth}", f"densenet{depth}"
    architecture = Architecture(
        title,
        body=partial(_body, blocks=blocks),
        head=average_and_dense,
        tail=named_pooled,
        files=weight_files(f"densenet/{name}_weights_tf_dim_ordering_tf_kernels", *checksums),
    )
    about = (
        f"{depth} layers in densely connected blocks.\n\nDensely Connected Convolutional Networks "
        "(Huang, Liu, van der Maaten, Weinberger; arXiv:1608.06993)."
    )
    return standard(architecture.draw, title=title, name=name, about=about, module=__name__)


DenseNet121 = _variant(
    121,
    (6, 12, 24, 16),
    "9d60b8095a5708f2dcce2bca79d332c7",
    "30ee3e1110167f948a6b9946edeeb738",
)
DenseNet169 = _variant(
    169,
    (6, 12, 32, 32),
    "d699b8f76981ab1b30698df4c175e90b",
    "b8c4d4c20dd625c148057b9ff1c1176b",
)
DenseNet201 = _variant(
    201,
    (6, 12, 48, 32),
    "1ceb130c1ea1b78c3bf6114dbdfd8807",
    "c13680b51ded0fb44dff2d8f86ac8bb1",
)

preprocess_input = preprocessing("torch")
