"""GPTQ and AWQ of a single layer, compared with Keras's and with the papers."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import keras
import numpy as np
import pytest

# Keras has no public name for what quantizes one layer from given inputs.
from keras.src.quantizers.awq import AWQ
from keras.src.quantizers.gptq import GPTQ

import ppul
from ppul import layers, quantizers
from ppul.quantizers.awq import awq
from ppul.quantizers.gptq import gptq
from ppul.quantizers.grouped import Grouped
from tests.oracle import assert_close, copy_weights, keras_twin
from tests.tables import rows_of

RNG = np.random.default_rng(0)
DENSE = (layers.Dense, {"units": 5}, (None, 9))
EINSUM = (
    layers.EinsumDense,
    {"equation": "abcd,cde->abe", "output_shape": (None, 5), "bias_axes": "e"},
    (None, 2, 3, 3),
)
SPLIT = (layers.EinsumDense, {"equation": "ab,bcd->acd", "output_shape": (3, 2)}, (None, 9))


class Row:
    """A layer, how it is quantized, and how it is told so."""

    def __init__(self, layer: Any, mode: str, **arguments: Any) -> None:
        self.layer, self.mode, self.arguments = layer, mode, arguments
        told = "-".join(f"{name}={value}" for name, value in arguments.items())
        self.id = f"{layer[0].__name__} {mode} {told}"


ROWS = [
    Row(EINSUM, "awq", group_size=3),
    Row(DENSE, "awq", group_size=3),
    Row(DENSE, "awq", group_size=-1, num_grid_points=7),
    Row(SPLIT, "awq", group_size=128),
    Row(DENSE, "gptq", group_size=3, activation_order=True),
    Row(DENSE, "gptq", group_size=3),
    Row(DENSE, "gptq", group_size=-1),
    Row(DENSE, "gptq", group_size=128, weight_bits=2),
    Row(DENSE, "gptq", group_size=5, weight_bits=3),
    Row(DENSE, "gptq", group_size=3, weight_bits=8),
    Row(DENSE, "gptq", group_size=3, symmetric=True),
    Row(DENSE, "gptq", group_size=5, per_channel=False),
    Row(EINSUM, "gptq", group_size=3, hessian_damping=0.5),
    Row(SPLIT, "gptq", group_size=-1, symmetric=True),
]
# Keras's step after an input is rounded is the paper's only where inputs are not correlated.
INPUTS = {
    "gptq": np.diag([1.0, 3, 2, 0.5, 7, 4, 5, 6, 0.1]),
    "awq": RNG.normal(size=(20, 9)) * np.linspace(0.1, 4, 9),
}


def pair(row: Row) -> tuple[Any, Any]:
    """The layer here and in Keras with the same weights, which have both signs in each group."""
    cls, arguments, shape = row.layer
    ours = cls(**arguments)
    theirs = keras_twin(ours)
    for layer in (ours, theirs):
        layer.build(shape)
    rng = np.random.default_rng(1)
    kernel, *bias = (rng.normal(size=w.shape).astype("float32") for w in theirs.get_weights())
    kernel.reshape(9, -1)[::2] = np.abs(kernel.reshape(9, -1)[::2])
    kernel.reshape(9, -1)[1::2] = -np.abs(kernel.reshape(9, -1)[1::2])
    theirs.set_weights([kernel, *bias])
    copy_weights(theirs, ours)
    return ours, theirs


def kept(layer: Any) -> dict[str, np.ndarray]:
    names = ("quantized_kernel", "kernel", "kernel_scale", "kernel_zero", "g_idx", "awq_scales")
    found = {n: getattr(layer, n) for n in names if hasattr(layer, n)}
    return {name: np.asarray(getattr(v, "value", v)) for name, v in found.items()}


def compare(ours: Any, theirs: Any, shape: Any) -> None:
    found, expected = kept(ours), kept(theirs)
    assert found.keys() == expected.keys()
    assert [v.dtype for v in found.values()] == [v.dtype for v in expected.values()]
    # Keras's have a part behind the point.
    expected["g_idx"] = np.floor(expected["g_idx"])
    # Where zero is in the middle, the largest values are halfway between two numbers.
    ties = getattr(ours.quantization_config, "symmetric", False)
    np.testing.assert_allclose(
        found.pop("kernel").astype(int), expected.pop("kernel").astype(int), atol=int(ties)
    )
    if ties:
        ours.quantized_kernel.assign(theirs.quantized_kernel.value)
        found["quantized_kernel"] = expected["quantized_kernel"]
    for name, value in found.items():
        np.testing.assert_allclose(value, expected[name], rtol=1e-5, err_msg=name)
    assert [v.shape for v in ours.weights] == [v.shape for v in theirs.weights]
    assert ours.dtype_policy.name == theirs.dtype_policy.name
    mode = ours.quantization_mode
    spec = theirs.variable_serialization_spec[mode]
    assert ours.variable_serialization_spec[mode] == spec
    assert ours.get_config()["quantization_config"] == theirs.get_config()["quantization_config"]
    x = RNG.normal(size=(4, *shape[1:])).astype("float32")
    assert_close(ours(x), theirs(x), rtol=1e-4, atol=1e-4)


def settings(library: Any, mode: str, **arguments: Any) -> Any:
    name = {"gptq": "GPTQConfig", "awq": "AWQConfig"}[mode]
    return getattr(library.quantizers, name)(None, None, **arguments)


@pytest.mark.thorough
@pytest.mark.rows(1)
@rows_of(ROWS, lambda row: row.mode)
def test_what_is_kept_of_a_kernel_is_keras_s(case: Row) -> None:
    ours, theirs = pair(case)
    x = INPUTS[case.mode].astype("float32")
    config = settings(ppul, case.mode, **case.arguments)
    ours.calibrate(config, config.measured(jnp.asarray(x)))
    expected = settings(keras, case.mode, **case.arguments)
    theirs.quantize(case.mode, config=expected)
    if case.mode == "gptq":
        solver = GPTQ(theirs, expected)
        solver.update_hessian_with_batch(keras.ops.convert_to_tensor(x))
        solver.quantize_and_correct_layer()
    else:
        search = AWQ(theirs, expected)
        search.update_activation_magnitudes(keras.ops.convert_to_tensor(x))
        search.quantize_layer()
        assert len(set(ours.awq_scales.numpy())) > 1
    compare(ours, theirs, case.layer[2])


def correlated(inputs: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A weight, inputs that go together, and their Hessian."""
    rng = np.random.default_rng(inputs)
    mixing = np.eye(inputs) + rng.normal(size=(inputs, inputs)) / np.sqrt(inputs)
    x = rng.normal(size=(400, inputs)) @ mixing
    return rng.normal(size=(inputs, 6)).astype("float32"), x, 2 * x.T @ x / len(x)


