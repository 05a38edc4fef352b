"""Small programs run on one thread, and nobody who looks at a variable notices."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from jax import lax

import ppul
from ppul import layers
from ppul.core import devices
from ppul.ops import lowering

# Another number of threads may sum in another order.
ROUNDING = {"rtol": 1e-5, "atol": 1e-6}

needs_cores = pytest.mark.skipif(
    devices.one_thread_cpu() is None, reason="needs a CPU with several cores, and no accelerator"
)


def data(rows: int = 70) -> tuple[np.ndarray, np.ndarray]:
    x = np.random.default_rng(0).normal(size=(rows, 6)).astype("float32")
    return x, x[:, :1] * 2 - x[:, 1:2]


class Shift(layers.Layer):
    """Closes over an array that was made outside of any program."""

    def __init__(self) -> None:
        super().__init__()
        self.by = jnp.arange(6.0)

    def call(self, inputs: Any) -> Any:
        return inputs + self.by


def network(**compile_: Any) -> Any:
    ppul.utils.set_random_seed(3)
    model = ppul.Sequential([ppul.Input((6,)), Shift(), layers.Dense(40, "relu"), layers.Dense(1)])
    model.compile("adam", "mse", metrics=["mae"], **compile_)
    return model


@pytest.mark.parametrize(
    ("function", "shapes", "multiplications"),
    [
        (jnp.matmul, [(3, 4), (4, 5)], 3 * 4 * 5),
        (jnp.matmul, [(7, 3, 4), (7, 4, 5)], 7 * 3 * 4 * 5),
        (lambda a, b: jnp.tanh(a) + b, [(3, 4), (3, 4)], 0),
        (lambda a, b: jax.jit(jnp.matmul)(a, b).sum() + (a.T @ a).sum(), [(9, 2), (2, 8)], 9 * 16),
        (lambda a, b: lax.fori_loop(0, 3, lambda _, c: c @ b, a), [(3, 4), (4, 4)], 48),
        (lambda a, b: lax.cond(a.sum() > 0, lambda: a @ b, lambda: a), [(2, 4), (4, 4)], 32),
    ],
)
def test_the_largest_product_is_counted_wherever_it_is(
    function: Any, shapes: Any, multiplications: int
) -> None:
    program = jax.make_jaxpr(function)(*(jnp.ones(shape) for shape in shapes))
    assert lowering.largest_product(program) == multiplications


def test_a_convolution_counts_as_its_patches_times_its_kernel() -> None:
    def convolve(x: Any, kernel: Any) -> Any:
        return lax.conv_general_dilated(
            x, kernel, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")
        )

    program = jax.make_jaxpr(convolve)(jnp.ones((2, 8, 8, 3)), jnp.ones((3, 3, 3, 5)))
    assert lowering.largest_product(program) == (2 * 6 * 6) * (3 * 3 * 3) * 5


@needs_cores
def test_a_small_program_is_for_one_thread_and_a_large_one_for_all() -> None:
    small = jax.make_jaxpr(jnp.matmul)(jnp.ones((32, 100)), jnp.ones((100, 10)))
    large = jax.make_jaxpr(jnp.matmul)(jnp.ones((2048, 2048)), jnp.ones((2048, 2048)))
    assert lowering.plan(small, 10**6).device is devices.one_thread_cpu()
    assert lowering.plan(large, 10**8).device is None


@needs_cores
def test_a_small_layer_that_looks_up_rows_trains_as_keras_s_embedding_does() -> None:
    rows = np.array([[0, 2], [3, 2], [1, 0], [4, 4]])
    targets = np.array([[0.0], [1.0], [0.5], [2.0]], "float32")

    class Table(ppul.layers.Layer):
        def build(self, input_shape: Any) -> None:
            self.table = self.add_weight((5, 3), "ones", name="table")

        def call(self, x: Any) -> Any:
            return self.table.value[x].sum((1, 2), keepdims=False)[:, None]

    ours = ppul.Sequential([ppul.Input((2,), dtype="int32"), Table()])
    x = keras.Input((2,), dtype="int32")
    looked_up = keras.layers.Embedding(5, 3, embeddings_initializer="ones")(x)
    theirs = keras.Model(x, keras.ops.sum(looked_up, (1, 2))[:, None])
    for model in (ours, theirs):
        model.compile("sgd", "mse")
        model.fit(rows, targets, batch_size=3, epochs=2, shuffle=False, verbose=0)
    np.testing.assert_allclose(ours.get_weights()[0], theirs.get_weights()[0], rtol=1e-5)


def test_weights_come_home_when_somebody_looks() -> None:
    x, y = data()
    model = network()
    model.fit(x, y, epochs=2, verbose=0)
    kernel = model.layers[1].kernel
    assert kernel._value.device is (devices.one_thread_cpu() or jax.devices()[0])
    assert kernel.value.device is jax.devices()[0]
    product = jnp.ones((2, 6)) @ kernel.value  # two devices would not mix
    np.testing.assert_allclose(product, np.ones((2, 6)) @ kernel.numpy(), **ROUNDING)
    model.fit(x, y, verbose=0)  # and go again
    assert float(model.optimizer.learning_rate) == pytest.approx(0.001)


@needs_cores
def test_one_thread_trains_as_all_do(monkeypatch: Any) -> None:
    x, y = data()
    one = network()
    history = one.fit(x, y, epochs=3, verbose=0).history
    monkeypatch.setattr(lowering, "plan", lambda *_, **__: lowering.Plan())
    every = network()
    expected = every.fit(x, y, epochs=3, verbose=0).history
    assert every.layers[1].kernel._value.device is jax.devices()[0]
    for name, values in expected.items():
        np.testing.assert_allclose(history[name], values, **ROUNDING)
    np.testing.assert_allclose(one.predict(x, verbose=0), every.predict(x, verbose=0), **ROUNDING)


@needs_cores
def test_a_smaller_last_batch_stays_where_the_full_ones_are(monkeypatch: Any) -> None:
    x, y = data(70)
    expected = network()
    expected.fit(x, y, epochs=2, verbose=0)
    # Full batches, 32 × 6 × 40 multiplications, take all threads; those of 6 alone would not.
    monkeypatch.setattr(lowering, "_THREADED_PRODUCT", 7000 * devices.available_cores())
    model = network()
    model.fit(x, y, epochs=2, verbose=0)
    assert model.layers[1].kernel._value.device is jax.devices()[0]
    np.testing.assert_allclose(model.get_weights()[0], expected.get_weights()[0], **ROUNDING)
    model.fit(x[:6], y[:6], verbose=0)
    model.predict(x[:6], verbose=0)  # on one thread, with weights that come from the other device


@pytest.mark.thorough
def test_a_compiled_model_goes_on_eagerly() -> None:
    x, y = data(40)
    model, same = network(), network()
    for one in (model, same):
        one.fit(x, y, verbose=0, shuffle=False)
    model.run_eagerly = True
    model.make_train_function(force=True)
    for one in (model, same):
        one.fit(x, y, verbose=0, shuffle=False)
    np.testing.assert_allclose(model.get_weights()[0], same.get_weights()[0], **ROUNDING)


def test_who_sets_the_number_of_threads_keeps_it(monkeypatch: Any) -> None:
    monkeypatch.setenv("PJRT_NPROC", "2")
    assert devices._one_thread_cpu.__wrapped__() is None
    assert os.environ["PJRT_NPROC"] == "2"


@needs_cores
def test_making_the_device_leaves_the_environment_as_it_was(monkeypatch: Any) -> None:
    monkeypatch.delenv("PJRT_NPROC", raising=False)
    assert devices._one_thread_cpu.__wrapped__() is not None
    assert "PJRT_NPROC" not in os.environ


def test_programs_that_are_not_of_ppul_compile_as_without_it():
    # XLA's fusion of several outputs, a flag of the whole process, aborts on such a scatter.
    table, rows, places = jnp.ones((5, 3)), jnp.ones((4, 3)), jnp.array([0, 2, 1, 2])
    program = jax.jit(lambda t, u, i: (t.at[i].add(u), t * 2 + 1))
    added, scaled = program(table, rows, places)
    np.testing.assert_array_equal(added[:, 0], [2, 2, 3, 1, 1])
    np.testing.assert_array_equal(scaled, np.full((5, 3), 3))


def test_importing_it_leaves_the_environment_alone():
    code = "import os; before = dict(os.environ); import ppul.layers; print(os.environ == before)"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout == "True\n"
