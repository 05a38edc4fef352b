"""VGG: many small convolutions, one behind another (arXiv:1409.1556)."""

from __future__ import annotations

from functools import partial
from typing import Any

from ppul.applications.classifier import Architecture, weight_files
from ppul.applications.drawing import through
from ppul.applications.standard import standard
from ppul.layers.convolutional.conv import Conv2D
from ppul.layers.core.dense import Dense
from ppul.layers.pooling.pooling import MaxPooling2D
from ppul.layers.reshaping.flatten import Flatten

# Channels of the convolutions of each block.
_CHANNELS = (64, 128, 256, 512, 512)


def _body(x: Any, depths: tuple[int, ...]) -> Any:
    for block, (channels, depth) in enumerate(zip(_CHANNELS, depths, strict=True), start=1):
        for number in range(1, depth + 1):
            name = f"block{block}_conv{number}"
            x = Conv2D(channels, 3, padding="same", activation="relu", name=name)(x)
        x = MaxPooling2D(2, strides=2, name=f"block{block}_pool")(x)
    return x


def _head(x: Any, classes: int, activation: Any) -> Any:
    return through(
        x,
        Flatten(name="flatten"),
        Dense(4096, activation="relu", name="fc1"),
        Dense(4096, activation="relu", name="fc2"),
        Dense(classes, activation=activation, name="predictions"),
    )


def vgg(depths: tuple[int, ...], *checksums: str, module: str):  # noqa: ANN201  (as `standard`)
    """Return the function that draws a VGG.

    Args:
        depths: Numbers of convolutions in its blocks.
        *checksums: Checksums of the published weights, with the top and without.
        module: The module it is public in.
    """
    layers = sum(depths) + 3
    title, name = f"VGG{layers}", f"vgg{layers}"
    architecture = Architecture(
        title,
        body=partial(_body, depths=depths),
        head=_head,
        files=weight_files(f"{name}/{name}_weights_tf_dim_ordering_tf_kernels", *checksums),
    )
    about = (
        f"{sum(depths)} convolutions and 3 dense layers.\n\nVery Deep Convolutional Networks for "
        "Large-Scale Image Recognition (Simonyan, Zisserman; arXiv:1409.1556)."
    )
    return standard(architecture.draw, title=title, name=name, about=about, module=module)
