"""Programs in files, read by a process that never imports ppul."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

import ppul
from ppul import layers
from tests.oracle import assert_close

RNG = np.random.default_rng(0)
X = RNG.normal(size=(5, 4)).astype("float32")
WORDS = RNG.integers(0, 9, size=(5, 6)).astype("int32")

# What somebody without ppul writes: every file given, run on the arrays beside it.
READER = """
import sys
import jax
import numpy as np

for path in sys.argv[1:]:
    program = jax.export.deserialize(bytearray(open(path, "rb").read()))
    inputs = np.load(path + ".npz")
    outputs = program.call(*[inputs[name] for name in sorted(inputs)])
    np.savez(path + ".out.npz", *[leaf.astype("float32") for leaf in jax.tree.leaves(outputs)])
assert "ppul" not in sys.modules
"""


def dense() -> Any:
    return ppul.Sequential([ppul.Input((4,)), layers.Dense(3, "tanh"), layers.Dropout(0.5)])


def pictures() -> Any:
    stack = [layers.Conv2D(3, 3, activation="relu"), layers.BatchNormalization()]
    return ppul.Sequential(
        [ppul.Input((8, 8, 2)), *stack, layers.MaxPooling2D(), layers.Flatten(), layers.Dense(2)]
    )


def texts() -> Any:
    words = ppul.Input((None,), dtype="int32")
    x = layers.LSTM(4, return_sequences=True)(layers.Embedding(9, 3, mask_zero=True)(words))
    return ppul.Model(words, layers.Dense(2)(layers.GlobalAveragePooling1D()(x)))


def attention() -> Any:
    words = ppul.Input((None, 4))
    x = layers.LayerNormalization()(layers.MultiHeadAttention(2, 2)(words, words))
    return ppul.Model(words, {"mean": layers.GlobalAveragePooling1D()(x), "all": x})


class Own(ppul.Model):
    def __init__(self) -> None:
        super().__init__()
        self.dense = layers.Dense(2, dtype="mixed_bfloat16")

    def call(self, inputs: Any) -> Any:
        return self.dense(inputs)


NETS = [(dense, X), (Own, X)]
MORE = [
    (pictures, RNG.normal(size=(5, 8, 8, 2)).astype("float32")),
    (texts, WORDS),
    (attention, RNG.normal(size=(5, 6, 4)).astype("float32")),
]


@pytest.mark.parametrize("nets", [NETS, pytest.param(MORE, marks=pytest.mark.thorough)])
def test_another_process_computes_what_the_model_predicts(nets: Any, tmp_path: Path) -> None:
    expected = {}
    for net, data in nets:
        model = net()
        outputs = jax.tree.leaves(model.predict(data, verbose=0))
        for count in (2, 5):  # of samples: none is known when the program is written
            path = str(tmp_path / f"{net.__name__}-{count}")
            model.export(path, format="stablehlo", verbose=False)
            np.savez(f"{path}.npz", inputs=data[:count])
            expected[path] = [output[:count].astype("float32") for output in outputs]
    subprocess.run([sys.executable, "-c", READER, *expected], check=True, timeout=100)
    for path, outputs in expected.items():
        with np.load(f"{path}.out.npz") as found:
            assert_close(list(found.values()), outputs)


def test_several_inputs_are_taken_as_the_model_takes_them(tmp_path: Path) -> None:
    a, b = ppul.Input((4,), name="a"), ppul.Input((4,), name="b")
    for inputs, data in (([a, b], [X, X + 1]), ({"a": a, "b": b}, {"a": X, "b": X + 1})):
        model = ppul.Model(inputs, layers.Subtract()([a, b]))
        model.export(tmp_path / "two", format="stablehlo", verbose=False)
        assert_close(ppul.export.load(tmp_path / "two")(data), model.predict(data, verbose=0))


def test_a_program_keeps_the_weights_it_was_written_with(tmp_path: Path, capsys: Any) -> None:
    model = dense()
    before = model.predict(X, verbose=0)
    model.export(tmp_path / "net.stablehlo", format="stablehlo")
    assert "serve(float32[batch,4]) -> float32[batch,3]" in capsys.readouterr().out
    model.set_weights([w + 1 for w in model.get_weights()])
    run = ppul.export.load(tmp_path / "net.stablehlo")
    assert_close(run(X), before)
    assert [path.name for path in tmp_path.iterdir()] == ["net.stablehlo"]


def test_an_archive_has_a_file_for_each_endpoint_and_collection(tmp_path: Path) -> None:
    model = dense()
    archive = ppul.export.ExportArchive("stablehlo", platforms=["cpu"])
    spec = [ppul.InputSpec(shape=(None, 4)), ppul.InputSpec(shape=(), dtype="float32")]
    archive.track_and_add_endpoint("serve", model, None)
    archive.add_endpoint("scaled", lambda x, by: {"y": model(x) * by}, input_signature=spec)
    archive.add_variable_collection("kernels", [model.layers[0].kernel])
    archive.write_out(tmp_path / "net", verbose=False)
    names = sorted(path.name for path in (tmp_path / "net").iterdir())
    assert names == ["kernels.npz", "scaled.stablehlo", "serve.stablehlo"]
    scaled = ppul.export.load(tmp_path / "net" / "scaled.stablehlo")(X, np.float32(3))
    assert_close(scaled, {"y": 3 * model.predict(X, verbose=0)})
    with np.load(tmp_path / "net" / "kernels.npz") as kernels:
        assert_close(dict(kernels), {model.layers[0].kernel.path: model.get_weights()[0]})
    assert archive.trainable_variables == model.trainable_variables
    assert archive.non_trainable_variables == model.non_trainable_variables


@ppul.saving.register_keras_serializable("tests")
class Folded(layers.Layer):
    def call(self, inputs: Any) -> Any:
        rows = 0
        while rows < inputs.shape[0]:  # a loop over samples needs their number
            rows += 1
        return inputs[:rows]


def export(model: Any, **given: Any) -> Any:
    return lambda path: model.export(path / "a", **({"format": "stablehlo"} | given))


BAD = [
    (export(dense(), format="onnx"), ValueError, "'onnx' is not written here. Save the model"),
    (export(dense(), format="hlo"), ValueError, "`format` must be one of 'tf_saved_model'"),
    (export(ppul.Sequential([layers.Dense(2)])), ValueError, "has no weights yet: build it"),
    (export(dense(), input_signature=X), TypeError, "must be a list with an item for each"),
    (export(dense(), input_signature=[(None, 4)]), TypeError, "must consist of tensors, or of"),
    (export(dense(), opset_version=3), TypeError, "opset_version"),
    (
        export(ppul.Sequential([ppul.Input((), dtype="string"), layers.StringLookup()])),
        TypeError,
        "takes text",
    ),
    (
        export(ppul.Sequential([ppul.Input((4,)), Folded()])),
        ValueError,
        "cannot be compiled for sizes that are not known",
    ),
    (lambda path: ppul.export.ExportArchive("hlo"), ValueError, "`format` must be one of"),
    (
        lambda path: ppul.export.ExportArchive("stablehlo").write_out(path),
        ValueError,
        "there is nothing to write",
    ),
    (
        lambda path: ppul.export.ExportArchive().track(layers.Dense(2)),
        TypeError,
        "only layers that are built, and variables, are tracked",
    ),
    (
        lambda path: ppul.export.ExportArchive().add_endpoint("f", lambda x: x),
        ValueError,
        "it is not known what .* takes. Give `input_signature`",
    ),
    (
        lambda path: ppul.export.ExportArchive().add_variable_collection("v", [ppul.Variable(1.0)]),
        ValueError,
        "is not tracked",
    ),
]


@pytest.mark.parametrize(("attempt", "error", "message"), BAD)
def test_what_cannot_be_exported_is_told(
    attempt: Any, error: Any, message: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=message):
        attempt(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_file_of_another_kind_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"what is this?")
    with pytest.raises(ValueError, match="is no program that"):
        ppul.export.load(tmp_path / "a")


def test_without_tensorflow_it_is_said_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    for format in ("tf_saved_model", "litert"):
        with pytest.raises(ImportError, match="or export with format='stablehlo'"):
            dense().export(tmp_path / "a", format=format)
    assert not list(tmp_path.iterdir())
