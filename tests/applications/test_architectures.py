"""Every architecture is built of the layers Keras builds it of, with the same weights in order."""

from __future__ import annotations

import inspect
import re
from typing import Any

import keras
import pytest

import ppul
from tests.applications.cases import SMALLEST, TITLES, Case, description, least
from tests.tables import rows_of

FEATURES = {"include_top": False}
UNPREPARED = {"include_preprocessing": False, "classes": 7}

VARIANTS = [
    Case("MobileNet", {"alpha": 0.25, "input_shape": (33, 47, 3), "classes": 7}),
    *(Case(title, FEATURES) for title in SMALLEST),
    *(
        Case(title, FEATURES | {"pooling": "avg", "name": "mine"})
        for title in ("VGG16", "ResNet50")
    ),
    *(Case(title, FEATURES | {"pooling": "max"}) for title in SMALLEST),
    *(
        Case(title, {"input_shape": least(title), "classes": 7}, on_tensor=True)
        for title in SMALLEST
    ),
    Case("MobileNet", {"alpha": 0.3, "depth_multiplier": 2, "input_shape": (32, 32, 1)}),
    Case("MobileNet", {"dropout": 0.0, "classifier_activation": None, "name": "mine"}),
    *(
        Case("MobileNetV2", {"alpha": alpha, "input_shape": (32, 47, 3)})
        for alpha in (0.35, 0.5, 0.75, 1.3, 1.4)
    ),
    *(
        Case(title, {"alpha": alpha, "minimalistic": minimalistic, "input_shape": (32, 47, 3)})
        for title in ("MobileNetV3Small", "MobileNetV3Large")
        for alpha in (0.35, 0.75, 1.3)
        for minimalistic in (False, True)
    ),
    Case("MobileNetV3Small", UNPREPARED | {"dropout_rate": 0.0}),
    Case("EfficientNetV2B0", UNPREPARED),
    Case("EfficientNetV2S", UNPREPARED),
    Case("ConvNeXtTiny", UNPREPARED | {"name": "mine"}),
    *(
        Case(title, {"input_shape": (33, 47, 1)})
        for title in ("EfficientNetB0", "EfficientNetV2B0", "EfficientNetV2S", "ConvNeXtTiny")
    ),
    *(
        Case(title, {"input_shape": least(title)[::-1], "classes": 7}, "channels_first")
        # The others Keras does not draw so.
        for title in SMALLEST
        if title not in ("DenseNet121", "ConvNeXtTiny", "NASNetMobile")
    ),
]


@rows_of([*VARIANTS, *(Case(title) for title in TITLES)], kind=lambda _: "architecture")
def test_layers_and_weights_are_those_of_keras(case: Case, drawn_quickly: Any) -> None:
    ours, theirs = description(case.draw(ppul)), description(case.draw(keras))
    for our_layer, their_layer in zip(ours.pop("layers"), theirs.pop("layers"), strict=True):
        assert our_layer == their_layer
    assert ours == theirs


@pytest.mark.parametrize("title", TITLES)
def test_the_docstring_names_the_paper_and_every_argument(title: str) -> None:
    function = getattr(ppul.applications, title)
    for name in inspect.signature(function).parameters:
        assert re.search(rf"^ +{name}: .", function.__doc__, re.MULTILINE), name
    assert "arXiv:" in function.__doc__
    assert f"{function.__module__}.{function.__name__}".startswith("ppul.applications.")
