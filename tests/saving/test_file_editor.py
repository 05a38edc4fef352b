"""`ppul.saving.KerasFileEditor`: the files it writes are those that Keras's writes."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

import ppul


def network(k: Any, head: str = "head", units: int = 3) -> Any:
    first = k.layers.Dense(units, name="first")
    return k.Sequential([k.Input((2,)), first, k.layers.Dense(1, name=head)], name="net")


@pytest.fixture(scope="module", params=["net.weights.h5", "net.keras"])
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("editor") / request.param
    model = network(keras)
    (model.save_weights if path.suffix == ".h5" else model.save)(path)
    return path


def arrays(editor: Any) -> dict[str, Any]:
    def flat(content: Any, path: str = "") -> Any:
        for name, value in content.items():
            if isinstance(value, dict):
                yield from flat(value, f"{path}/{name}")
            else:
                yield f"{path}/{name}", np.asarray(value).tolist()

    return dict(flat(editor.weights_dict))


def change(editor: Any) -> None:
    editor.rename_object("layers/dense", "stem")
    editor.add_object("layers/new", {"0": np.ones(3), "1": np.ones(2)})
    editor.add_weights("new", {"2": np.zeros(2)})
    editor.delete_weight("new", "0")
    editor.delete_object("layers/dense_1")


def test_changed_files_are_keras_s(file: Any, tmp_path: Any) -> None:
    saved = []
    for k in (ppul, keras):
        editor = k.saving.KerasFileEditor(str(file))
        change(editor)
        path = tmp_path / f"{k.__name__}.weights.h5"
        editor.save(str(path))
        saved.append(arrays(keras.saving.KerasFileEditor(str(path))))
    assert saved[0] == saved[1]
    assert any("stem" in path for path in saved[0])


def test_a_file_fits_the_model_it_is_of(file: Any) -> None:
    editor = ppul.saving.KerasFileEditor(file)
    found = editor.compare(network(ppul))
    assert found == {"status": "success", "error_count": 0, "match_count": 4}
    for other in (
        network(ppul, units=4),
        ppul.Sequential([ppul.Input((2,)), ppul.layers.Dense(3)]),
    ):
        assert editor.compare(other)["status"] == "error"
        assert editor.compare(other)["error_count"] > 0


def test_a_renamed_layer_loads_into_a_model_that_calls_it_so(file: Any, tmp_path: Any) -> None:
    class Stem(ppul.layers.Dense):
        pass

    editor = ppul.saving.KerasFileEditor(file)
    expected = editor.weights_dict["layers"]["dense"]["0"]
    editor.rename_object("dense_1", "dense_0")
    editor.rename_object("dense", "stem")
    editor.rename_object("dense_0", "dense")
    editor.resave_weights(tmp_path / "stem.weights.h5")
    model = ppul.Sequential([ppul.Input((2,)), Stem(3), ppul.layers.Dense(1)])
    model.load_weights(tmp_path / "stem.weights.h5")
    np.testing.assert_array_equal(model.layers[0].kernel.numpy(), expected)


def test_the_summary_names_every_weight(file: Any, capsys: pytest.CaptureFixture[str]) -> None:
    ppul.saving.KerasFileEditor(file).summary()
    out = capsys.readouterr().out
    for text in ("dense_1", "0: shape=(2, 3), dtype=float32", "1: shape=(1,), dtype=float32"):
        assert text in out


@pytest.mark.parametrize(
    ("method", "arguments", "message"),
    [
        ("rename_object", ("dense_2", "x"), "Did you mean"),
        ("rename_object", ("layers/dense", "x/y"), "no path"),
        ("rename_object", ("layers/dense", "dense_1"), "already"),
        ("add_object", ("nowhere/x", {}), "no 'nowhere'"),
        ("delete_weight", ("layers/dense", "9"), r"it has \['0', '1'\]"),
        ("save", ("net.h5",), "weights.h5"),
    ],
)
def test_a_mistake_is_named(file: Any, method: str, arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        getattr(ppul.saving.KerasFileEditor(file), method)(*arguments)


def test_another_file_is_refused(tmp_path: Any) -> None:
    (tmp_path / "x.txt").write_text("text")
    with pytest.raises(ValueError, match="neither"):
        ppul.saving.KerasFileEditor(tmp_path / "x.txt")
    with pytest.raises(FileNotFoundError):
        ppul.saving.KerasFileEditor(tmp_path / "none.keras")
