"""NASNet: two cells found by search, repeated (arXiv:1707.07012)."""

from __future__ import annotations

from functools import partial
from typing import Any

from ppul.applications.classifier import Architecture, Choice, WeightFile, Weights
from ppul.applications.drawing import (
    batch_norm,
    channel_axis,
    channels_of,
    height_and_width,
    padding_for_stride,
    through,
)
from ppul.applications.imagenet_utils import decode_predictions, preprocessing
from ppul.applications.standard import documented
from ppul.core.symbolic import KerasTensor
from ppul.core.types import Shape
from ppul.layers.convolutional.conv import Conv2D
from ppul.layers.convolutional.separable_conv import SeparableConv2D
from ppul.layers.core.activation import Activation
from ppul.layers.core.dense import Dense
from ppul.layers.merging.concatenate import Concatenate
from ppul.layers.merging.merge import Add
from ppul.layers.pooling.global_pooling import GlobalAveragePooling2D
from ppul.layers.pooling.pooling import AveragePooling2D, MaxPooling2D
from ppul.layers.reshaping.cropping import Cropping2D
from ppul.layers.reshaping.zero_padding import ZeroPadding2D
from ppul.models.functional import Functional

__all__ = ["NASNetLarge", "NASNetMobile", "decode_predictions", "preprocess_input"]


