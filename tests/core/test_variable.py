"""Variables, beside Keras's."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import ppul


def test_parts_of_it_are_read() -> None:
    value = np.arange(6, dtype="float32").reshape(2, 3)
    ours, theirs = ppul.Variable(value), keras.Variable(value)
    for idx in (1, (slice(None), 0), -1, ...):
        np.testing.assert_array_equal(ours[idx], theirs[idx])
    np.testing.assert_array_equal(ours.__getitem__(idx=1), value[1])


@pytest.mark.parametrize("shape", [(4096,), (784, 1024)])  # JAX may look at such memory later on
def test_an_array_that_it_was_given_remains_the_callers(shape: tuple[int, ...]) -> None:
    for _ in range(8):
        first, second = np.ones(shape, "float32"), np.full(shape, 2, "float32")
        variable = ppul.Variable(first)
        first[:] = 7
        np.testing.assert_array_equal(variable.numpy(), np.ones(shape))
        variable.assign(second)
        second[:] = 7
        np.testing.assert_array_equal(variable.numpy(), np.full(shape, 2))


@pytest.mark.parametrize("units", [4, 2048])  # on one thread, and on all
def test_training_a_model_leaves_what_others_hold_of_its_weights(units: int) -> None:
    x = np.random.default_rng(0).normal(size=(32, 784)).astype("float32")
    model = ppul.Sequential([ppul.Input((784,)), ppul.layers.Dense(units)])
    model.compile("sgd", "mse")
    model.fit(x, np.zeros((32, units)), verbose=0)
    kernel = model.layers[0].kernel
    value, before = kernel.value, kernel.numpy().copy()
    made, assigned = ppul.Variable(kernel.value), ppul.Variable(np.zeros(kernel.shape))
    assigned.assign(kernel)  # as a target network is, whose online network goes on learning
    model.evaluate(x, np.zeros((32, units)), verbose=0)
    model.fit(x, np.zeros((32, units)), verbose=0)
    assert (kernel.numpy() != before).any()
    for held in (value, made.numpy(), assigned.numpy()):
        np.testing.assert_array_equal(held, before)


def test_an_argument_it_does_not_have_is_named() -> None:
    with pytest.raises(TypeError, match="unknown argument\\(s\\) \\['form'\\]"):
        ppul.Variable(1.0, form=())
