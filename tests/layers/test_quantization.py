"""Quantized layers, compared with Keras's."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

import ppul
from ppul import layers
from ppul.layers.core.contraction import Contraction
from tests.gallery.case import Case
from tests.layers.test_lora import draw, stored
from tests.oracle import assert_close, copy_weights, keras_twin, outputs_and_gradients, ppul_twin
from tests.tables import rows_of

# How layers are quantized: of a library's quantizers, arguments of `quantize`.
HOW: dict[str, Any] = {
    "int4": lambda q: {"config": q.Int4QuantizationConfig(block_size=4)},
    "int8": lambda q: {"mode": "int8"},
    "float8": lambda q: {"mode": "float8"},
    "int8 weights": lambda q: {"config": q.Int8QuantizationConfig(activation_quantizer=None)},
    "int4 columns": lambda q: {"config": q.Int4QuantizationConfig(block_size=None)},
}
LAYERS = [
    Case(layers.Dense, {"units": 5, "activation": "tanh"}, (2, 3, 6)),
    Case(layers.Dense, {"units": 4, "use_bias": False}, (2, 7)),
    Case(layers.EinsumDense, {"equation": "ab,bcd->acd", "output_shape": (3, 4)}, (2, 6)),
    Case(
        layers.EinsumDense,
        {"equation": "abcd,cde->abe", "output_shape": (None, 5), "bias_axes": "e"},
        (2, 3, 4, 2),
    ),
    Case(layers.EinsumDense, {"equation": "abc,dce->abed", "output_shape": (3, 5, 2)}, (2, 3, 8)),
    Case(layers.Embedding, {"input_dim": 7, "output_dim": 6}, (2, 3), dtype="int32"),
    Case(layers.ReversibleEmbedding, {"input_dim": 7, "output_dim": 6}, (2, 3), dtype="int32"),
    Case(
        layers.ReversibleEmbedding,
        {"input_dim": 7, "output_dim": 6, "tie_weights": False},
        (2, 3),
        dtype="int32",
    ),
]


class Row:
    """A layer and how it is quantized."""

    def __init__(self, layer: Case, how: str) -> None:
        self.layer, self.how = layer, how
        self.id = f"{layer.id} {how}"


ROWS = [
    Row(case, how)
    for case in LAYERS
    for how in HOW
    if how != "float8" or not issubclass(case.layer, layers.Embedding)
]
every_row = rows_of(ROWS, lambda row: row.how)


def quantized(row: Row, **given: Any) -> tuple[Any, Any]:
    """The layer here and in Keras, quantized from the same weights."""
    ours = row.layer.make(**given)
    theirs = keras_twin(ours)
    for layer in (ours, theirs):
        layer.build(row.layer.inputs)
    rng = np.random.default_rng(0)
    theirs.set_weights([rng.normal(size=w.shape) for w in theirs.get_weights()])
    copy_weights(theirs, ours)
    ours.quantize(**HOW[row.how](ppul.quantizers))
    theirs.quantize(**HOW[row.how](keras.quantizers))
    return ours, theirs


@pytest.mark.rows(1)
@every_row
def test_weights_outputs_and_gradients_are_keras_s(case: Row) -> None:
    ours, theirs = quantized(case)
    for group in ("weights", "trainable_weights"):
        kept = [[(v.name, v.shape, v.dtype) for v in getattr(x, group)] for x in (ours, theirs)]
        assert kept[0] == kept[1]
    assert_close(stored(ours), stored(theirs))
    x = draw(case.layer)
    # Scales and histories have a gradient, their next value, where it is training.
    call = {"training": True} if case.how == "float8" else {}
    results = [outputs_and_gradients(layer, (x,), call) for layer in (ours, theirs)]
    assert_close(*map(_numbers, results), rtol=1e-4, atol=1e-4)
    mode = ours.quantization_mode
    spec = theirs.variable_serialization_spec
    assert ours.variable_serialization_spec[mode] == spec[mode]
    assert ours.variable_serialization_spec[None] == spec[None]


@pytest.mark.rows(2)
@every_row
def test_a_layer_made_of_the_configuration_takes_the_weights(case: Row) -> None:
    ours, theirs = quantized(case)
    for key in ("dtype", "quantization_config"):
        assert ours.get_config()[key] == theirs.get_config()[key]
    x = draw(case.layer)
    pairs = ((ours, keras_twin(ours)), (theirs, ppul_twin(theirs)))
    for source, made in pairs:
        if not made.built:
            made.build(case.layer.inputs)
        made.load_own_variables(stored(source))
        assert_close(stored(made), stored(source))

    @jax.jit
    def outputs(x: Any) -> list[Any]:
        found = []
        for pair in pairs:
            for layer in pair:
                values = [
                    [v.value for v in g]
                    for g in (layer.trainable_variables, layer.non_trainable_variables)
                ]
                found.append(layer.stateless_call(*values, x)[0])
        return found

    first, *rest = outputs(x)
    for other in rest:
        assert_close(first, other, rtol=1e-4, atol=1e-4)


@pytest.mark.thorough
@pytest.mark.rows(1)
@pytest.mark.parametrize("case", LAYERS[-1:-3:-1], ids=lambda case: case.id)
@pytest.mark.parametrize("how", ["int8", "int4", "int8 weights", "int4 columns"])
def test_scores_of_a_quantized_table_are_keras_s(case: Case, how: str) -> None:
    ours, theirs = quantized(Row(case, how))
    vectors = np.random.default_rng(2).normal(size=(2, 3, 6)).astype("float32")
    scores = jax.jit(lambda x: [layer(x, reverse=True) for layer in (ours, theirs)])(vectors)
    assert_close(*scores, rtol=1e-4, atol=1e-4)


@pytest.mark.thorough
@pytest.mark.parametrize("how", ["int8", "int4"])
@pytest.mark.parametrize("case", [LAYERS[0], LAYERS[5], LAYERS[7]], ids=lambda case: case.id)
def test_factors_on_quantized_weights_are_merged_as_in_keras(case: Case, how: str) -> None:
    ours, theirs = quantized(Row(case, how))
    for layer in (ours, theirs):
        layer.enable_lora(2, lora_alpha=3.0)
    rng = np.random.default_rng(1)
    for factor in "ab":
        a, b = (getattr(x, f"lora_{ours._weight_name}_{factor}") for x in (ours, theirs))
        value = rng.normal(size=a.shape).astype("float32")
        a.assign(value)
        b.assign(value)
    outputs = jax.jit(lambda x: [layer(x) for layer in (ours, theirs)])(draw(case))
    assert_close(*outputs, rtol=1e-4, atol=1e-4)
    mine, yours = stored(ours), stored(theirs)
    assert mine.keys() == yours.keys()
    for key, value in mine.items():
        np.testing.assert_allclose(value, yours[key], rtol=1e-4, atol=1e-5)


def small(library: Any) -> Any:
    made = library.Sequential(
        [
            library.Input((6,)),
            library.layers.Dense(8, activation="relu", name="body"),
            library.layers.BatchNormalization(name="norm"),
            library.layers.Dense(2, name="head"),
        ]
    )
    made.compile("sgd", "mse")
    return made


def data() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(16, 6)).astype("float32")
    return x, np.stack([x.sum(1), x[:, 0]], 1)


@pytest.mark.thorough
@pytest.mark.rows(1)
@pytest.mark.parametrize("mode", ["int8", "int4", "float8"])
def test_files_of_a_quantized_model_go_both_ways(mode: str, tmp_path: Any) -> None:
    x, _ = data()
    for source, target in ((ppul, keras), (keras, ppul)):
        model = small(source)
        model.quantize(mode, filters="body|head")
        expected = model.predict(x, verbose=0)
        path = tmp_path / f"{source.__name__}.keras"
        model.save(path)
        for library in (target, source):
            loaded = library.saving.load_model(path)
            assert loaded.get_layer("head").quantization_mode == mode
            assert_close(loaded.predict(x, verbose=0), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.thorough
def test_training_in_float8_is_that_of_keras() -> None:
    x, y = data()
    ours, theirs = small(ppul), small(keras)
    copy_weights(theirs, ours)
    histories = []
    for model in (ours, theirs):
        model.quantize("float8", filters="body|head")
        model.compile(type(model.optimizer)(0.05), "mse")
        fitted = model.fit(x, y, batch_size=4, epochs=2, shuffle=False, verbose=0)
        histories.append(fitted.history["loss"])
    np.testing.assert_allclose(*histories, rtol=1e-3)
    assert_close(ours.get_weights(), theirs.get_weights(), rtol=1e-2, atol=1e-2)
    assert ours.get_layer("head").inputs_amax_history.numpy()[0] > 0


def test_layers_with_weights_that_stay_as_they_are_are_named() -> None:
    with pytest.warns(UserWarning, match="Left as it was: BatchNormalization 'norm'") as found:
        small(ppul).quantize("int8")
    assert len(found) == 1


@pytest.mark.thorough
def test_predictions_follow_the_quantized_weights() -> None:
    x, _ = data()
    model = small(ppul)
    before = model.predict(x, verbose=0)
    model.quantize("int4", filters=lambda layer: layer.name == "head")
    after = model.predict(x, verbose=0)
    assert 0 < np.abs(after - before).max() < 0.5
    assert [layer.quantization_mode for layer in model.layers] == [None, None, "int4"]
    assert model.get_quantization_layer_structure("gptq") is None


class Own(layers.Dense):
    """A layer of a user."""


def built(layer: Any) -> Any:
    layer.build((1, 3))
    return layer


BAD = {
    "not built": (lambda: layers.Dense(2).quantize("int8"), ValueError, "no weight to quantize"),
    "mode": (lambda: built(layers.Dense(2)).quantize("int2"), ValueError, "got mode='int2'"),
    "nothing": (
        lambda: built(layers.Dense(2)).quantize(),
        ValueError,
        "`mode`.*or `config`.*and no config",
    ),
    "config": (
        lambda: built(layers.Dense(2)).quantize(config="int8"),
        ValueError,
        "`config` must be a `ppul.quantizers.QuantizationConfig`; got 'int8'",
    ),
    "two modes": (
        lambda: built(layers.Dense(2)).quantize(
            "int8", config=ppul.quantizers.Int4QuantizationConfig()
        ),
        ValueError,
        "mode='int8' contradicts",
    ),
    "twice": (lambda: twice(layers.Dense(2)), ValueError, "quantized already.*int8_from_float32"),
    "float16": (
        lambda: built(layers.Dense(2, dtype="float16")).quantize("int8"),
        ValueError,
        "do not go with float16",
    ),
    "own class": (
        lambda: built(Own(2)).quantize("int8"),
        NotImplementedError,
        "type_check=False",
    ),
    "float8 table": (
        lambda: built(layers.Embedding(2, 3)).quantize("float8"),
        NotImplementedError,
        "'float8': layers of this kind have 'int8', 'int4'",
    ),
    "other layer": (
        lambda: layers.ReLU().quantize("int8"),
        NotImplementedError,
        "have no `quantize`",
    ),
    "layer's config": (
        lambda: layers.Dense(2, quantization_config="int8"),
        ValueError,
        "`quantization_config` must be.*got 'int8'",
    ),
    "model not built": (
        lambda: ppul.Sequential([layers.Dense(2)]).quantize("int8"),
        ValueError,
        "no weights to quantize yet",
    ),
    "filters": (lambda: small(ppul).quantize("int8", filters=3), ValueError, "filters.*got 3"),
    "argument": (lambda: small(ppul).quantize("int8", fast=True), ValueError, "fast"),
}


def twice(layer: Any) -> None:
    built(layer).quantize("int8")
    layer.quantize("int4")


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_quantized_says_why(name: str) -> None:
    call, error, words = BAD[name]
    with pytest.raises(error, match=words):
        call()


def test_a_class_of_a_user_is_quantized_on_request() -> None:
    layer = built(Own(2))
    layer.quantize("int8", type_check=False)
    assert layer.kernel.dtype == "int8"


EQUATIONS = {
    "ab,bcd->acd": ((2, 3), (3, 4, 5)),
    "abcd,dce->abe": ((2, 3, 4, 5), (5, 4, 6)),
    "ab...,eb->a...e": ((2, 3, 4), (6, 3)),
}


@pytest.mark.rows(1)
@pytest.mark.parametrize("equation", EQUATIONS)
def test_a_contraction_is_a_product_of_matrices(equation: str) -> None:
    rng = np.random.default_rng(0)
    inputs, kernel = (jnp.asarray(rng.normal(size=shape)) for shape in EQUATIONS[equation])
    contraction = Contraction(*equation.replace("->", ",").split(","))
    matrix = contraction.matrix_of_kernel(kernel)
    product = contraction.matrix_of_inputs(inputs) @ matrix
    outputs = np.einsum(equation, inputs, kernel)
    np.testing.assert_allclose(product.reshape(outputs.shape), outputs, rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(contraction.kernel_of_matrix(matrix, kernel.shape), kernel)


def _numbers(results: Any) -> list[Any]:
    """Outputs and gradients, without those by integers, which are none."""
    return [leaf for leaf in jax.tree.leaves(results) if leaf.dtype != jax.dtypes.float0]