def _body(images: Any, repeats: int, channels: int, stem: int, *, skips: bool) -> Any:
    """The stem, and `repeats` normal cells three times, with a reducing cell between.

    Args:
        images: The pictures.
        repeats: Number of normal cells between two reducing ones.
        channels: Channels of the first cells; doubled by each reducing cell.
        stem: Channels of the first convolution.
        skips: Whether the cell behind a reducing one takes the output of the cell two before that
            as its second input, instead of that cell's own second input.
    """
    x = through(
        images,
        Conv2D(
            stem,
            3,
            strides=2,
            use_bias=False,
            kernel_initializer="he_normal",
            name="stem_conv1",
        ),
        _norm("stem_bn1"),
    )
    x, before = _reducing(x, None, channels // 4, "stem_1"), x
    x, before = _reducing(x, before, channels // 2, "stem_2"), x
    for part in range(3):
        number = part * repeats
        if part > 0:
            channels *= 2
            reduced = _reducing(x, before, channels, f"reduce_{number}")
            before = before if skips else x
            x = reduced
        for i in range(repeats):
            own = str(number + i + (part > 0))
            x, before = _normal(x, before, channels, own), x
    return Activation("relu")(x)


def _normal(x: Any, before: Any, channels: int, number: str) -> Any:
    """The cell that keeps height and width: figure 4 of the paper, left."""
    p = _fitted(before, x, channels, number)
    h = _squeezed(x, channels, "normal", number)
    name = f"normal_{{}}_{number}".format

    def separable(y: Any, size: int, side: str) -> Any:
        return _separable(y, channels, size, 1, f"normal_{side}_{number}")

    def averaged(y: Any, side: str) -> Any:
        return AveragePooling2D(3, strides=1, padding="same", name=name(side))(y)

    sums = [
        Add(name=name("add_1"))([separable(h, 5, "left1"), separable(p, 3, "right1")]),
        Add(name=name("add_2"))([separable(p, 5, "left2"), separable(p, 3, "right2")]),
        Add(name=name("add_3"))([averaged(h, "left3"), p]),
        Add(name=name("add_4"))([averaged(p, "left4"), averaged(p, "right4")]),
        Add(name=name("add_5"))([separable(h, 3, "left5"), h]),
    ]
    return Concatenate(axis=channel_axis(), name=name("concat"))([p, *sums])


def _reducing(x: Any, before: Any, channels: int, number: str) -> Any:
    """The cell that halves height and width: figure 4 of the paper, right."""
    p = _fitted(before, x, channels, number) if before is not None else x
    h = _squeezed(x, channels, "reduction", number)
    name = f"reduction_{{}}_{number}".format

    def separable(y: Any, size: int, strides: int, side: str) -> Any:
        return _separable(y, channels, size, strides, f"reduction_{side}_{number}")

    def shrunk(pooling: Any, side: str) -> Any:
        return pooling(3, strides=2, name=name(side))(padded)

    def averaged(y: Any, side: str) -> Any:
        return AveragePooling2D(3, strides=1, padding="same", name=name(side))(y)

    left, right = separable(h, 5, 2, "left1"), separable(p, 7, 2, "right1")
    first = Add(name=name("add_1"))([left, right])
    padded = padding_for_stride(h, 3, name("pad_1"))(h)
    second = Add(name=name("add_2"))([shrunk(MaxPooling2D, "left2"), separable(p, 7, 2, "right2")])
    third = Add(name=name("add3"))(
        [shrunk(AveragePooling2D, "left3"), separable(p, 5, 2, "right3")]
    )
    fourth = Add()([second, averaged(first, "left4")])
    fifth = Add(name=name("add4"))(
        [separable(first, 3, 1, "left4"), shrunk(MaxPooling2D, "right5")]
    )
    sums = [second, third, fourth, fifth]
    return Concatenate(axis=channel_axis(), name=name("concat"))(sums)


def _separable(x: Any, channels: int, size: int, strides: int, name: str) -> Any:
    """Two separable convolutions, each with an activation before and normalization behind."""
    x = Activation("relu")(x)
    padding = "same"
    if strides == 2:
        x, padding = padding_for_stride(x, size, f"separable_conv_1_pad_{name}")(x), "valid"

    def separable(number: int, strides: int, padding: str) -> tuple[Any, Any]:
        own = f"separable_conv_{number}"
        conv = SeparableConv2D(
            channels,
            size,
            strides=strides,
            padding=padding,
            use_bias=False,
            name=f"{own}_{name}",
        )
        return conv, _norm(f"{own}_bn_{name}")

    first, second = separable(1, strides, padding), separable(2, 1, "same")
    return through(x, *first, Activation("relu"), *second)


def _squeezed(x: Any, channels: int, cell: str, number: str) -> Any:
    """The first input of a cell, brought to its number of channels."""
    return through(
        x,
        Activation("relu"),
        _pointwise(channels, f"{cell}_conv_1_{number}"),
        _norm(f"{cell}_bn_1_{number}"),
    )


def _fitted(before: Any, x: Any, channels: int, number: str) -> Any:
    """The second input of a cell, brought to the size of the first and the number of channels."""
    if height_and_width(before.shape[1:]) != height_and_width(x.shape[1:]):
        active = Activation("relu", name=f"adjust_relu_1_{number}")(before)
        shifted = through(active, ZeroPadding2D(((0, 1), (0, 1))), Cropping2D(((1, 0), (1, 0))))
        halves = [
            through(
                half,
                AveragePooling2D(1, strides=2, name=f"adjust_avg_pool_{i}_{number}"),
                _pointwise(channels // 2, f"adjust_conv_{i}_{number}"),
            )
            for i, half in enumerate((active, shifted), start=1)
        ]
        before = Concatenate(axis=channel_axis())(halves)
    elif channels_of(before) != channels:
        projection = _pointwise(channels, f"adjust_conv_projection_{number}")
        before = through(before, Activation("relu"), projection)
    else:
        return before
    return _norm(f"adjust_bn_{number}")(before)


def _pointwise(channels: int, name: str) -> Conv2D:
    return Conv2D(
        channels,
        1,
        padding="same",
        use_bias=False,
        kernel_initializer="he_normal",
        name=name,
    )


def _norm(name: str) -> Any:
    return batch_norm(name, momentum=0.9997, epsilon=1e-3)


def _head(x: Any, classes: int, activation: Any) -> Any:
    predictions = Dense(classes, activation=activation, name="predictions")
    return through(x, GlobalAveragePooling2D(), predictions)


def _variant(  # noqa: ANN202  (as `standard`)
    kind: str, size: int, body: Any, with_top: str, without: str
):
    title, name = f"NASNet{kind}", f"nasnet_{kind.lower()}"
    path = f"nasnet/NASNet-{kind.lower()}"
    architecture = Architecture(
        title,
        body=body,
        head=_head,
        files=(
            WeightFile(f"{path}.h5", with_top, f"{name}.h5"),
            WeightFile(f"{path}-no-top.h5", without, f"{name}_no_top.h5"),
        ),
        size=size,
        any_size=False,
    )

    def build(
        input_shape: Shape | None = None,
        include_top: bool = True,
        weights: Weights = "imagenet",
        input_tensor: KerasTensor | None = None,
        pooling: str | None = None,
        classes: int = 1000,
        classifier_activation: Any = "softmax",
        name: str = name,
    ) -> Functional:
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
        f"cells found by search, for pictures of {size} x {size}; height and width must be "
        "known.\n\nLearning Transferable Architectures for Scalable Image Recognition (Zoph, "
        "Vasudevan, Shlens, Le; arXiv:1707.07012)."
    )
    return documented(build, title=title, about=about, module=__name__)


NASNetMobile = _variant(
    "Mobile",
    224,
    partial(_body, repeats=4, channels=44, stem=32, skips=False),
    "020fb642bf7360b370c678b08e0adf61",
    "1ed92395b5b598bdda52abe5c0dbfd63",
)
NASNetLarge = _variant(
    "Large",
    331,
    partial(_body, repeats=6, channels=168, stem=96, skips=True),
    "11577c9a518f0070763c2b964a382f17",
    "d81d89dc07e6e56530c4e77faddd61b5",
)

preprocess_input = preprocessing("tf")
