"""How layers ask for weights: by position and by name, beside Keras's."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

import ppul

X = np.ones((2, 3), "float32")
WAYS: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "by name": ((), {"shape": (3, 2), "initializer": "ones", "name": "w"}),
    "shape first": (((3, 2),), {"initializer": "ones", "trainable": False, "name": "w"}),
    "three by position": (((3, 2), "ones", "float16"), {"name": "w"}),
}
BAD: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "four by position": (((3, 2), "ones", "float32", True), {}),
    "the name first": (("w", (3, 2)), {}),
    "unknown": (((3, 2),), {"form": "ones"}),
}


def layer(library: Any, args: tuple[Any, ...], given: dict[str, Any]) -> Any:
    class Own(library.layers.Layer):
        def build(self, input_shape: Any) -> None:
            self.w = self.add_weight(*args, **given)

        def call(self, inputs: Any) -> Any:
            return library.ops.matmul(inputs, self.w)

    return Own()


@pytest.mark.parametrize("way", WAYS)
def test_a_weight_is_the_same_however_it_is_asked_for(way: str) -> None:
    ours, theirs = (layer(library, *WAYS[way]) for library in (ppul, keras))
    np.testing.assert_array_equal(ours(X), theirs(X))
    for what in ("name", "shape", "dtype", "trainable"):
        assert getattr(ours.w, what) == getattr(theirs.w, what)


@pytest.mark.parametrize("way", BAD)
def test_what_cannot_be_asked_for_is_told(way: str) -> None:
    with pytest.raises((TypeError, ValueError)) as theirs:
        layer(keras, *BAD[way]).build(X.shape)
    with pytest.raises(theirs.type):
        layer(ppul, *BAD[way]).build(X.shape)


def test_nothing_is_said_twice() -> None:
    with pytest.raises(TypeError, match="each once"):
        layer(ppul, ((3, 2),), {"shape": (3, 2)}).build(X.shape)


@pytest.mark.parametrize("attempt", ["quantize", "quantized_build"])
def test_a_layer_that_is_not_quantized_says_so(attempt: str) -> None:
    for library in (ppul, keras):
        own = layer(library, *WAYS["by name"])
        own(X)
        with pytest.raises(NotImplementedError, match=attempt):
            getattr(own, attempt)(*("int8",) if attempt == "quantize" else (X.shape, "int8"))
    with pytest.raises(ValueError, match="has no weights to quantize yet"):
        layer(ppul, *WAYS["by name"]).quantize("int8")
