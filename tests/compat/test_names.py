"""Old modules and names: the same objects as under their new names."""

import importlib
import operator
import sys
import types
from types import SimpleNamespace

import numpy as np
import pytest

import ppul
from ppul.compat.names import Names
from ppul.compat.rows import Rows

MODULES = [
    "keras.layers.core",
    "keras.layers.normalization",
    "keras.layers.advanced_activations",
    "keras.layers.convolutional",
    "keras.layers.core.dense",
    "keras.layers.experimental.preprocessing",
    "keras.engine.topology",
    "keras.engine.base_layer",
    "keras.utils.np_utils",
    "keras.utils.generic_utils",
    "keras.objectives",
    "keras.initializations",
    "keras.optimizer_v2.adam",
    "keras.wrappers.scikit_learn",
    "keras.callbacks.callbacks",
    "keras.backend.tensorflow_backend",
    "tensorflow.keras.layers",
    "tensorflow.keras.optimizers.legacy",
    "tensorflow.python.keras.engine.training",
    "tensorflow.compat.v1.keras.layers",
]

# Old name, and the object of ppul it means.
NAMES = [
    ("keras.layers.core.Dense", "layers.Dense"),
    ("keras.layers.normalization.BatchNormalization", "layers.BatchNormalization"),
    ("keras.layers.Convolution2D", "layers.Conv2D"),
    ("keras.layers.TimeDistributedDense", "layers.Dense"),
    ("keras.engine.topology.Layer", "layers.Layer"),
    ("keras.engine.topology.Container", "Model"),
    ("keras.engine.training.Model", "Model"),
    ("keras.models.Input", "Input"),
    ("keras.optimizers.sgd", "optimizers.SGD"),
    ("keras.optimizer_v2.gradient_descent.SGD", "optimizers.SGD"),
    ("keras.optimizer_v2.learning_rate_schedule.CosineDecay", "optimizers.schedules.CosineDecay"),
    ("keras.objectives.mse", "losses.mean_squared_error"),
    ("keras.losses.logcosh", "losses.log_cosh"),
    ("keras.metrics.cosine_proximity", "losses.cosine_similarity"),
    ("keras.regularizers.WeightRegularizer", "regularizers.L1L2"),
    ("keras.constraints.maxnorm", "constraints.MaxNorm"),
    ("keras.initializations.glorot_uniform", "initializers.GlorotUniform"),
    ("keras.datasets.mnist.load_data", "datasets.mnist.load_data"),
    ("tensorflow.keras.Sequential", "Sequential"),
    ("tensorflow.python.keras.layers.core.Dropout", "layers.Dropout"),
]


def look_up(path):
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


@pytest.mark.parametrize("module", MODULES)
def test_old_modules_can_be_imported(old, module):
    old("2")
    assert importlib.import_module(module).__name__ == module


@pytest.mark.parametrize(("path", "now"), NAMES)
def test_old_names_are_the_same_objects(old, path, now):
    old("1")
    assert look_up(path) is operator.attrgetter(now)(ppul)


def run(code):
    """What a program with these imports has: they must not be read before the test."""
    space = {}
    exec(code, space)  # noqa: S102
    return space


def test_every_way_to_import(old):
    old("2")
    space = run(
        "import keras\n"
        "import keras.layers as L\n"
        "from keras import layers, backend as K\n"
        "from keras.layers import Dense\n"
        "from keras.optimizers import *\n"
        "import tensorflow as tf\n"
        "from tensorflow import keras as tk"
    )
    assert space["keras"].layers is space["L"] is space["layers"]
    assert space["Dense"] is ppul.layers.Dense is space["tf"].keras.layers.Dense
    assert space["SGD"] is ppul.optimizers.SGD
    assert space["tk"].layers.core.Dense is space["Dense"]
    assert space["K"].epsilon() == ppul.backend.epsilon()
    assert "Dense" in dir(space["layers"])


def test_versions_are_those_of_the_manner(old):
    for keras, version in [("1", "1."), ("2", "2."), ("3", "3.")]:
        old(keras)
        assert importlib.import_module("keras").__version__.startswith(version)
    assert importlib.import_module("tensorflow").__version__.startswith("2.")


def test_a_name_that_became_a_module_can_be_called(old):
    old("1")
    from keras.layers import Input, merge

    x, y = Input((2,)), Input((3,))
    assert merge([x, y], mode="concat").shape == (None, 5)
    assert importlib.import_module("keras.layers.merge").concatenate is ppul.layers.concatenate
    assert importlib.import_module("keras.layers").merge([x, x], mode="mul").shape == (None, 2)


