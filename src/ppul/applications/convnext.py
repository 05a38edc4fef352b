"""ConvNeXt: a convolutional network after the manner of transformers (arXiv:2201.03545)."""

from __future__ import annotations

from functools import partial
from typing import Any

from ppul.applications.classifier import Architecture, Choice, Weights, weight_files
from ppul.applications.drawing import channel_axis, channels_of, pooled, through
from ppul.applications.imagenet_utils import decode_predictions, preprocessing
from ppul.applications.scaling import LayerScale
from ppul.applications.standard import documented
from ppul.core.symbolic import KerasTensor
from ppul.core.types import Shape
from ppul.layers.convolutional.conv import Conv2D
from ppul.layers.core.activation import Activation
from ppul.layers.core.dense import Dense
from ppul.layers.normalization.layer_normalization import LayerNormalization
from ppul.layers.pooling.global_pooling import GlobalAveragePooling2D
from ppul.layers.preprocessing.normalization import Normalization
from ppul.models.functional import Functional
from ppul.models.sequential import Sequential

__all__ = [
    "ConvNeXtBase",
    "ConvNeXtLarge",
    "ConvNeXtSmall",
    "ConvNeXtTiny",
    "ConvNeXtXLarge",
    "decode_predictions",
    "preprocess_input",
]

# Of ImageNet's pixels, of 0 to 255.
_MEANS = [0.485 * 255, 0.456 * 255, 0.406 * 255]
_VARIANCES = [(0.229 * 255) ** 2, (0.224 * 255) ** 2, (0.225 * 255) ** 2]
# What the factors of the channels begin with.
_FIRST_SCALE = 1e-6
# Checksums of the published weights, with the top and without.
_CHECKSUMS = {
    "Tiny": (
        "8ae6e78ce2933352b1ef4008e6dd2f17bc40771563877d156bc6426c7cf503ff",
        "d547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1",
    ),
    "Small": (
        "ce1277d8f1ee5a0ef0e171469089c18f5233860ceaf9b168049cb9263fd7483c",
        "6fc8009faa2f00c1c1dfce59feea9b0745eb260a7dd11bee65c8e20843da6eab",
    ),
    "Base": (
        "52cbb006d3dadd03f6e095a8ca1aca47aecdd75acb4bc74bce1f5c695d0086e6",
        "40a20c5548a5e9202f69735ecc06c990e6b7c9d2de39f0361e27baeb24cb7c45",
    ),
    "Large": (
        "070c5ed9ed289581e477741d3b34beffa920db8cf590899d6d2c67fba2a198a6",
        "96f02b6f0753d4f543261bc9d09bed650f24dd6bc02ddde3066135b63d23a1cd",
    ),
    "XLarge": (
        "c1f5ccab661354fc3a79a10fa99af82f0fbf10ec65cb894a3ae0815f17a889ee",
        "de3f8a54174130e0cecdc71583354753d557fcf1f4487331558e2a16ba0cfe05",
    ),
}


def _body(
    images: Any, depths: tuple[int, ...], widths: tuple[int, ...], name: str, *, prepared: bool
) -> Any:
    if channel_axis() != 3:
        raise ValueError(
            "ConvNeXt takes pictures with their channels last; `image_data_format` is "
            "'channels_first'. Call `ppul.config.set_image_data_format('channels_last')` before."
        )
    x = images
    if not prepared and channels_of(images) == len(_MEANS):
        preparation = f"{name}_prestem_normalization"
        x = Normalization(mean=_MEANS, variance=_VARIANCES, name=preparation)(x)
    stem = [
        Conv2D(widths[0], 4, strides=4, name=f"{name}_stem_conv"),
        _norm(f"{name}_stem_layernorm"),
    ]
    x = Sequential(stem, name=f"{name}_stem")(x)
    for stage, (depth, width) in enumerate(zip(depths, widths, strict=True)):
        if stage > 0:
            x = _halved(x, width, stage - 1, name)
        for number in range(depth):
            x = x + _change(x, width, f"{name}_stage_{stage}_block_{number}")
    return x


def _halved(x: Any, width: int, number: int, name: str) -> Any:
    """More channels, at half the height and width."""
    layers = [
        _norm(f"{name}_downsampling_layernorm_{number}"),
        Conv2D(width, 2, strides=2, name=f"{name}_downsampling_conv_{number}"),
    ]
    return Sequential(layers, name=f"{name}_downsampling_block_{number}")(x)


def _change(x: Any, width: int, name: str) -> Any:
    """What a block adds to its input."""
    return through(
        x,
        Conv2D(width, 7, padding="same", groups=width, name=f"{name}_depthwise_conv"),
        _norm(f"{name}_layernorm"),
        Dense(4 * width, name=f"{name}_pointwise_conv_1"),
        Activation("gelu", name=f"{name}_gelu"),
        Dense(width, name=f"{name}_pointwise_conv_2"),
        LayerScale(_FIRST_SCALE, width, name=f"{name}_layer_scale"),
        Activation("linear", name=f"{name}_identity"),
    )


def _norm(name: str | None = None) -> LayerNormalization:
    return LayerNormalization(epsilon=1e-6, name=name)


def _head(x: Any, classes: int, activation: Any, name: str) -> Any:
    return through(
        x,
        GlobalAveragePooling2D(name=f"{name}_head_gap"),
        _norm(f"{name}_head_layernorm"),
        Dense(classes, activation=activation, name=f"{name}_head_dense"),
    )


def _tail(x: Any, pooling: str | None) -> Any:
    return _norm()(pooled(x, pooling))


def _variant(size: str, depths: tuple[int, ...], width: int):  # noqa: ANN202  (as `standard`)
    title, name = f"ConvNeXt{size}", f"convnext_{size.lower()}"
    files = weight_files(f"convnext/{name}", *_CHECKSUMS[size])
    widths = (width, 2 * width, 4 * width, 8 * width)

    def build(
        include_top: bool = True,
        include_preprocessing: bool = True,
        weights: Weights = "imagenet",
        input_tensor: KerasTensor | None = None,
        input_shape: Shape | None = None,
        pooling: str | None = None,
        classes: int = 1000,
        classifier_activation: Any = "softmax",
        name: str = name,
    ) -> Functional:
        body = partial(_body, depths=depths, widths=widths, name=name)
        architecture = Architecture(
            title,
            body=partial(body, prepared=not include_preprocessing),
            head=partial(_head, name=name),
            tail=_tail,
            files=files,
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

    about = (
        f"{sum(depths)} blocks of a 7 x 7 convolution and two dense layers.\n\nA ConvNet for the "
        "2020s (Liu, Mao, Wu, Feichtenhofer, Darrell, Xie; arXiv:2201.03545)."
    )
    return documented(build, title=title, about=about, module=__name__)


_SHALLOW, _DEEP = (3, 3, 9, 3), (3, 3, 27, 3)

ConvNeXtTiny = _variant("Tiny", _SHALLOW, 96)
ConvNeXtSmall = _variant("Small", _DEEP, 96)
ConvNeXtBase = _variant("Base", _DEEP, 128)
ConvNeXtLarge = _variant("Large", _DEEP, 192)
ConvNeXtXLarge = _variant("XLarge", _DEEP, 256)

preprocess_input = preprocessing(None)
