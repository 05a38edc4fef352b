"""ResNet V2: residual blocks that normalize and activate first (arXiv:1603.05027)."""

from __future__ import annotations

from functools import partial
from typing import Any

from ppul.applications.classifier import Architecture, weight_files
from ppul.applications.drawing import average_and_dense, batch_norm, named_pooled, through
from ppul.applications.imagenet_utils import decode_predictions, preprocessing
from ppul.applications.resnet import STAGES
from ppul.applications.standard import standard
from ppul.layers.convolutional.conv import Conv2D
from ppul.layers.core.activation import Activation
from ppul.layers.merging.merge import Add
from ppul.layers.pooling.pooling import MaxPooling2D
from ppul.layers.reshaping.zero_padding import ZeroPadding2D

__all__ = ["ResNet50V2", "ResNet101V2", "ResNet152V2", "decode_predictions", "preprocess_input"]


def _body(images: Any, stages: tuple[int, ...]) -> Any:
    x = through(
        images,
        ZeroPadding2D(3, name="conv1_pad"),
        Conv2D(64, 7, strides=2, name="conv1_conv"),
        ZeroPadding2D(1, name="pool1_pad"),
        MaxPooling2D(3, strides=2, name="pool1_pool"),
    )
    for stage, depth in enumerate(stages, start=2):
        for number in range(1, depth + 1):
            # Each stage but the last ends at half the height and width.
            strides = 2 if number == depth and stage <= len(stages) else 1
            name = f"conv{stage}_block{number}"
            x = _residual(x, 16 << stage, name, strides, projected=number == 1)
    return through(x, *_norm_relu("post"))


def _residual(x: Any, filters: int, name: str, strides: int, *, projected: bool) -> Any:
    """`x`, fitted where its shape changes, and what three convolutions make of it."""
    active = through(x, *_norm_relu(f"{name}_preact"))
    if projected:
        shortcut = Conv2D(4 * filters, 1, strides=strides, name=f"{name}_0_conv")(active)
    else:
        shortcut = MaxPooling2D(1, strides=strides)(x) if strides > 1 else x
    change = through(
        active,
        Conv2D(filters, 1, use_bias=False, name=f"{name}_1_conv"),
        *_norm_relu(f"{name}_1"),
        ZeroPadding2D(1, name=f"{name}_2_pad"),
        Conv2D(filters, 3, strides=strides, use_bias=False, name=f"{name}_2_conv"),
        *_norm_relu(f"{name}_2"),
        Conv2D(4 * filters, 1, name=f"{name}_3_conv"),
    )
    return Add(name=f"{name}_out")([shortcut, change])


def _norm_relu(name: str) -> tuple[Any, Any]:
    return (
        batch_norm(f"{name}_bn", epsilon=1.001e-5),
        Activation("relu", name=f"{name}_relu"),
    )


def _variant(depth: int, *checksums: str):  # noqa: ANN202  (as `standard`)
    title, name = f"ResNet{depth}V2", f"resnet{depth}v2"
    architecture = Architecture(
        title,
        body=partial(_body, stages=STAGES[depth]),
        head=average_and_dense,
        tail=named_pooled,
        files=weight_files(f"resnet/{name}_weights_tf_dim_ordering_tf_kernels", *checksums),
    )
    about = (
        f"{depth} layers in residual blocks that normalize first.\n\nIdentity Mappings in Deep "
        "Residual Networks (He, Zhang, Ren, Sun; arXiv:1603.05027)."
    )
    return standard(architecture.draw, title=title, name=name, about=about, module=__name__)


ResNet50V2 = _variant(50, "3ef43a0b657b3be2300d5770ece849e0", "fac2f116257151a9d068a22e544a4917")
ResNet101V2 = _variant(101, "6343647c601c52e1368623803854d971", "c0ed64b8031c3730f411d2eb4eea35b5")
ResNet152V2 = _variant(152, "a49b44d1979771252814e80f8ec446f9", "ed17cf2e0169df9d443503ef94b23b33")

preprocess_input = preprocessing("tf")