@pytest.mark.parametrize(
    ("code", "error", "said"),
    [
        ("from keras.layers import Dens", ImportError, "Did you mean 'Dense'"),
        ("import keras.utils.np_util", ImportError, "keras.utils.np_util"),
        ("import keras.layers.Dense", ImportError, "it is not a module"),
        ("import keras; keras.layers.Dens", AttributeError, "Did you mean 'Dense'"),
        ("import keras; keras.optimisers", AttributeError, "Did you mean 'optimizers'"),
        ("from tensorflow.keras.losses import mea", ImportError, "tensorflow.keras.losses.mea"),
    ],
)
def test_unknown_names_are_told_with_the_nearest(old, code, error, said):
    old("2")
    with pytest.raises(error, match=said):
        run(code)


def test_what_ppul_gets_later_has_its_old_names_too(monkeypatch):
    rows = Rows(
        modules={"layers": ".fancy"},
        names={"layers": {"OldFancy": "Fancy", "Fanciest": ("Fancy", {"degree": 9})}},
    )
    names = Names([rows], lambda path, found: found)
    with pytest.raises(AttributeError, match=r"'layers\.Fancy' now, which ppul does not have yet"):
        names.find("layers.fancy", "OldFancy")
    fancy = SimpleNamespace
    monkeypatch.setattr(ppul.layers, "Fancy", fancy, raising=False)
    monkeypatch.setattr(ppul.layers, "__all__", [*ppul.layers.__all__, "Fancy"])
    assert names.find("layers.fancy", "OldFancy") is fancy
    assert names.find("layers", "Fanciest")(name="a") == fancy(degree=9, name="a")
    assert {"Fancy", "OldFancy"} <= set(names.all_names("layers.fancy"))


def test_keras_3_has_no_old_names(old):
    old("3")
    assert importlib.import_module("keras.layers").Dense is ppul.layers.Dense
    with pytest.raises(ImportError, match=r"keras\.utils\.np_utils"):
        importlib.import_module("keras.utils.np_utils")


@pytest.mark.parametrize(
    ("kind", "name", "class_name"),
    [
        ("losses", "cosine_proximity", "cosine_similarity"),
        ("losses", "kullback_leibler_divergence", "kl_divergence"),
        ("constraints", "nonneg", "NonNeg"),
        ("regularizers", "l1l2", "L1L2"),
        ("initializers", "zero", "Zeros"),
    ],
)
def test_old_names_may_be_given_as_strings(old, kind, name, class_name):
    old("2")
    found = getattr(ppul, kind).get(name)
    assert class_name in (getattr(found, "__name__", ""), type(found).__name__)


def test_image_ordering_is_told_by_its_old_words(old):
    old("1")
    backend = importlib.import_module("keras.backend")
    assert (backend.backend(), backend.image_dim_ordering()) == ("tensorflow", "tf")
    backend.set_image_dim_ordering("th")
    assert ppul.config.image_data_format() == "channels_first"
    backend.set_image_dim_ordering("tf")
    assert ppul.config.image_data_format() == "channels_last"
    with pytest.raises(ValueError, match="'tf', 'th'"):
        backend.set_image_dim_ordering("channels_last")


def test_values_of_variables(old):
    old("2")
    backend = importlib.import_module("keras.backend")
    variable = backend.variable(np.arange(3.0), "float32", "mine")
    assert (variable.dtype, variable.name) == ("float32", "mine")
    assert backend.variable(value=[1, 2], dtype="int32").numpy().tolist() == [1, 2]
    backend.set_value(variable, [1.0, 2.0, 3.0])
    np.testing.assert_array_equal(backend.get_value(variable), [1, 2, 3])
    backend.batch_set_value([(variable, [4.0, 5.0, 6.0])])
    np.testing.assert_array_equal(backend.batch_get_value([variable])[0], [4, 5, 6])
    assert backend.int_shape(ppul.Input((2,))) == (None, 2)
    assert backend.count_params(variable) == 3
    backend.moving_average_update(variable, np.zeros(3), 0.5)
    np.testing.assert_array_equal(variable.numpy(), [2, 2.5, 3])


def test_served_modules_say_what_they_are(old):
    old("2")
    module = importlib.import_module("keras.layers.core")
    assert isinstance(module, types.ModuleType)
    assert sys.modules["keras.layers.core"] is module
    with pytest.raises(AttributeError):
        _ = module.__nothing__
