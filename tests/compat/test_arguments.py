"""Old arguments: what they are called now in Keras, with the same effect."""

import inspect

import keras as oracle
import numpy as np
import pytest

from ppul import layers
from ppul.compat.adapting import Adapter
from ppul.compat.keras1 import KERAS_1
from ppul.compat.patches import Patches
from ppul.compat.rows import Into, Order, Rows
from ppul.core.config import constructor_names

# Class, old arguments, and the same in Keras 3.
RENAMED = [
    (
        "Dense",
        {"output_dim": 3, "init": "he_normal"},
        {"units": 3, "kernel_initializer": "he_normal"},
    ),
    ("Dense", {"units": 3, "W_regularizer": "l2"}, {"units": 3, "kernel_regularizer": "l2"}),
    ("Dense", {"units": 3, "b_constraint": "non_neg"}, {"units": 3, "bias_constraint": "non_neg"}),
    ("Dense", {"units": 3, "bias": False}, {"units": 3, "use_bias": False}),
    ("Dropout", {"p": 0.25}, {"rate": 0.25}),
    (
        "Conv2D",
        {"nb_filter": 3, "nb_row": 2, "nb_col": 4, "border_mode": "same", "subsample": (2, 1)},
        {"filters": 3, "kernel_size": (2, 4), "padding": "same", "strides": (2, 1)},
    ),
    (
        "Conv2D",
        {"filters": 3, "kernel_size": 2, "dim_ordering": "th", "atrous_rate": (1, 1)},
        {"filters": 3, "kernel_size": 2, "data_format": "channels_first"},
    ),
    ("MaxPooling2D", {"border_mode": "same", "dim_ordering": "default"}, {"padding": "same"}),
    ("BatchNormalization", {"beta_init": "ones", "mode": 0}, {"beta_initializer": "ones"}),
    ("LeakyReLU", {"alpha": 0.2}, {"negative_slope": 0.2}),
    (
        "SeparableConv2D",
        {"filters": 3, "kernel_size": 2, "init": "ones"},
        {
            "filters": 3,
            "kernel_size": 2,
            "depthwise_initializer": "ones",
            "pointwise_initializer": "ones",
        },
    ),
]

# By position, Keras 1's order.
ORDERED = [
    ("Conv2D", (5, 3, 2), {"filters": 5, "kernel_size": (3, 2)}),
    ("Conv2D", (5, 3), {"filters": 5, "kernel_size": 3}),
    ("Conv2D", (5, (3, 2), (2, 2)), {"filters": 5, "kernel_size": (3, 2), "strides": (2, 2)}),
    (
        "Conv2D",
        (5, 3, 2, "he_normal"),
        {"filters": 5, "kernel_size": (3, 2), "kernel_initializer": "he_normal"},
    ),
]


def settings(layer):
    """What tells layers of a class apart."""
    return {name: value for name, value in plain(layer.get_config()).items() if name != "name"}


