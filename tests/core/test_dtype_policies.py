"""Dtype policies, compared with Keras's."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

import ppul
from ppul import dtype_policies

NAMES = [
    "float32",
    "mixed_float16",
    "int8_from_float32",
    "int8_from_mixed_bfloat16",
    "int4_from_float32",
    "int4/64_from_float32",
    "int4/-1_from_bfloat16",
    "float8_from_float16",
    "gptq/4/128_from_float32",
    "awq/4/-1_from_mixed_bfloat16",
]
BAD_NAMES = [
    "int8_from_float16",
    "int8_from_mixed_float16",
    "gptq/4_from_float32",
    "gptq/5/128_from_float32",
    "awq/8/128_from_float32",
    "awq/4/x_from_float32",
    "int4/x_from_float32",
    "int9_from_float32",
    "int8_from_flaot32",
    "int8_from_",
    "int8",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_named_policy_is_keras_s(name: str) -> None:
    ours, theirs = dtype_policies.get(name), keras.dtype_policies.get(name)
    for attribute in ("name", "compute_dtype", "variable_dtype", "quantization_mode"):
        assert getattr(ours, attribute) == getattr(theirs, attribute)
    assert type(ours).__name__ in (type(theirs).__name__, f"Float{type(ours).__name__}")
    config = keras.dtype_policies.serialize(theirs)
    assert dtype_policies.serialize(ours) == config
    assert dtype_policies.deserialize(config) == ours == dtype_policies.get(config)
    assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("name", [name for name in BAD_NAMES if name != "int8"])
def test_what_is_no_policy_is_refused_as_in_keras(name: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (the messages are ours)
        keras.dtype_policies.get(name)
    with pytest.raises(ValueError, match=r"mode|policy|float16|weight_bits"):
        dtype_policies.get(name)


@pytest.mark.parametrize("arguments", [("int4/0",), ("int4/-2", "float32")])
def test_a_size_of_no_block_is_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="block_size must be positive, or -1"):
        dtype_policies.Int4DTypePolicy(*arguments)


def test_settings_of_a_mode_are_attributes() -> None:
    for library in (ppul, keras):
        policies = library.dtype_policies
        assert policies.Int4DTypePolicy("int4/64", "float32").block_size == 64
        gptq = policies.GPTQDTypePolicy("gptq/3/32", "float32")
        assert (gptq.mode, gptq.weight_bits, gptq.group_size) == ("gptq", 3, 32)
        short = policies.QuantizedFloat8DTypePolicy("float8", "float32", 16)
        assert short.get_config()["amax_history_length"] == short.amax_history_length == 16
        assert short != policies.QuantizedFloat8DTypePolicy("float8", "float32")


def maps(library: Any) -> Any:
    return library.dtype_policies.DTypePolicyMap(
        "bfloat16",
        {
            "a": library.dtype_policies.get("float16"),
            "b.*": library.dtype_policies.get("int8_from_float32"),
            "bc": library.dtype_policies.get("float64"),
            ".*c": library.dtype_policies.get("float32"),
        },
    )


@pytest.mark.parametrize("path", ["a", "za", "bcd", "bc", "xc", "b"])
def test_a_map_finds_the_policy_keras_finds(path: str) -> None:
    ours, theirs = maps(ppul), maps(keras)
    assert ours[path].name == theirs[path].name
    assert (path in ours) == (path in theirs)


def test_a_map_is_keras_s_in_files_and_as_a_dict() -> None:
    ours, theirs = maps(ppul), maps(keras)
    config = keras.dtype_policies.serialize(theirs)
    assert dtype_policies.serialize(ours) == config
    assert dtype_policies.deserialize(config) == ours
    assert list(ours) == list(theirs)
    assert ours.pop("a").name == theirs.pop("a").name == "float16"
    assert (len(ours), ours.name) == (len(theirs), theirs.name) == (3, "map_bfloat16")
    for policies in (ours, theirs):
        with pytest.raises(ValueError, match="bzc"):
            policies["bzc"]
        with pytest.raises(ValueError, match=r"already"):
            policies["bc"] = "float32"
        with pytest.raises(KeyError):
            policies.pop("nothing")
        with pytest.raises(TypeError, match="must be a dict"):
            type(policies)(policy_map=[1])


def test_a_map_without_a_default_leaves_the_source_to_the_reader() -> None:
    config = dtype_policies.DTypePolicyMap(policy_map={"a": "int8_from_float32"}).get_config()
    theirs = keras.dtype_policies.DTypePolicyMap(
        policy_map={"a": keras.dtype_policies.get("int8_from_float32")}
    )
    assert config == theirs.get_config()
    assert dtype_policies.DTypePolicyMap.from_config(config)["a"].name == "int8_from_float32"


@pytest.mark.parametrize("library", [ppul, keras], ids=["ppul", "keras"])
def test_a_layer_takes_the_policy_of_its_path(library: Any) -> None:
    policies = library.dtype_policies.DTypePolicyMap(
        "float32", {"model/half": library.dtype_policies.get("mixed_float16")}
    )
    layers = library.layers
    model = library.Sequential(
        [
            library.Input((3,)),
            layers.Dense(2, dtype=policies, name="half"),
            layers.Dense(2, dtype=policies, name="full"),
        ],
        name="model",
    )
    assert [layer.compute_dtype for layer in model.layers] == ["float16", "float32"]
    policies = library.dtype_policies.DTypePolicyMap(
        "float32", {"half": library.dtype_policies.get("mixed_float16")}
    )
    layer = layers.Dense(2, dtype=policies, name="half")
    layer.build((1, 3))
    assert layer.compute_dtype == "float16"


def test_a_layer_alone_computes_in_the_policy_of_its_name() -> None:
    # Keras looks for "half/half" inside the call, and computes in float32.
    policies = dtype_policies.DTypePolicyMap("float32", {"half": "mixed_float16"})
    layer = ppul.layers.Dense(2, dtype=policies, name="half")
    assert layer(np.ones((1, 3), "float32")).dtype == "float16"
    assert layer.kernel.dtype == "float32"
    assert type(layer).from_config(layer.get_config()).compute_dtype == "float16"


def test_the_global_policy_is_one_thing_under_all_its_names() -> None:
    mixed = ppul.mixed_precision
    before = mixed.global_policy()
    mixed.set_global_policy("mixed_bfloat16")
    try:
        assert mixed.dtype_policy().name == ppul.config.dtype_policy().name == "mixed_bfloat16"
        assert dtype_policies.QuantizedDTypePolicy("int8").name == "int8_from_mixed_bfloat16"
        assert ppul.layers.Dense(2)(np.ones((1, 3), "float32")).dtype == "bfloat16"
    finally:
        mixed.set_global_policy(before)
