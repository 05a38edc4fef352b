"""`ppul.Function` and `get_source_inputs`, beside Keras's."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

import ppul

BOTH = (ppul, keras)
A, B = (np.arange(6, dtype="float32").reshape(2, 3) + i for i in range(2))


def drawn(library: Any) -> Any:
    a, b = library.KerasTensor((None, 3), name="a"), library.KerasTensor((None, 3), name="b")
    inputs = {"a": a, "b": b}
    total = library.ops.add(a, b)
    return library.Function(inputs, [total, library.ops.sum(total, axis=-1)], name="both")


def test_a_function_computes_what_was_drawn() -> None:
    found, expected = ([np.asarray(out) for out in drawn(k)({"a": A, "b": B})] for k in BOTH)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_its_parts_are_keras_s() -> None:
    ours, theirs = (drawn(library) for library in BOTH)
    for what in ("inputs", "outputs", "operations"):
        found, expected = (
            [type(part).__name__ for part in getattr(f, what)] for f in (ours, theirs)
        )
        assert len(found) == len(expected), what
    assert ours.nnx_operations == ours.operations
    shapes = {"a": (4, 3), "b": (4, 3)}
    assert ours.compute_output_shape(shapes) == theirs.compute_output_shape(shapes)


def test_inputs_that_do_not_fit_are_named() -> None:
    with pytest.raises(ValueError, match=r"takes 2 input\(s\) and got 1"):
        drawn(ppul)([A])


def test_the_inputs_behind_a_tensor_are_found() -> None:
    for library in BOTH:
        a, b = library.Input((2,), name="a"), library.Input((2,), name="b")
        out = library.layers.Add()([library.layers.Dense(2)(a), a, b])
        assert [t.name for t in library.utils.get_source_inputs(out)] == ["a", "b"]
        assert library.utils.get_source_inputs(a) == [a]
        assert library.utils.is_keras_tensor(out)
        assert not library.utils.is_keras_tensor(A)
