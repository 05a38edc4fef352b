"""What there is of TensorFlow beside Keras."""

import importlib

import jax
import numpy as np
import pytest

import ppul

X = np.array([[1.0, -2.0], [3.0, 4.0]])


@pytest.fixture
def tf(old):
    old("tf")
    return importlib.import_module("tensorflow")


@pytest.mark.parametrize(
    ("name", "args", "expected"),
    [
        ("reduce_mean", (X, 1), X.mean(1)),
        ("reduce_sum", (X,), X.sum()),
        ("concat", ([X, X], 1), np.concatenate([X, X], 1)),
        ("cast", (X, "int32"), X.astype("int32")),
        ("constant", ([1, 2],), [1, 2]),
        ("math.log", (X**2,), np.log(X**2)),
        ("math.reduce_max", (X, 0), X.max(0)),
        ("nn.relu", (X,), np.maximum(X, 0)),
        ("compat.v1.reduce_min", (X,), X.min()),
        ("expand_dims", (X, 0), X[None]),
        ("where", (X > 0, X, 0.0), np.where(X > 0, X, 0)),
    ],
)
def test_functions_are_numpys(tf, name, args, expected):
    *modules, name = name.split(".")
    owner = importlib.import_module(".".join(["tensorflow", *modules]))
    np.testing.assert_allclose(getattr(owner, name)(*args), expected, rtol=1e-6)


def test_functions_take_symbolic_tensors_and_variables(tf):
    x = tf.keras.Input((2,))
    model = tf.keras.Model(x, tf.reduce_sum(x, axis=1))
    np.testing.assert_allclose(model.predict(X), X.sum(1), rtol=1e-6)
    np.testing.assert_allclose(tf.square(tf.Variable([2.0])), [4.0])


def test_functions_need_no_graph(tf):
    @tf.function
    def double(x):
        return 2 * x

    @tf.function(jit_compile=True)
    def half(x):
        return x / 2

    assert double(half(3.0)) == 3.0


def test_seeds_types_and_version(tf):
    tf.random.set_seed(1)
    first = ppul.initializers.GlorotUniform()((2, 2))
    tf.compat.v1.set_random_seed(1)
    np.testing.assert_array_equal(ppul.initializers.GlorotUniform()((2, 2)), first)
    assert tf.float32 == np.float32
    assert isinstance(tf.constant(1.0), tf.Tensor)
    assert tf.Tensor is jax.Array
    assert tf.__version__ == "2.15.0"
    assert tf.newaxis is None


def test_an_unknown_function_names_itself_and_the_nearest(tf):
    with pytest.raises(AttributeError, match=r"'reduce_men'.*Did you mean 'reduce_mean'"):
        _ = tf.reduce_men
    with pytest.raises(AttributeError, match=r"'math\.lgo'.*'math\.log'"):
        _ = tf.math.lgo
    with pytest.raises(ImportError, match="'Session'"):
        exec("from tensorflow import Session", {})  # noqa: S102
    with pytest.raises(ImportError, match=r"tensorflow\.contrib"):
        importlib.import_module("tensorflow.contrib")


def test_names_are_listed(tf):
    assert {"keras", "reduce_mean", "float32"} <= {*dir(tf), "keras"}
    assert "relu" in dir(tf.nn)
    assert "math.log" not in dir(tf)


def test_every_row_is_there(tf):
    from ppul.compat.tensorflow import ROWS

    for path in ROWS:
        *modules, name = path.split(".")
        assert hasattr(importlib.import_module(".".join(["tensorflow", *modules])), name), path
