"""Quantizers and their configurations, compared with Keras's."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

import ppul
from ppul import quantizers

RNG = np.random.default_rng(0)
X = RNG.normal(size=(5, 4)).astype("float32")
BYTES = RNG.integers(-8, 8, (3, 4)).astype("int8")

# Name, positional and keyword arguments.
CALLS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("abs_max_quantize", (X, 0), {}),
    ("abs_max_quantize", (X, None), {"value_range": (-8, 7), "epsilon": 1e-3}),
    ("abs_max_quantize", (X * 0, (0, 1)), {"dtype": "int32"}),
    ("abs_max_quantize", (X.astype("float16"), -1), {"to_numpy": True}),
    ("abs_max_quantize_grouped_with_zero_point", (X, 2), {}),
    ("abs_max_quantize_grouped_with_zero_point", (X, 2), {"to_numpy": True}),
    ("abs_max_quantize_grouped_with_zero_point", (np.abs(X) + 3, 8), {"epsilon": 1e-3}),
    ("abs_max_quantize_grouped_with_zero_point", (-np.abs(X) - 3, 5), {"dtype": "int32"}),
    ("pack_int4", (BYTES,), {}),
    ("pack_int4", (BYTES[:, :3],), {"axis": -1}),
    ("pack_int4", (BYTES.astype("uint8"),), {"dtype": "uint8", "axis": 1}),
    ("unpack_int4", (BYTES, 5), {}),
    ("unpack_int4", (BYTES, 8), {"axis": 1}),
    ("unpack_int4", (BYTES.astype("uint8"), 7), {"axis": -1, "dtype": "uint8"}),
    ("compute_float8_amax_history", (X, np.arange(4, dtype="float32")), {}),
    ("compute_float8_scale", (np.float32(3), np.float32(2), 448.0), {"margin": 1}),
    ("compute_float8_scale", (np.float32(0), np.float32(2), 448.0), {}),
    ("compute_float8_scale", (np.float32(np.inf), np.float32(2), 448.0), {}),
    ("quantize_and_dequantize", (X * 1e3, np.float32(2), "float8_e4m3fn", "float32"), {}),
    ("quantize_and_dequantize", (X, np.float32(2), "float8_e5m2", "bfloat16"), {}),
    ("fake_quant_with_min_max_vars", (X, np.float32(-0.5), np.float32(0.7)), {}),
    ("fake_quant_with_min_max_vars", (X, np.float32(0.2), np.float32(0.7)), {"num_bits": 3}),
    (
        "fake_quant_with_min_max_vars",
        (X, np.linspace(-1, 0, 4, dtype="float32"), np.linspace(0.5, 1, 4, dtype="float32")),
        {"narrow_range": True, "num_bits": 4, "axis": 1},
    ),
]


@pytest.mark.rows(2)
@pytest.mark.parametrize(
    "call", CALLS, ids=lambda call: f"{call[0]}({','.join(map(str, call[2].items()))})"
)
def test_numbers_are_those_of_keras(call: Any) -> None:
    name, args, kwargs = call
    ours = getattr(quantizers, name)(*args, **kwargs)
    theirs = getattr(keras.quantizers, name)(*args, **kwargs)
    for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(theirs), strict=True):
        a, b = np.asarray(a), np.asarray(b)  # noqa: PLW2901
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a.astype("float64"), b.astype("float64"), rtol=2e-6, atol=1e-7)


@pytest.mark.rows(1)
@pytest.mark.parametrize("axis", [None, 1])
def test_gradients_of_the_acted_quantization_are_keras_s(axis: int | None) -> None:
    low = np.full(() if axis is None else (4,), -0.5, "float32")

    def gradients(library: Any) -> Any:
        def total(x: Any, low: Any, high: Any) -> Any:
            f = library.quantizers.fake_quant_with_min_max_vars
            return (f(x, low, high, axis=axis) * jnp.cos(x)).sum()

        return jax.grad(total, argnums=(0, 1, 2))(jnp.asarray(X), low, -low)

    for a, b in zip(gradients(ppul), gradients(keras), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


@pytest.mark.thorough
@settings(max_examples=5, deadline=None)
@given(arrays("int8", array_shapes(max_dims=3, max_side=4), elements=st.integers(-8, 7)), st.data())
def test_unpacking_is_the_inverse_of_packing(numbers: np.ndarray, data: Any) -> None:
    axis = data.draw(st.integers(-numbers.ndim, numbers.ndim - 1))
    packed, shape, length = quantizers.pack_int4(numbers, axis=axis)
    assert packed.shape == shape
    assert packed.shape[axis] == (numbers.shape[axis] + 1) // 2
    np.testing.assert_array_equal(quantizers.unpack_int4(packed, length, axis=axis), numbers)


def test_a_symbolic_tensor_has_the_shapes_of_the_result() -> None:
    numbers, scale = quantizers.abs_max_quantize(ppul.KerasTensor((None, 4)), 0)
    assert (numbers.shape, numbers.dtype, scale.shape) == ((None, 4), "int8", (1, 4))


def configs(library: Any) -> list[Any]:
    q = library.quantizers
    return [
        q.Int8QuantizationConfig(),
        q.Int8QuantizationConfig(q.AbsMaxQuantizer(axis=0, value_range=(-100, 100)), None),
        q.Int4QuantizationConfig(),
        q.Int4QuantizationConfig(block_size=None, activation_quantizer=q.AbsMaxQuantizer(axis=-1)),
        q.Float8QuantizationConfig(),
        q.AbsMaxQuantizer(),
        q.AbsMaxQuantizer(axis=(0, 1), epsilon=1e-5),
    ]


@pytest.mark.rows(3)
@pytest.mark.parametrize("i", range(7))
def test_configurations_are_keras_s(i: int) -> None:
    ours, theirs = configs(ppul)[i], configs(keras)[i]
    config = keras.quantizers.serialize(theirs)
    assert quantizers.serialize(ours) == config
    again = quantizers.deserialize(config)
    assert type(again) is type(ours)
    assert quantizers.serialize(again) == config
    assert getattr(ours, "mode", None) == getattr(theirs, "mode", None)


def test_a_quantizer_takes_the_axis_of_the_call_or_its_own_or_the_last() -> None:
    for arguments, call in (({}, {}), ({"axis": 0}, {}), ({"axis": 0}, {"axis": 1})):
        ours = quantizers.AbsMaxQuantizer(**arguments)(X, **call)
        theirs = keras.quantizers.AbsMaxQuantizer(**arguments)(X, **call)
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-6)


@pytest.mark.parametrize("identifier", ["abs_max_quantizer", "AbsMaxQuantizer", None])
def test_get_finds_what_keras_finds(identifier: Any) -> None:
    ours, theirs = quantizers.get(identifier), keras.quantizers.get(identifier)
    assert type(ours).__name__ == type(theirs).__name__
    assert quantizers.get(ours) is ours
    assert type(quantizers.get(ours and quantizers.serialize(ours))) is type(ours)


def test_get_passes_arguments_on() -> None:
    # Keras passes them all as the axis.
    assert quantizers.get("abs_max_quantizer", axis=1, epsilon=0.1).get_config() == {
        "value_range": (-127, 127),
        "epsilon": 0.1,
        "output_dtype": "int8",
        "axis": (1,),
    }


def test_defaults_stand_in_where_a_config_has_none() -> None:
    for library in (ppul, keras):
        q = library.quantizers
        either, config = q.QuantizationConfig, q.Int4QuantizationConfig()
        assert either.weight_quantizer_or_default(None, "x") == "x"
        assert either.weight_quantizer_or_default(config, "x") == "x"
        assert either.activation_quantizer_or_default(None, "x") == "x"
        assert either.activation_quantizer_or_default(config, "x") is None
        assert q.Quantizer()(3) == 3


BAD = {
    "no quantizer": (lambda q: q.get("abs_min"), ValueError, "Unknown quantizer: 'abs_min'"),
    "a number": (lambda q: q.get(3), ValueError, "got 3"),
    "no dtype": (lambda q: q.pack_int4(BYTES, dtype="int16"), ValueError, "'int16'"),
    "floats packed": (lambda q: q.pack_int4(X), TypeError, "int8; got float32"),
    "floats unpacked": (lambda q: q.unpack_int4(X, 3), TypeError, "got float32"),
    "no config of a mode": (lambda q: q.QuantizationConfig().mode, NotImplementedError, "no mode"),
    "no configuration": (lambda q: q.Quantizer().get_config(), NotImplementedError, "get_config"),
    "another dtype": (
        lambda q: q.Int8QuantizationConfig(q.AbsMaxQuantizer(output_dtype="int4")),
        ValueError,
        "`weight_quantizer` must make numbers of dtype int8.*'int4'",
    ),
    "no block": (
        lambda q: q.Int4QuantizationConfig(block_size=0),
        ValueError,
        "`block_size` must be positive.*got 0",
    ),
    "blocks and a quantizer": (
        lambda q: q.Int4QuantizationConfig(activation_quantizer=q.AbsMaxQuantizer()),
        ValueError,
        "block_size=128.*`block_size=None`",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_named(name: str) -> None:
    call, error, words = BAD[name]
    with pytest.raises(error, match=words):
        call(quantizers)


@pytest.mark.parametrize(("shape", "block"), [((4,), 2), ((2, 3, 4), 2), ((4, 4), 0)], ids=str)
def test_groups_are_of_rows_of_a_matrix(shape: tuple[int, ...], block: int) -> None:
    with pytest.raises(ValueError, match="takes a matrix and a positive"):
        quantizers.abs_max_quantize_grouped_with_zero_point(np.ones(shape, "float32"), block)
