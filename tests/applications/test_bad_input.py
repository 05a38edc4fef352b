"""What cannot be is refused early, with what was found, what was expected and what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ppul import Input, applications
from ppul.applications import imagenet_utils
from ppul.config import set_image_data_format

ROWS: dict[str, tuple[Callable[[], Any], str]] = {
    "weights: no such file": (
        lambda: applications.VGG16(weights="imagnet"),
        "VGG16: `weights` must be None, 'imagenet' or the path.*'imagnet'.*no such file",
    ),
    "weights: classes of one's own": (
        lambda: applications.ResNet50(classes=7),
        "`classes` must be 1000; got 7.*include_top=False",
    ),
    "weights: another activation": (
        lambda: applications.ResNet50(classifier_activation="relu"),
        "`classifier_activation` must be None or 'softmax'; got 'relu'",
    ),
    "weights: another size": (
        lambda: applications.DenseNet121(input_shape=(32, 32, 3)),
        r"must be \(224, 224, 3\); got \(32, 32, 3\).*include_top=False",
    ),
    "weights: another number of channels": (
        lambda: applications.EfficientNetB0(include_top=False, input_shape=(32, 32, 1)),
        r"for pictures of 3 channels; got 1 in input_shape=\(32, 32, 1\)",
    ),
    "weights: another width": (
        lambda: applications.MobileNet(alpha=0.3),
        "MobileNet with weights='imagenet': `alpha` must be one of 0.25, 0.5, 0.75, 1.0; got 0.3",
    ),
    "weights: another multiplier": (
        lambda: applications.MobileNet(depth_multiplier=2),
        "`depth_multiplier` must be one of 1; got 2",
    ),
    "weights: another width of V2": (
        lambda: applications.MobileNetV2(alpha=0.3),
        "MobileNetV2 with.*`alpha` must be one of 0.35, 0.5.*got 0.3",
    ),
    "weights: another width of V3": (
        lambda: applications.MobileNetV3Small(alpha=0.75, minimalistic=True),
        "MobileNetV3Small with.*`alpha` must be one of 1.0; got 0.75",
    ),
    "shape: rank": (
        lambda: applications.VGG19(weights=None, input_shape=(32, 32)),
        r"`input_shape` must be three numbers, such as \(224, 224, 3\); got \(32, 32\)",
    ),
    "shape: too small": (
        lambda: applications.Xception(weights=None, input_shape=(71, 70, 3)),
        r"pictures must be at least 71 x 71; got input_shape=\(71, 70, 3\)",
    ),
    "shape: unknown with the top": (
        lambda: applications.InceptionV3(weights=None, input_shape=(None, None, 3)),
        r"height and width must be known here; got input_shape=\(None, None, 3\)",
    ),
    "shape: unknown": (
        lambda: applications.NASNetMobile(
            weights=None, include_top=False, input_shape=(None, None, 3)
        ),
        "NASNetMobile: height and width must be known here",
    ),
    "shape: unknown channels": (
        lambda: applications.ConvNeXtTiny(weights=None, input_tensor=Input((32, 32, None))),
        "number of channels must be known",
    ),
    "tensor: an array": (
        lambda: applications.InceptionResNetV2(weights=None, input_tensor=np.ones((1, 75, 75, 3))),
        "`input_tensor` must be a symbolic tensor.*got ndarray",
    ),
    "pooling": (
        lambda: applications.VGG16(weights=None, include_top=False, pooling="average"),
        "`pooling` must be one of None, 'avg', 'max'; got 'average'",
    ),
    "pixels: mode": (
        lambda: imagenet_utils.preprocess_input(np.ones((2, 2, 3)), mode="cafe"),
        "`mode` must be one of 'caffe', 'tf', 'torch'; got 'cafe'. Did you mean 'caffe'",
    ),
    "pixels: data format": (
        lambda: imagenet_utils.preprocess_input(np.ones((2, 2, 3)), "channels_frist"),
        "preprocess_input: `data_format`.*Did you mean 'channels_first'",
    ),
    "predictions: of other classes": (
        lambda: imagenet_utils.decode_predictions(np.ones((2, 10))),
        r"1000 classes, of shape \(pictures, 1000\); got shape \(2, 10\)",
    ),
    "predictions: of one picture": (
        lambda: imagenet_utils.decode_predictions(np.ones(1000)),
        r"got shape \(1000,\)",
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_the_message_says_what_was_found_and_what_was_expected(row: str) -> None:
    call, message = ROWS[row]
    with pytest.raises(ValueError, match=f"(?s){message}"):
        call()


def test_convnext_says_that_it_takes_channels_last() -> None:
    set_image_data_format("channels_first")
    try:
        with pytest.raises(ValueError, match=r"channels last.*set_image_data_format"):
            applications.ConvNeXtTiny(weights=None)
    finally:
        set_image_data_format("channels_last")


def test_a_strange_number_of_channels_is_said() -> None:
    with pytest.warns(UserWarning, match=r"1 or 3 channels; input_shape=\(32, 32, 5\) has 5"):
        model = applications.VGG16(weights=None, include_top=False, input_shape=(32, 32, 5))
    assert model.input_shape == (None, 32, 32, 5)
