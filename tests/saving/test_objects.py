"""Objects to configurations and back under Keras's names, beside Keras's."""

from __future__ import annotations

from typing import Any

import keras
import pytest

import ppul

BOTH = pytest.mark.parametrize("library", [ppul, keras], ids=["ppul", "keras"])


@BOTH
def test_registered_names_are_one_table(library: Any) -> None:
    saving = library.saving

    @saving.register_keras_serializable("mine")
    class Own:
        def get_config(self) -> dict[str, Any]:
            return {}

    table = saving.get_custom_objects()
    assert table["mine>Own"] is Own
    table["more"] = Own
    assert saving.get_registered_object("more") is Own
    assert library.utils.get_registered_name(Own) == "mine>Own"
    for name in ("mine>Own", "more"):
        del table[name]
    assert saving.get_registered_object("more") is None


@BOTH
def test_names_are_looked_up_where_they_are_said_to_be(library: Any) -> None:
    deserialize = library.saving.deserialize_keras_object
    config = {"class_name": "Dense", "config": {"units": 2}}
    known = {"Dense": library.layers.Dense}
    assert deserialize(config, module_objects=known, printable_module_name="layer").units == 2
    assert deserialize(config, custom_objects=known, safe_mode=False).units == 2
    assert deserialize("relu", module_objects=vars(library.activations)) is library.activations.relu
    assert (deserialize(None), deserialize("relu")) == (None, "relu")
    with pytest.raises(TypeError, match="Dense"):
        deserialize(config)


@BOTH
def test_the_older_form_has_class_name_and_config_alone(library: Any) -> None:
    old, layer = library.legacy.saving, library.layers.Dense(2, name="head")
    config = old.serialize_keras_object(layer)
    assert sorted(config) == ["class_name", "config"]
    assert (config["class_name"], config["config"]["units"]) == ("Dense", 2)
    assert old.serialize_keras_object(library.activations.relu) == "relu"
    assert old.serialize_keras_object(None) is None
    again = old.deserialize_keras_object(config, {"Dense": library.layers.Dense})
    assert again.get_config() == layer.get_config()
    assert library.utils.legacy.serialize_keras_object is old.serialize_keras_object
    with pytest.raises(ValueError, match="get_config"):
        old.serialize_keras_object(object())
    for bad, message in (({"class_name": "Nope", "config": {}}, "Unknown layer: 'Nope'"), (3, "3")):
        with pytest.raises(ValueError, match=message):
            old.deserialize_keras_object(bad, {}, printable_module_name="layer")


def test_a_name_of_the_older_form_is_looked_up() -> None:
    old = ppul.legacy.saving.deserialize_keras_object
    assert old("relu", vars(ppul.activations)) is not None
    assert old("double", custom_objects={"double": abs}) is abs
    with pytest.raises(ValueError, match="Did you mean 'relu'"):
        old("rellu", {"relu": abs})
    with pytest.raises(TypeError, match="unknown argument"):
        ppul.saving.deserialize_keras_object({}, custom_object={})
