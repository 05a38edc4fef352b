"""Models quantized by what they compute on samples."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

import ppul
from ppul import layers
from tests.oracle import assert_close, copy_weights

TOKENS = np.random.default_rng(0).permutation(12)
CONFIGS = {"gptq": "GPTQConfig", "awq": "AWQConfig"}


def config(library: Any, mode: str, **arguments: Any) -> Any:
    arguments = {"num_samples": 1, "sequence_length": 12, "group_size": 4} | arguments
    return getattr(library.quantizers, CONFIGS[mode])([TOKENS], lambda text: text, **arguments)


def network(library: Any, vocabulary: np.ndarray | None = None) -> tuple[Any, dict[str, Any]]:
    """A table, two blocks and a head; and which of them stand one behind the other."""
    layer = library.layers
    heads = layer.EinsumDense("abc,cde->abde", (None, 2, 4), bias_axes="de", name="split")
    joined = layer.EinsumDense("abde,dec->abc", (None, 4), name="join")
    first = library.Sequential(
        [library.Input((None, 12)), layer.Dense(8, "relu", name="wide")], name="first"
    )
    second = library.Sequential([library.Input((None, 8)), heads, joined], name="second")
    table = layer.Embedding(12, 12, name="table")
    x = library.Input((None,), dtype="int32")
    model = library.Model(x, layer.Dense(3, name="head")(second(first(table(x)))))
    rng = np.random.default_rng(1)
    model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
    if vocabulary is not None:
        table.set_weights([vocabulary])
    return model, {"pre_block_layers": [table], "sequential_blocks": [first, second]}


def quantized(mode: str, **arguments: Any) -> tuple[Any, np.ndarray]:
    """A model quantized here, and what it predicted before."""
    model, structure = network(ppul)
    before = model.predict(TOKENS[None], verbose=0)
    given = config(ppul, mode, quantization_layer_structure=structure, **arguments)
    model.quantize(mode, config=given)
    return model, before


@pytest.mark.thorough
@pytest.mark.rows(1)
@pytest.mark.parametrize("mode", CONFIGS)
def test_layers_inside_the_blocks_are_quantized_and_files_go_both_ways(
    mode: str, tmp_path: Any
) -> None:
    model, before = quantized(mode)
    names = [layer.name for layer in model._flatten_layers() if layer.quantization_mode == mode]
    assert sorted(names) == ["join", "split", "wide"]
    after = model.predict(TOKENS[None], verbose=0)
    assert 0 < np.abs(after - before).max() < 0.1 * np.abs(before).max()
    model.save(tmp_path / "model.keras")
    for library in (ppul, keras):
        loaded = library.saving.load_model(tmp_path / "model.keras")
        assert loaded.get_layer("first").get_layer("wide").quantization_mode == mode
        assert_close(loaded.predict(TOKENS[None], verbose=0), after, rtol=1e-4, atol=1e-4)


@pytest.mark.thorough
def test_a_file_of_keras_without_zero_points_is_read_where_they_are_known(tmp_path: Any) -> None:
    model, structure = network(keras)
    given = config(keras, "gptq", quantization_layer_structure=structure, symmetric=True)
    model.quantize("gptq", config=given, filters="wide|split|join")
    # Keras cannot save layers that hold layers in their configuration.
    given.quantization_layer_structure = None
    model.save(tmp_path / "model.keras")
    loaded = ppul.saving.load_model(tmp_path / "model.keras")
    expected = model.predict(TOKENS[None], verbose=0)
    assert_close(loaded.predict(TOKENS[None], verbose=0), expected, rtol=1e-4, atol=1e-4)


def without_zero_points(**arguments: Any) -> Any:
    """A layer that has taken what Keras writes of a quantized one."""
    layer = layers.Dense(
        2,
        use_bias=False,
        dtype="gptq/4/2_from_float32",
        quantization_config=config(ppul, "gptq", group_size=2, **arguments),
    )
    layer.build((None, 4))
    scale, group = np.ones((2, 2), "float32"), np.array([0, 0.5, 1, 1.5], "float32")
    layer.load_own_variables({"0": np.full((1, 4), 0x2F, "uint8"), "1": scale, "2": group})
    return layer


def test_zero_is_in_the_middle_where_a_file_does_not_tell() -> None:
    # The first output has fifteens, the second twos, of which eight is zero.
    assert without_zero_points(symmetric=True)(np.ones((1, 4))).tolist() == [[28, -24]]


@pytest.mark.thorough
@pytest.mark.parametrize("mode", CONFIGS)
def test_of_uncorrelated_inputs_keras_makes_the_same_model(mode: str) -> None:
    # Keras 3.15 does not see the inputs of layers and rounds; that is the same where every token
    # is a feature of its own.
    ours, mine = network(ppul, np.eye(12))
    theirs, yours = network(keras, np.eye(12))
    copy_weights(theirs, ours)
    for library, model, structure in ((ppul, ours, mine), (keras, theirs, yours)):
        structure["sequential_blocks"] = structure["sequential_blocks"][:1]
        given = config(library, mode, quantization_layer_structure=structure, group_size=-1)
        model.quantize(mode, config=given, filters="wide")
    kept = [model.get_layer("first").get_layer("wide") for model in (ours, theirs)]
    for name in ("kernel", "kernel_scale", "kernel_zero"):
        values = [np.asarray(getattr(v, "value", v)) for v in (getattr(k, name) for k in kept)]
        np.testing.assert_allclose(*values, rtol=1e-6)
    assert_close(ours(TOKENS[None]), theirs(TOKENS[None]), rtol=1e-4, atol=1e-4)


class Told(ppul.Model):
    """A model that says which of its layers stand one behind the other."""

    def get_quantization_layer_structure(self, mode: str | None = None) -> dict[str, Any] | None:
        assert mode == "gptq"
        table, block = self.layers[1:]
        return {"pre_block_layers": [table], "sequential_blocks": [block]}


def told(units: int = 2) -> Told:
    x = ppul.Input((None,), dtype="int32")
    return Told(x, layers.Dense(units, name="block")(layers.Embedding(12, 4)(x)))


def test_the_blocks_are_those_the_model_tells() -> None:
    model = told()
    model.quantize("gptq", config=config(ppul, "gptq", num_samples=2, sequence_length=3))
    block: Any = model.get_layer("block")
    assert block.kernel.shape == (2, 4)


def test_a_layer_of_two_blocks_is_quantized_once() -> None:
    model: Any = told(4)
    block = model.get_layer("block")
    model.get_quantization_layer_structure = lambda _: {
        "pre_block_layers": [model.layers[1]],
        "sequential_blocks": [block, block],
    }
    before = np.asarray(block.kernel.value)
    quantize(model)
    np.testing.assert_allclose(block._dequantized(), before, atol=0.2)


class Own(layers.Dense):
    """A layer of a user."""


def test_classes_of_users_and_other_layers_stay_unless_asked_for() -> None:
    model, structure = network(ppul)
    block = ppul.Sequential([ppul.Input((None, 8)), Own(4, name="own")], name="third")
    structure["sequential_blocks"] = [*structure["sequential_blocks"][:1], block]
    given = config(ppul, "gptq", quantization_layer_structure=structure)
    with pytest.warns(UserWarning, match="Left as it was: Own 'own'") as found:
        model.quantize("gptq", config=given, filters="own")
    assert found[0].filename == __file__
    assert block.get_layer("own").quantization_mode is None
    model.quantize("gptq", config=given, filters="own", type_check=False)
    assert block.get_layer("own").quantization_mode == "gptq"
    assert model.get_layer("first").get_layer("wide").quantization_mode is None


def test_a_layer_with_factors_stays_as_it_is() -> None:
    model = told()
    block: Any = model.get_layer("block")
    block.enable_lora(2)
    with pytest.warns(UserWarning, match="Left as it was: Dense 'block': LoRA does not go with"):
        quantize(model)
    assert block.kernel.dtype == "float32"


class Idle(layers.Layer):
    """A layer that does not call the layer inside."""

    def __init__(self) -> None:
        super().__init__(name="idle")
        self.inner = layers.Dense(2, name="inner")
        self.inner.build((None, 4))

    def call(self, inputs: Any) -> Any:
        return inputs


def idle() -> Any:
    model: Any = told()
    model.get_quantization_layer_structure = lambda _: {
        "pre_block_layers": [],
        "sequential_blocks": [built(Idle())],
    }
    return model


def built(layer: Any) -> Any:
    layer.build((None, 4))
    return layer


BAD = {
    "no config": (lambda: told().quantize("gptq"), "such as a `GPTQConfig`.*mode='gptq'"),
    "no structure": (
        lambda: network(ppul)[0].quantize("awq", config=config(ppul, "awq")),
        "'awq' must know which layers.*'pre_block_layers'.*got None",
    ),
    "no blocks": (
        lambda: told().quantize(
            config=config(
                ppul,
                "gptq",
                quantization_layer_structure={"pre_block_layers": [], "sequential_blocks": []},
            )
        ),
        "'sequential_blocks' of 'told.*' is empty",
    ),
    "a layer alone": (
        lambda: built(layers.Dense(2)).quantize(config=config(ppul, "gptq")),
        "needs inputs to calibrate with.*Call `quantize` of the model",
    ),
    "twice": (lambda: [quantize(model) for model in [told()] * 2], "quantized already"),
    "zero points": (without_zero_points, "no zero points.*unless `symmetric=True`"),
    "not called": (lambda: quantize(idle()), "'inner' is inside the block 'idle', which does not"),
}


def quantize(model: Any) -> None:
    model.quantize("gptq", config=config(ppul, "gptq"))


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_quantized_says_why(name: str) -> None:
    call, words = BAD[name]
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("mode", ["gptq/4/2", "awq/4/2"])
def test_a_layer_of_a_policy_has_whole_numbers_and_no_factors(mode: str) -> None:
    layer = built(layers.Dense(2, dtype=f"{mode}_from_float32"))
    assert layer.kernel.dtype == "uint8"
    assert [v.name for v in layer.trainable_variables] == ["bias"]
    with pytest.raises(NotImplementedError, match=r"LoRA does not go with.*'int8'"):
        layer.enable_lora(2)
    with pytest.raises(NotImplementedError, match="have 'int8', 'int4'"):
        layers.Embedding(3, 2, dtype=f"{mode}_from_float32").build()


def test_every_group_has_its_scale_in_halves() -> None:
    layer = layers.Dense(1, use_bias=False, dtype="gptq/8/1_from_mixed_bfloat16")
    layer.build((None, 600))
    scale = np.tile([1, 2], 300)[None]
    layer.quantized_kernel.assign(np.ones((1, 600)))
    layer.kernel_scale.assign(scale)
    np.testing.assert_array_equal(layer(np.eye(600))[:, 0], scale[0])


@pytest.mark.thorough
def test_what_is_not_quantized_can_still_be_trained() -> None:
    model, _ = quantized("gptq")
    model.compile("sgd", "mse")
    wide = model.get_layer("first").get_layer("wide")
    kernel, bias = np.asarray(wide.kernel), wide.bias.numpy()
    losses = model.fit(TOKENS[None], np.zeros((1, 12, 3)), epochs=2, verbose=0).history["loss"]
    assert losses[1] < losses[0]
    np.testing.assert_array_equal(wide.kernel, kernel)
    assert np.abs(wide.bias.numpy() - bias).max() > 0
