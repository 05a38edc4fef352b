"""What TensorFlow reads of an export, computed by TensorFlow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ppul
from ppul import layers
from tests.oracle import assert_close

tf = pytest.importorskip("tensorflow")
X = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")


def net() -> Any:
    stack = [layers.Dense(3, "tanh"), layers.BatchNormalization(), layers.Dropout(0.5)]
    return ppul.Sequential([ppul.Input((4,)), *stack])


def test_a_saved_model_serves_any_number_of_samples(tmp_path: Path) -> None:
    model = net()
    model.export(tmp_path / "net", verbose=False)
    loaded = tf.saved_model.load(str(tmp_path / "net"))
    for count in (1, 5):
        expected = model.predict(X[:count], verbose=0)
        assert_close(loaded.serve(X[:count]).numpy(), expected)
        signature = loaded.signatures["serving_default"](tf.constant(X[:count]))
        assert_close([output.numpy() for output in signature.values()], [expected])


def test_what_is_tracked_stays_a_variable(tmp_path: Path) -> None:
    model = net()
    archive = ppul.export.ExportArchive()
    archive.track(model)
    two = [model.inputs[0], ppul.InputSpec(shape=())]
    archive.add_endpoint("scaled", lambda x, by: {"y": model(x) * by}, two)
    archive.add_variable_collection("kernels", [model.layers[0].kernel])
    archive.write_out(tmp_path / "net", verbose=False)
    loaded = tf.saved_model.load(str(tmp_path / "net"))
    before = loaded.scaled(X, 2.0)["y"].numpy()
    assert_close(before, 2 * model.predict(X, verbose=0))
    loaded.kernels[0].assign(np.zeros((4, 3)))
    assert not np.allclose(loaded.scaled(X, 2.0)["y"].numpy(), before)


def test_several_inputs_keep_their_structure(tmp_path: Path) -> None:
    a, b = ppul.Input((4,), name="a"), ppul.Input((None,), name="b")
    model = ppul.Model(
        {"a": a, "b": b}, layers.Dense(2)(a) * layers.GlobalMaxPooling1D()(b[..., None])
    )
    model.export(tmp_path / "net", verbose=False)
    loaded = tf.saved_model.load(str(tmp_path / "net"))
    data = {"a": X, "b": X[:, :3]}
    assert_close(loaded.serve(data).numpy(), model.predict(data, verbose=0))


@pytest.mark.filterwarnings(r"ignore:\s*Warning. tf.lite.Interpreter is deprecated")
def test_a_litert_file_computes_the_same(tmp_path: Path) -> None:
    model = net()
    model.export(tmp_path / "net.tflite", format="litert", verbose=False)
    interpreter = tf.lite.Interpreter(str(tmp_path / "net.tflite"))
    (taken,), (given,) = interpreter.get_input_details(), interpreter.get_output_details()
    interpreter.resize_tensor_input(taken["index"], X.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(taken["index"], X)
    interpreter.invoke()
    assert_close(interpreter.get_tensor(given["index"]), model.predict(X, verbose=0))