@pytest.mark.parametrize("order", [False, True])
def test_gptq_of_correlated_inputs_is_that_of_the_paper(order: bool) -> None:
    weight, _, hessian = correlated(150)
    found = gptq(weight, hessian, group_size=50, activation_order=order)
    scale, zero = found.grid.scale[found.group], found.grid.zero[found.group]
    # Optimal brain quantization: each error is spread by the inverse Hessian of what is left.
    damped = hessian + 0.01 * np.diag(hessian).mean() * np.eye(150)
    inverse, rest = np.linalg.inv(damped), weight.astype("float64")
    numbers = np.zeros_like(rest)
    for i in np.argsort(-np.diag(hessian)) if order else range(150):
        numbers[i] = np.clip(np.round(rest[i] / scale[i]) + zero[i], 0, 15)
        error = rest[i] - (numbers[i] - zero[i]) * scale[i]
        rest -= np.outer(inverse[:, i], error / inverse[i, i])
        inverse = inverse - np.outer(inverse[:, i], inverse[i]) / inverse[i, i]
    # A value halfway between two numbers may fall to either side.
    assert np.mean(found.numbers != numbers) < 0.01


def error(found: Grouped, weight: np.ndarray, x: np.ndarray) -> float:
    return float(np.linalg.norm(x @ (found.floats() - weight)) / np.linalg.norm(x @ weight))


@pytest.mark.parametrize("bits", [2, 4])
def test_gptq_loses_less_than_rounding(bits: int) -> None:
    weight, x, hessian = correlated(60)
    found = gptq(weight, hessian, bits=bits, group_size=20)
    rounded = gptq(weight, np.eye(60), bits=bits, group_size=20)
    assert error(found, weight, x) < 0.9 * error(rounded, weight, x)


