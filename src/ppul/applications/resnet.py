"""ResNet: blocks that learn what to add to their input (arXiv:1512.03385)."""

from __future__ import annotations

from functools import partial
from typing import Any

from ppul.applications.classifier import Architecture, weight_files
from ppul.applications.drawing import average_and_dense, batch_norm, named_pooled, through
from ppul.applications.imagenet_utils import decode_predictions, preprocessing
from ppul.applications.standard import standard
from ppul.layers.convolutional.conv import Conv2D
from ppul.layers.core.activation import Activation
from ppul.layers.merging.merge import Add
from ppul.layers.pooling.pooling import MaxPooling2D
from ppul.layers.reshaping.zero_padding import ZeroPadding2D

__all__ = ["ResNet50", "ResNet101", "ResNet152", "decode_predictions", "preprocess_input"]

# Depths of the four stages, by the number of layers.
STAGES = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}


def _body(images: Any, stages: tuple[int, ...]) -> Any:
    x = through(
        images,
        ZeroPadding2D(3, name="conv1_pad"),
        *_conv_norm(64, 7, "conv1", strides=2),
        Activation("relu", name="conv1_relu"),
        ZeroPadding2D(1, name="pool1_pad"),
        MaxPooling2D(3, strides=2, name="pool1_pool"),
    )
    for stage, depth in enumerate(stages, start=2):
        for number in range(1, depth + 1):
            strides = 2 if number == 1 and stage > 2 else 1
            name = f"conv{stage}_block{number}"
            x = _residual(x, 16 << stage, name, strides, projected=number == 1)
    return x


def _residual(x: Any, filters: int, name: str, strides: int, *, projected: bool) -> Any:
    """`x`, projected where its shape changes, and what three convolutions make of it."""
    shortcut = through(x, *_conv_norm(4 * filters, 1, f"{name}_0", strides)) if projected else x
    change = through(
        x,
        *_conv_norm(filters, 1, f"{name}_1", strides),
        Activation("relu", name=f"{name}_1_relu"),
        *_conv_norm(filters, 3, f"{name}_2", padding="same"),
        Activation("relu", name=f"{name}_2_relu"),
        *_conv_norm(4 * filters, 1, f"{name}_3"),
    )
    x = Add(name=f"{name}_add")([shortcut, change])
    return Activation("relu", name=f"{name}_out")(x)


def _conv_norm(
    filters: int, size: int, name: str, strides: int = 1, padding: str = "valid"
) -> tuple[Any, Any]:
    return (
        Conv2D(filters, size, strides=strides, padding=padding, name=f"{name}_conv"),
        batch_norm(f"{name}_bn", epsilon=1.001e-5),
    )


def _variant(depth: int, *checksums: str):  # noqa: ANN202  (as `standard`)
    title, name = f"ResNet{depth}", f"resnet{depth}"
    architecture = Architecture(
        title,
        body=partial(_body, stages=STAGES[depth]),
        head=average_and_dense,
        tail=named_pooled,
        files=weight_files(f"resnet/{name}_weights_tf_dim_ordering_tf_kernels", *checksums),
    )
    about = (
        f"{depth} layers in residual blocks.\n\nDeep Residual Learning for Image Recognition "
        "(He, Zhang, Ren, Sun; arXiv:1512.03385)."
    )
    return standard(architecture.draw, title=title, name=name, about=about, module=__name__)


ResNet50 = _variant(50, "2cb95161c43110f7111970584f804107", "4d473c1dd8becc155b73f8504c6f6626")
ResNet101 = _variant(101, "f1aeb4b969a6efcfb50fad2f0c20cfc5", "88cf7a10940856eca736dc7b7e228a21")
ResNet152 = _variant(152, "100835be76be38e30d865e96f2aaae62", "ee4c566cf9a93f14d82f913c2dc6dd0c")

preprocess_input = preprocessing("caffe")
