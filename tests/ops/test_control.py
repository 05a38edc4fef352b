"""Functions of functions: gradients of their own, elements, and programs that hold them."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

import ppul
from ppul import ops
from ppul.core.symbolic import KerasTensor

X = np.array([0.5, -2.0, 3.0], "float32")


def test_a_function_may_say_its_gradient_itself():
    def doubled(library):
        @library.ops.custom_gradient
        def function(x, y):
            return x * y, lambda upstream: (upstream * 5 * y, upstream * 6)

        return function

    for function in (doubled(ppul), doubled(keras)):
        np.testing.assert_array_equal(function(X, 2.0), 2 * X)
        by_x, by_y = jax.grad(lambda x, y, f=function: f(x, y).sum(), (0, 1))(X, X)
        np.testing.assert_array_equal(by_x, 5 * X)
        np.testing.assert_array_equal(by_y, [6, 6, 6])


def test_functions_of_elements_take_arrays_and_symbolic_tensors():
    def inner(x, y):
        return (x * y).sum()

    product = ops.vectorize(inner, signature="(n),(n)->()")
    rows = np.arange(6, dtype="float32").reshape(2, 3)
    expected = keras.ops.vectorize(inner, signature="(n),(n)->()")(rows, X)
    np.testing.assert_allclose(product(rows, X), expected)
    assert product(KerasTensor((None, 3)), KerasTensor((3,))).shape == (None,)
    whole = ops.vectorize(lambda x, scale: x * scale.sum(), excluded={1})
    np.testing.assert_allclose(whole(X, X), X * X.sum())


def test_only_the_chosen_branch_is_computed():
    seen = []

    @jax.jit
    def chosen(positive):
        def report():
            jax.debug.callback(lambda: seen.append(1))
            return jnp.ones(2)

        return ops.cond(positive, report, lambda: jnp.zeros(2))

    jax.block_until_ready([chosen(False), chosen(True), chosen(False)])
    jax.effects_barrier()
    assert len(seen) == 1


def test_gradients_go_through_loops_as_through_their_steps():
    def looped(x):
        return ops.fori_loop(0, 3, lambda i, total: total * x + i, x).sum()

    def stepped(x):
        total = x
        for i in range(3):
            total = total * x + i
        return total.sum()

    np.testing.assert_allclose(jax.grad(looped)(X), jax.grad(stepped)(X), rtol=1e-5)


def build(library):
    """A model made of ops of all families."""
    o = library.ops
    inputs = library.Input((8,))
    x = library.layers.Dense(8, activation="tanh", kernel_initializer="ones")(inputs)
    x = x * o.cumsum(o.ones_like(x), axis=-1) / 8
    real, imaginary = o.rfft(x)
    waves = o.logaddexp(real, imaginary)
    largest = o.max(x, axis=-1, keepdims=True)
    x = o.where(x > 0.1, x, 0.1 * largest)
    x = o.concatenate([x, waves, o.sort(x)], axis=-1)
    x = o.reshape(x, (-1, 3, 7))
    x = o.einsum("bij,bkj->bik", x, o.flip(x, axis=1))
    x = o.layer_normalization(o.pad(x, ((0, 0), (1, 1), (0, 0))))
    x = o.associative_scan(lambda a, b: 0.5 * a + b, x, axis=1)
    x = o.map(lambda row: o.norm(row, axis=-1), x)
    outputs = library.layers.Dense(2, activation="softmax", kernel_initializer="ones")(x)
    return library.Model(inputs, outputs)


@pytest.mark.parametrize("epochs", [2])
def test_ops_train_inside_compiled_epochs_as_in_keras(epochs):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(24, 8)).astype("float32")
    y = (x.sum(axis=1) > 0).astype("int32")
    losses = []
    for library in (ppul, keras):
        model = build(library)
        kernel = np.random.default_rng(1).normal(size=(8, 8)).astype("float32") / 4
        model.set_weights([kernel, *model.get_weights()[1:]])
        model.compile("sgd", "sparse_categorical_crossentropy")
        history = model.fit(x, y, batch_size=8, epochs=epochs, shuffle=False, verbose=0)
        losses.append(history.history["loss"])
    assert losses[0][-1] != losses[0][0]
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-4)