def test_awq_loses_less_than_rounding() -> None:
    weight, x, _ = correlated(60)
    x[:, :3] *= 30
    found = awq(weight, np.abs(x).max(axis=0), group_size=20)
    rounded = awq(weight, np.ones(60), group_size=20)
    assert error(found, weight, x) < 0.5 * error(rounded, weight, x)


def test_groups_of_one_sign_keep_their_values() -> None:
    # Keras's zero points of such groups do not fit in their byte.
    weight = np.linspace(2, 3, 8, dtype="float32")[:, None] * np.array([1, -1], "float32")
    found = gptq(weight, np.eye(8), bits=8, group_size=4)
    np.testing.assert_allclose(found.floats(), weight, atol=0.02)


def test_inputs_that_are_always_zero_are_rounded() -> None:
    weight, _, hessian = correlated(9)
    hessian[:, 3] = hessian[3] = 0
    found = gptq(weight, hessian, bits=8, damping=0)
    np.testing.assert_allclose(found.floats()[3], weight[3], atol=0.02)


@pytest.mark.parametrize("mode", ["gptq", "awq"])
def test_configurations_are_keras_s(mode: str) -> None:
    arguments = {"group_size": 3, "num_samples": 5, "sequence_length": 7}
    ours, theirs = settings(ppul, mode, **arguments), settings(keras, mode, **arguments)
    assert ours.dtype_policy_string() == theirs.dtype_policy_string()
    assert ours.mode == theirs.mode
    config: Any = keras.quantizers.serialize(theirs)
    assert quantizers.serialize(ours) == config
    assert quantizers.serialize(quantizers.deserialize(config)) == config


class Letters:
    """A tokenizer of a library."""

    def tokenize(self, text: str) -> list[int]:
        return [ord(letter) - ord("a") for letter in text]


def test_samples_are_spread_over_all_tokens() -> None:
    def samples(dataset: Any, tokenizer: Any, **arguments: Any) -> list[list[int]]:
        config = quantizers.GPTQConfig(dataset, tokenizer, **arguments)
        return [sample.ravel().tolist() for sample in config.samples()]

    three = {"num_samples": 3, "sequence_length": 2}
    expected = [[0, 1], [2, 3], [4, 5]]
    assert samples(np.arange(6).reshape(2, 3), None, **three) == expected
    assert samples((list(range(i, i + 2)) for i in (0, 2, 4)), None, **three) == expected
    assert samples(["abc", "def"], Letters(), **three) == expected
    assert samples(["abc", "def"], Letters().tokenize, **three) == expected
    # Too few tokens are repeated.
    assert samples([[5, 7, 9]], None, num_samples=1, sequence_length=4) == [[5, 7, 9, 5]]


BAD = {
    "bits": (lambda q: q.GPTQConfig([], None, weight_bits=5), "`weight_bits` must be one of 2, 3"),
    "bits of AWQ": (lambda q: q.AWQConfig([], None, weight_bits=8), "one of 4; got 8"),
    "samples": (lambda q: q.AWQConfig([], None, num_samples=0), "`num_samples`.*got 0"),
    "length": (lambda q: q.GPTQConfig([], None, sequence_length=-1), "`sequence_length`.*got -1"),
    "group": (lambda q: q.GPTQConfig([], None, group_size=0), "`group_size`.*got 0"),
    "damping": (lambda q: q.GPTQConfig([], None, hessian_damping=2), "from 0 to 1; got 2"),
    "grid": (lambda q: q.AWQConfig([], None, num_grid_points=0), "`num_grid_points`.*got 0"),
    "empty": (lambda q: q.GPTQConfig([], None).samples(), "`dataset` is empty"),
    "nothing": (lambda q: q.GPTQConfig(None, None).samples(), "`dataset` must be.*got None"),
    "a text": (lambda q: q.GPTQConfig("abc", None).samples(), "`dataset` must be.*got 'abc'"),
    "texts": (lambda q: q.GPTQConfig(["abc"], None).samples(), "has texts, such as 'abc'.*`token"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_named(name: str) -> None:
    call, words = BAD[name]
    with pytest.raises(ValueError, match=words):
        call(quantizers)


def test_a_hessian_without_inverse_is_named() -> None:
    with pytest.raises(ValueError, match=r"3 inputs has no inverse.*`hessian_damping`"):
        gptq(np.ones((3, 2)), np.ones((3, 3)), damping=0)
