"""Published weights: where they come from, which are loaded, what is said without network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

import ppul
from ppul.applications import imagenet_utils
from tests.applications.cases import TITLES, Case, spread
from tests.tables import rows_of


class Asked(Exception):  # noqa: N818  (it is no error)
    """A file is asked for."""


def recorded(draw: Callable[[], Any]) -> dict[str, Any]:
    """Return what a library asks its `get_file` for."""
    with pytest.raises(Asked) as caught:
        draw()
    args, kwargs = caught.value.args
    named = dict(zip(("fname", "origin"), args, strict=False)) | kwargs
    return {name: value for name, value in named.items() if value is not None}


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let both libraries' `get_file` only say what it was asked for."""

    def ask(*args: Any, **kwargs: Any) -> None:
        raise Asked(args, kwargs)

    monkeypatch.setattr("ppul.applications.classifier.get_file", ask)
    monkeypatch.setattr("keras.src.utils.file_utils.get_file", ask)


def rows() -> list[Case]:
    small, usual = (96, 96, 3), (224, 224, 3)
    features = {"include_top": False, "input_shape": usual}
    kinds = [{"alpha": 0.75}, {"minimalistic": True}]
    return [
        Case("VGG16", features),
        *(Case(title, features) for title in TITLES),
        # Without a size, Keras warns that those of MobileNetV3 are for 224 x 224.
        *(
            Case(title, {"input_shape": usual} if title.startswith("MobileNetV3") else {})
            for title in TITLES
        ),
        *(Case("MobileNet", {"alpha": alpha}) for alpha in (0.25, 0.5, 0.75)),
        *(Case("MobileNet", {"input_shape": (size, size, 3)}) for size in (128, 160, 192)),
        *(Case("MobileNetV2", {"alpha": alpha}) for alpha in (0.35, 0.5, 0.75, 1.3, 1.4)),
        Case("MobileNetV2", features | {"input_shape": small}),
        *(
            Case(f"MobileNetV3{size}", features | kind)
            for size in ("Small", "Large")
            for kind in kinds
        ),
    ]


@rows_of(rows(), kind=lambda _: "file")
def test_the_file_is_the_one_keras_asks_for(case: Case, asking: None, drawn_quickly: None) -> None:
    ours, theirs = (recorded(lambda lib=lib: case.draw(lib, "imagenet")) for lib in (ppul, keras))
    assert ours == theirs


def test_without_network_the_error_says_which_file_to_put_where(home: Any, offline: None) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        ppul.applications.NASNetMobile(include_top=False)
    message = str(caught.value)
    assert "/keras-applications/nasnet/NASNet-mobile-no-top.h5" in message
    assert f"put it there as {home / 'models' / 'nasnet_mobile_no_top.h5'}." in message
    assert "PPUL_DATA_DIR" not in message


@pytest.mark.thorough
def test_weights_in_the_cache_are_loaded(home: Any, offline: None, drawn_quickly: None) -> None:
    arguments = {"alpha": 0.25, "include_top": False, "input_shape": (128, 128, 3)}
    theirs = spread(Case("MobileNet", arguments).draw(keras))
    keras.models.save_model(theirs, home / "models" / "mobilenet_2_5_128_tf_no_top.h5")
    ours = Case("MobileNet", arguments).draw(ppul, "imagenet")
    for our_weight, their_weight in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_array_equal(our_weight, their_weight)


@pytest.mark.thorough
def test_pixels_are_rescaled_for_the_published_weights_of_efficientnet(
    drawn_quickly: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of the weights of `weights=None`, which has no second rescaling.
    case = Case("EfficientNetB0", {"include_top": False, "input_shape": (32, 32, 3)})
    scales = []
    for library, module in (
        (ppul, "ppul.applications.classifier.get_file"),
        (keras, "keras.src.utils.file_utils.get_file"),
    ):
        monkeypatch.setattr(module, lambda *_, **__: "unused.h5")
        monkeypatch.setattr(library.Model, "load_weights", lambda *_, **__: None)
        model = case.draw(library, "imagenet")
        assert [layer.name for layer in model.layers[1:4]] == [
            "rescaling",
            "normalization",
            "rescaling_1",
        ]
        scales.append(model.layers[3].scale)
    np.testing.assert_allclose(*scales, rtol=1e-12)


def test_a_size_without_weights_of_its_own_is_said(asking: None) -> None:
    arguments = {"include_top": False, "input_shape": (128, 160, 3)}
    with pytest.warns(UserWarning, match=r"128, 160, 192, 224 x the same.*\(128, 160, 3\)"):
        asked = recorded(lambda: Case("MobileNet", arguments).draw(ppul, "imagenet"))
    assert asked["fname"] == "mobilenet_1_0_224_tf_no_top.h5"


@pytest.fixture
def class_index(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give both libraries a file of class names."""
    path = tmp_path / "index.json"
    entries = (f'"{number}": ["n{number:08}", "class {number}"]' for number in range(1000))
    path.write_text(f"{{{', '.join(entries)}}}")
    monkeypatch.setattr(imagenet_utils, "get_file", lambda *_, **__: str(path))
    monkeypatch.setattr("keras.src.utils.file_utils.get_file", lambda *_, **__: str(path))
    monkeypatch.setattr("keras.src.applications.imagenet_utils.CLASS_INDEX", None)
    imagenet_utils._class_names.cache_clear()


@pytest.mark.parametrize("top", [1, 5])
def test_classes_are_named_as_in_keras(top: int, class_index: None) -> None:
    predictions = np.random.default_rng(0).dirichlet(np.ones(1000), size=3).astype("float32")
    ours = ppul.applications.vgg16.decode_predictions(predictions, top=top)
    assert ours == keras.applications.vgg16.decode_predictions(predictions, top=top)