def plain(value):
    """A configuration without what belongs to files, and without tuples."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items() if k not in ("module", "registered_name")}
    return [*map(plain, value)] if isinstance(value, (list, tuple)) else value


def same(layer, wanted):
    """Whether the settings are those of Keras, which has a few more."""
    found = settings(layer)
    return found == {name: wanted[name] for name in found}


@pytest.mark.parametrize(("name", "given", "now"), RENAMED)
def test_renamed_arguments_give_the_layer_of_keras(old, name, given, now):
    wanted = settings(getattr(oracle.layers, name)(**now))
    k = old("2")
    assert same(getattr(k.layers, name)(**given), wanted)


@pytest.mark.parametrize(("name", "args", "now"), ORDERED)
def test_arguments_by_position_are_in_the_old_order(old, name, args, now):
    wanted = settings(getattr(oracle.layers, name)(**now))
    k = old("1")
    assert same(getattr(k.layers, name)(*args), wanted)


def test_tf_keras_never_had_the_old_order(old):
    k = old("tf")
    layer = k.layers.Conv2D(5, 3, 2)
    assert (layer.kernel_size, layer.strides) == ((3, 3), (2, 2))


def test_a_configuration_names_the_new_arguments_alone(old):
    before = constructor_names(layers.Dense)
    k = old("2")
    layer = k.layers.Dense(output_dim=3, W_regularizer="l2", input_dim=4)
    assert constructor_names(k.layers.Dense) == before
    again = k.layers.Dense.from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    assert "output_dim" in inspect.signature(k.layers.Dense).parameters


def test_a_subclass_may_use_old_arguments(old):
    k = old("1")

    class Ten(k.layers.Dense):
        def __init__(self, **kwargs):
            super().__init__(output_dim=10, **kwargs)

    layer = Ten(init="zeros", input_dim=2)
    assert layer.units == 10
    assert layer(np.ones((1, 2))).tolist() == [[0.0] * 10]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda k: k.layers.Dense(3, output_dim=4), "multiple values|given twice"),
        (lambda k: k.layers.Dense(units=3, output_dim=4), "`units` was given twice"),
        (lambda k: k.layers.BatchNormalization(mode=1), "`mode=1` has no counterpart; only 0 or 2"),
        (lambda k: k.layers.Dense(3, outputdim=4), "outputdim"),
        (lambda k: k.optimizers.Nadam(schedule_decay=0.1), "has no counterpart"),
    ],
)
def test_what_cannot_be_meant_is_refused(old, call, said):
    k = old("1")
    with pytest.raises((TypeError, ValueError), match=said):
        call(k)


def test_without_old_spellings_they_are_errors():
    with pytest.raises(TypeError, match="W_regularizer"):
        layers.Dense(3, W_regularizer="l2")


@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_lr_is_the_learning_rate(old, name):
    k = old("2")
    optimizer = getattr(k.optimizers, name)(lr=0.25)
    assert float(optimizer.lr) == 0.25
    optimizer.lr = 0.5
    assert float(optimizer.learning_rate) == 0.5


def test_decay_is_that_of_keras_2(old):
    k = old("2")
    rate, decay, momentum = 0.1, 0.5, 0.9
    optimizer = k.optimizers.SGD(lr=rate, decay=decay, momentum=momentum)
    weight = k.Variable([1.0])
    w, v = 1.0, 0.0
    for step in range(6):
        optimizer.apply([weight.value * 2], [weight])
        v = momentum * v - rate / (1 + decay * step) * 2 * w
        w += v
        np.testing.assert_allclose(weight.numpy(), [w], rtol=1e-5)
    assert float(k.optimizers.SGD(0.5, 0.0, 0.1, True).momentum) == 0.0
    assert float(k.optimizers.Adam(decay=0.0).learning_rate) == pytest.approx(0.001)


@pytest.mark.parametrize(
    ("which", "name", "rate"),
    [
        ("2", "Adadelta", 1.0),
        ("1", "Adagrad", 0.01),
        ("2", "Adamax", 0.002),
        ("2", "Nadam", 0.002),
        ("2", "Adam", 0.001),
        ("tf", "Adadelta", 0.001),
        ("3", "Adadelta", 0.001),
    ],
)
def test_rates_where_none_was_given(old, which, name, rate):
    k = old(which)
    assert float(getattr(k.optimizers, name)().learning_rate) == pytest.approx(rate)
    assert float(k.optimizers.get(name.lower()).learning_rate) == pytest.approx(rate)


def test_pools_had_a_default_size(old):
    k = old("tf")
    assert k.layers.AveragePooling2D().pool_size == (2, 2)


def test_weights_are_set_when_the_layer_is_built(old):
    k = old("2")
    kernel, bias = np.arange(6.0).reshape(2, 3), np.ones(3)
    model = k.Sequential([k.layers.Dense(3, input_dim=2, weights=[kernel, bias])])
    x = np.array([[1.0, 2.0]])
    np.testing.assert_allclose(model.predict(x), x @ kernel + bias)
    late = k.layers.Dense(3, weights=[kernel, bias])
    np.testing.assert_allclose(late(x), x @ kernel + bias)
    assert k.layers.Dense(3, weights=None)(x).shape == (1, 3)


def test_the_length_of_sequences_is_part_of_the_input_shape(old):
    k = old("1")
    model = k.Sequential([k.layers.Dense(output_dim=3, input_dim=4, input_length=5)])
    assert model.input_shape == (None, 5, 4)


def test_a_weight_may_be_named_first(old):
    k = old("tf")

    class Scale(k.layers.Layer):
        def build(self, input_shape):
            self.factor = self.add_weight("factor", input_shape[-1:], initializer="ones")

        def call(self, x):
            return x * self.factor

    layer = Scale()
    assert layer(np.ones((1, 3))).shape == (1, 3)
    assert layer.factor.name == "factor"


def test_models_by_input_and_output(old):
    k = old("1")
    x = k.Input((2,))
    model = k.Model(input=x, output=k.layers.Dense(1)(x))
    assert model.output_shape == (None, 1)
    assert isinstance(model, k.Model)


def test_saving_a_period_of_epochs(old, tmp_path):
    k = old("2")
    file = str(tmp_path / "{epoch}.keras")
    callback = k.callbacks.ModelCheckpoint(file, period=2)
    model = k.Sequential([k.layers.Dense(1, input_dim=1)])
    model.compile("sgd", "mse")
    model.fit(np.ones((2, 1)), np.ones(2), epochs=5, verbose=0, callbacks=[callback])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2.keras", "4.keras"]


def test_functions_take_old_arguments(old):
    k = old("1")
    to_categorical = k.utils.np_utils.to_categorical
    np.testing.assert_array_equal(to_categorical([0, 2], nb_classes=3), np.eye(3)[[0, 2]])
    assert to_categorical(y=[0, 2], num_classes=3, dtype="int8").dtype == "int8"
    np.testing.assert_allclose(k.activations.relu(np.array([-1.0]), alpha=0.5), [-0.5])


def test_rows_of_one_path_count_for_classes_derived_from_it():
    taken = []
    rows = Rows(arguments={"layers.Layer": {"once": Into(lambda value, *_: taken.append(value))}})
    patches = Patches()
    Adapter([rows], {}, patches).adapt_class(layers.Dense)
    layers.Dense(3, once="upon a time")
    patches.undo()
    assert taken == ["upon a time"]


def test_an_order_counts_where_the_types_are_those_of_old():
    order = Order("filters nb_row nb_col", (int, int, int))
    assert order.fits((1, 2, 3))
    assert not order.fits((1, 2))
    assert not order.fits((1, (2, 2), 3))
    assert not order.fits((1, 2, 3, 4))


def test_every_new_name_in_the_rows_of_layers_is_an_argument_in_keras():
    names = {
        parameter
        for layer in vars(oracle.layers).values()
        if inspect.isclass(layer)
        for parameter in inspect.signature(layer.__init__).parameters
    }
    for rows in (value for path, value in KERAS_1.arguments.items() if path.startswith("layers")):
        for row in rows.values():
            if isinstance(row, str):
                assert {name.partition("[")[0] for name in row.split()} <= names
