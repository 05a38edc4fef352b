"""`clone_model`, `model_from_json` and `Model.from_config`, beside Keras's."""

from __future__ import annotations

import json
from typing import Any

import keras as oracle
import numpy as np
import pytest

import ppul as keras

BOTH = pytest.mark.parametrize("library", [keras, oracle], ids=["ppul", "keras"])


def sequential(library: Any) -> Any:
    layers = library.layers
    inside = [library.Input((4,)), layers.Dense(2, name="a"), layers.Dense(1, name="b")]
    return library.Sequential(inside, name="inner")


def drawn(library: Any) -> Any:
    x = library.Input((4,), name="x")
    y = library.layers.Dense(3, name="last")(sequential(library)(x))
    return library.Model(x, y, name="outer")


class Subclassed(keras.Model):
    def __init__(self, units: int = 2, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units
        self.dense = keras.layers.Dense(units)

    def call(self, inputs: Any) -> Any:
        return self.dense(inputs)


def copied(layer: Any) -> Any:
    return type(layer).from_config(layer.get_config())


@BOTH
@pytest.mark.parametrize("make", [sequential, drawn])
def test_a_clone_has_the_same_layers_and_other_weights(library, make):
    model = make(library)
    clone = library.models.clone_model(model)
    assert [layer.name for layer in clone.layers] == [layer.name for layer in model.layers]
    assert clone.output_shape == model.output_shape
    assert not set(map(id, clone.layers)) & set(map(id, model.layers))
    assert not np.array_equal(clone.get_weights()[0], model.get_weights()[0])


@BOTH
@pytest.mark.parametrize(
    ("recursive", "expected"), [(False, ["inner", "last"]), (True, ["a", "b", "last"])]
)
def test_clone_function_gets_the_layers_but_the_inputs(library, recursive, expected):
    seen: list[str] = []

    def clone(layer: Any) -> Any:
        seen.append(layer.name)
        return copied(layer)

    library.models.clone_model(drawn(library), clone_function=clone, recursive=recursive)
    assert seen == expected


@BOTH
def test_call_function_puts_something_around_a_layer(library):
    def call(layer: Any, *args: Any, **kwargs: Any) -> Any:
        output = layer(*args, **kwargs)
        return library.layers.Dropout(0.5, name="new")(output) if layer.name == "last" else output

    clone = library.models.clone_model(drawn(library), call_function=call)
    assert [layer.name for layer in clone.layers][-2:] == ["last", "new"]


@BOTH
@pytest.mark.parametrize("make", [sequential, drawn])
def test_a_clone_may_begin_with_other_inputs(library, make):
    tensor = library.Input((4,), batch_size=5)
    clone = library.models.clone_model(make(library), input_tensors=tensor)
    assert clone.output_shape[0] == 5


def test_a_clone_of_a_subclass_is_made_from_its_configuration():
    clone = keras.models.clone_model(Subclassed(3))
    assert type(clone) is Subclassed
    assert clone.units == 3


@pytest.mark.parametrize(
    ("make", "arguments", "words"),
    [
        (sequential, {"call_function": copied}, ["call_function", "Sequential"]),
        (lambda _: Subclassed(name="own"), {"clone_function": copied}, ["'own'", "Subclassed"]),
        (drawn, {"input_tensors": np.ones((2, 4))}, ["input_tensors", "ndarray"]),
        (drawn, {"input_tensors": [keras.Input((4,)), keras.Input((4,))]}, ["1 input", "has 2"]),
        (drawn, {"clone": copied}, ["clone"]),
        (lambda _: 3, {}, ["3"]),
    ],
)
def test_what_cannot_be_cloned_is_told(make, arguments, words):
    with pytest.raises((ValueError, TypeError)) as error:
        keras.models.clone_model(make(keras), **arguments)
    assert all(word in str(error.value) for word in words)


def with_functions(library: Any) -> Any:
    x = library.Input((4,))
    y = library.ops.clip(1 - library.layers.Dense(2)(x)[:, ::-1] * 2, -0.5, 0.5) / 2
    return library.Model(x, library.ops.concatenate([-abs(y), y], axis=1))


@pytest.mark.parametrize("make", [sequential, drawn, with_functions])
@pytest.mark.parametrize("ours_first", [True, False])
def test_json_of_one_library_is_a_model_in_the_other(make, ours_first):
    writer, reader = (keras, oracle) if ours_first else (oracle, keras)
    model = make(writer)
    read = reader.models.model_from_json(model.to_json())
    read.set_weights(model.get_weights())
    x = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
    np.testing.assert_allclose(read.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-5)


def test_json_of_keras_2_is_a_model():
    dense = {"name": "d", "units": 2, "activation": "hard_sigmoid", "batch_input_shape": [None, 3]}
    layers = [{"class_name": "Dense", "config": dense}]
    text = {"class_name": "Sequential", "config": {"name": "s", "layers": layers}}
    model = keras.models.model_from_json(json.dumps({**text, "keras_version": "2.3.1"}))
    model.set_weights([np.full((3, 2), 0.1), np.zeros(2)])
    # Keras 2's hard sigmoid has a slope of 0.2.
    np.testing.assert_allclose(model.predict(np.ones((1, 3)), verbose=0), [[0.56, 0.56]], rtol=1e-6)


@pytest.mark.parametrize(
    "text", ["[]", "{", '{"name": "x"}', '{"class_name": "Dense", "config": {}}']
)
def test_text_that_is_no_model_is_refused(text):
    with pytest.raises((ValueError, TypeError)):
        keras.models.model_from_json(text)


def test_the_configuration_of_a_drawn_model_makes_one_by_model_itself():
    model = drawn(keras)
    again = keras.Model.from_config(model.get_config())
    assert isinstance(again, keras.Model)
    assert [layer.name for layer in again.layers] == [layer.name for layer in model.layers]
