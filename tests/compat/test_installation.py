"""Switching old spellings on and off leaves everything else as it is."""

import importlib
import pickle
import subprocess
import sys

import keras as installed_keras
import numpy as np
import pytest

import ppul
from ppul.compat import install
from ppul.compat.recognition import Manner
from ppul.compat.scikit_learn import KerasRegressor
from ppul.core import registry
from ppul.models import model as model_module

WATCHED = [
    ppul.Model,
    ppul.Sequential,
    ppul.layers.Layer,
    ppul.layers.Dense,
    ppul.layers.Conv2D,
    ppul.optimizers.Optimizer,
    ppul.optimizers.SGD,
    ppul.callbacks.CallbackList,
    registry,
    model_module,
]


def state():
    """What an installation may change."""
    attributes = [dict(vars(watched)) for watched in WATCHED]
    modules = {n: m for n, m in sys.modules.items() if n.split(".")[0] in ("keras", "tensorflow")}
    return attributes, modules, list(sys.meta_path)


def test_everything_is_as_it_was_after_the_block():
    before = state()
    with install("1"):
        import keras

        keras.Sequential([keras.layers.Dense(output_dim=1, input_dim=2)]).compile("sgd", "mse")
        assert keras is not installed_keras
        assert state() != before
    assert state() == before
    assert importlib.import_module("keras") is installed_keras
    assert not hasattr(ppul.Sequential, "predict_classes")


def test_everything_is_as_it_was_after_an_error():
    before = state()
    with pytest.raises(ZeroDivisionError), install("2"):
        _ = importlib.import_module("tensorflow.keras").layers.Dense(1 // 0)
    assert state() == before


def test_an_installation_takes_the_place_of_the_one_before():
    before = state()
    first = install("1")
    with install("tf"):
        assert importlib.import_module("keras").__version__.startswith("2.15")
        first.undo()
        assert importlib.import_module("keras").__version__.startswith("2.15")
    assert state() == before


def test_an_unknown_keras_is_refused():
    with pytest.raises(ValueError, match="'1', '2', 'tf', '3'"):
        install("4")


def test_what_is_installed_is_not_imported(tmp_path):
    for name in ("keras", "tensorflow"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported')")
    program = tmp_path / "program.py"
    program.write_text(
        "from ppul.compat import install\n"
        "install()\n"
        "import keras, tensorflow as tf\n"
        "from keras.layers import Dense\n"
        "print(Dense(output_dim=3).units, tf.keras.layers.Dense is Dense, keras.__version__)\n"
    )
    run = subprocess.run([sys.executable, program], capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("3 True 1.2.2\n", "")


def test_an_estimator_brings_its_spellings_into_another_process():
    with install("2"):
        estimator = KerasRegressor(network, epochs=1, verbose=0)
        sent = pickle.dumps(estimator)
    received = pickle.loads(sent)
    received.fit(np.ones((4, 2)), np.ones(4))
    assert float(received.model.optimizer.learning_rate) == 0.5
    assert importlib.import_module("keras") is installed_keras


def network():
    from keras.layers import Dense
    from keras.models import Sequential
    from keras.optimizers import SGD

    model = Sequential([Dense(output_dim=1, input_dim=2)])
    model.compile(SGD(lr=0.5), "mse")
    return model


def test_a_served_module_can_be_sent_to_another_process(old):
    sent = pickle.dumps(old("2").layers)
    assert pickle.loads(sent).Dense is ppul.layers.Dense
    assert pickle.loads(pickle.dumps(pickle.loads(sent))).Dense is ppul.layers.Dense


def test_models_made_before_and_after_are_of_one_class(old, tmp_path):
    before = ppul.Sequential([ppul.Input((2,)), ppul.layers.Dense(1)])
    k = old("1")
    assert isinstance(before, k.models.Sequential)
    assert before.predict_classes(np.ones((2, 2))).shape == (2, 1)
    inside = k.models.Sequential([k.layers.Dense(output_dim=1, input_dim=2)])
    inside.save(tmp_path / "inside.keras")
    loaded = k.models.load_model(tmp_path / "inside.keras")
    assert isinstance(loaded.layers[0], k.layers.core.Dense)
    np.testing.assert_array_equal(loaded.predict(np.ones((1, 2))), inside.predict(np.ones((1, 2))))


def test_the_manner_is_that_of_the_calling_file():
    with install() as installation:
        # This file has Keras 1's `output_dim` more often than anything newer.
        assert installation.manner.keras == "1"
    with install("tf") as installation:
        assert installation.manner == Manner("tf", signs=installation.manner.signs)
