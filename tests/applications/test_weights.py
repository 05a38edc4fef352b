"""Weights that Keras wrote give the outputs Keras computes, and models go both ways as files."""

from __future__ import annotations

from typing import Any

import jax
import keras
import numpy as np
import pytest

import ppul
from tests.applications.cases import SMALLEST, Case, least, spread
from tests.oracle import assert_close
from tests.tables import rows_of

# Compiling takes all the time.
QUICK = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}
# The outputs are softmax's, of 7 classes; a hundred convolutions and normalizations lie before.
DEEP = {"rtol": 1e-4, "atol": 1e-6}


def outputs(model: Any, shape: tuple[int, ...]) -> Any:
    """Return the outputs for two pictures, compiled once."""
    pixels = np.random.default_rng(0).uniform(-1, 1, (2, *shape)).astype("float32")
    variables = [
        [variable.value for variable in group]
        for group in (model.trainable_variables, model.non_trainable_variables)
    ]

    def call(*given: Any) -> Any:
        return model.stateless_call(*given, pixels)[0]

    return jax.jit(call, compiler_options=QUICK)(*variables)


def small(title: str) -> Case:
    arguments = {"input_shape": least(title), "classes": 7}
    return Case(title, arguments | ({"alpha": 0.25} if title == "MobileNet" else {}))


@rows_of([small(title) for title in SMALLEST], kind=lambda _: "architecture")
def test_weights_written_by_keras_give_its_outputs(
    case: Case, drawn_quickly: Any, tmp_path: Any
) -> None:
    theirs = spread(case.draw(keras))
    expected = outputs(theirs, case.arguments["input_shape"])
    assert np.std(expected) > 1e-3
    path = tmp_path / "keras.weights.h5"
    theirs.save_weights(path)
    assert_close(outputs(case.draw(ppul, path), case.arguments["input_shape"]), expected, **DEEP)


@pytest.mark.thorough
@pytest.mark.parametrize("title", ["MobileNetV3Small", "ConvNeXtTiny"])
def test_models_go_both_ways_in_the_older_files(
    title: str, drawn_quickly: Any, tmp_path: Any
) -> None:
    case = small(title)
    for source, target in ((keras, ppul), (ppul, keras)):
        path = tmp_path / f"{source.__name__}.h5"
        model = spread(case.draw(source))
        model.save_weights(path) if source is ppul else keras.models.save_model(model, path)
        same = case.draw(target, path)
        for ours, theirs in zip(same.get_weights(), model.get_weights(), strict=True):
            np.testing.assert_array_equal(ours, theirs)


def own_layers(library: Any, modules: Any) -> Any:
    """Return a model of the two layers that only these architectures have."""
    inputs = library.Input((2, 2, 3))
    scaled = modules[0].LayerScale(0.5, 3, name="scaled")(inputs)
    outputs = modules[1].CustomScaleLayer(0.25)([inputs, scaled])
    return library.Model(inputs, outputs)


def test_models_of_their_own_layers_go_both_ways(tmp_path: Any) -> None:
    from keras.src.applications import convnext, inception_resnet_v2

    modules = {
        keras: (convnext, inception_resnet_v2),
        ppul: (ppul.applications, ppul.applications),
    }
    pixels = np.random.default_rng(0).normal(size=(1, 2, 2, 3)).astype("float32")
    for source, target in ((keras, ppul), (ppul, keras)):
        model = own_layers(source, modules[source])
        model.set_weights([np.array([1.0, 2.0, 3.0])])
        path = tmp_path / f"{source.__name__}.keras"
        model.save(path)
        loaded = target.saving.load_model(path)
        assert_close(loaded(pixels), pixels * (1 + 0.25 * np.array([1.0, 2.0, 3.0])))


@pytest.mark.thorough
@pytest.mark.parametrize("title", ["ConvNeXtTiny", "EfficientNetV2B0"])
def test_whole_models_go_both_ways(title: str, drawn_quickly: Any, tmp_path: Any) -> None:
    case = small(title)
    for source, target in ((keras, ppul), (ppul, keras)):
        model = spread(case.draw(source))
        path = tmp_path / f"{source.__name__}.keras"
        model.save(path)
        shape = case.arguments["input_shape"]
        loaded = target.saving.load_model(path)
        assert_close(outputs(loaded, shape), outputs(model, shape), **DEEP)


@pytest.mark.thorough
def test_a_step_of_training_is_that_of_keras(drawn_quickly: Any) -> None:
    case = small("MobileNet")
    case.arguments["dropout"] = 0.0
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(12, 32, 32, 3)).astype("float32"), rng.integers(0, 7, 12)
    losses = []
    for library in (ppul, keras):
        model = spread(case.draw(library))
        model.compile(library.optimizers.SGD(0.001), "sparse_categorical_crossentropy")
        # After two steps a millionth more in the pixels shows in Keras's own third digit: the last
        # normalizations are of twelve numbers a channel.
        history = model.fit(x, y, batch_size=12, epochs=2, shuffle=False, verbose=0)
        losses.append(history.history["loss"])
    assert_close(*losses, rtol=1e-4)
