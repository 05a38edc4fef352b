"""Layers that hash, look up and split text answer as Keras does where it has TensorFlow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import ppul
from ppul import layers
from tests.files.preprocessing.rows import ROWS, TABLE, Row, arrays, feature_space
from tests.tables import rows_of

FOLDER = Path(__file__).parents[1] / "files/preprocessing"
ANSWERS = json.loads((FOLDER / "answers.json").read_text("utf-8"))


@rows_of(ROWS, lambda row: row.layer)
def test_answers_and_configurations_are_those_of_keras(case: Row) -> None:
    theirs = ANSWERS[case.id]
    layer, output = case.run(layers)
    assert str(output.dtype) == theirs["dtype"]
    assert output.shape == np.shape(theirs["output"])
    np.testing.assert_allclose(output, np.array(theirs["output"]), rtol=1e-6)
    if "get_vocabulary" in theirs:
        assert layer.get_vocabulary() == theirs["get_vocabulary"]
    if "bin_boundaries" in theirs:
        np.testing.assert_allclose(layer.bin_boundaries, theirs["bin_boundaries"], rtol=1e-5)
    ours = json.loads(json.dumps(layer.get_config()))
    differ = {"name", "dtype", "bin_boundaries"}
    for name in theirs["config"].keys() - differ:
        assert ours[name] == theirs["config"][name], name
    again = type(layer).from_config(theirs["config"])
    assert rest(again.get_config()) == rest(layer.get_config())
    if case.adapt is None:
        np.testing.assert_array_equal(again(arrays(case.inputs)), output)


def rest(config: dict[str, Any]) -> dict[str, Any]:
    return {key: config[key] for key in config.keys() - {"name", "bin_boundaries"}}


def test_vocabularies_in_a_file_of_keras_are_read_and_written_back(tmp_path: Path) -> None:
    theirs = ppul.saving.load_model(FOLDER / "vocabularies.keras")
    theirs.save(tmp_path / "again.keras")
    again = ppul.saving.load_model(tmp_path / "again.keras")
    lookups = [layer for layer in theirs.layers if hasattr(layer, "get_vocabulary")]
    assert len(lookups) == 6
    for a, b in zip(lookups, (again.get_layer(layer.name) for layer in lookups), strict=True):
        assert a.get_vocabulary() == b.get_vocabulary()
    inputs = {
        "text": np.array(["the fox", "dog stop", ""]),
        "words": np.array([["a", "b", "q"], ["c", "c", "a"], ["<mask>", "z", "a"]]),
        "number": np.array([[3], [2**40], [5]]),
    }
    expected = np.concatenate([np.asarray(layer(inputs[_input(layer)])) for layer in lookups], 1)
    for model in (theirs, again):
        np.testing.assert_allclose(model.predict(inputs, verbose=0), expected, rtol=1e-6)
    assert "fox" in theirs.get_layer(lookups[0].name).get_vocabulary()
    # Keras reads files it wrote only with TensorFlow, but its own list of what is in one is the same.
    assert members(tmp_path / "again.keras") == members(FOLDER / "vocabularies.keras")


def _input(layer: Any) -> str:
    kinds = {layers.TextVectorization: "text", layers.StringLookup: "words"}
    return kinds.get(type(layer), "number")


def members(path: Path) -> dict[str, bytes]:
    import zipfile

    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.startswith("assets/")]
        return {name: archive.read(name) for name in sorted(names)}


@pytest.mark.parametrize("output_mode", ["concat", "dict"])
def test_feature_space_answers_as_keras_does(output_mode: str, tmp_path: Path) -> None:
    table = {name: np.array(values) for name, values in TABLE.items()}
    theirs = ANSWERS["FeatureSpace"][output_mode]
    space = feature_space(ppul.utils.FeatureSpace, output_mode)
    space.adapt([{k: v[:2] for k, v in table.items()}, {k: v[2:] for k, v in table.items()}])
    space.save(tmp_path / "space.keras")
    spaces = [space, ppul.saving.load_model(tmp_path / "space.keras")]
    if output_mode == "concat":
        spaces.append(ppul.saving.load_model(FOLDER / "feature_space.keras"))
    for each in spaces:
        found = each(table)
        if output_mode == "dict":
            assert list(found) == list(theirs)
        keras.tree.map_structure(
            lambda a, b: np.testing.assert_allclose(a, np.array(b), rtol=1e-5, atol=1e-6),
            list(found.values()) if isinstance(found, dict) else [found],
            [np.array(v) for v in (theirs.values() if isinstance(theirs, dict) else [theirs])],
        )
