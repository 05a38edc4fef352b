"""The functions of Keras 2's `keras.backend`, by formulas, NumPy, SciPy and Keras 3."""

from typing import Any

import jax
import keras
import numpy as np
import pytest
import scipy.ndimage
import scipy.signal
from numpy.testing import assert_allclose, assert_array_equal

import ppul
from ppul.core.scope import call_context

CLOSE = {"rtol": 2e-5, "atol": 1e-6}
RNG = np.random.default_rng(0)


def numbers(*shape: int) -> Any:
    return np.asarray(RNG.normal(size=shape), "float32")


@pytest.fixture
def K(old: Any) -> Any:  # noqa: N802 (as everybody calls it)
    return old("2").backend


@pytest.fixture
def K1(old: Any) -> Any:  # noqa: N802
    return old("1").backend


def test_values_and_types(K: Any) -> None:
    assert K.constant([[1, 2]]).dtype == "float32"
    assert_array_equal(K.constant(3, shape=(2, 2)), np.full((2, 2), 3.0))
    assert_array_equal(K.constant([1, 2, 3, 4], "int32", (2, 2)), [[1, 2], [3, 4]])
    assert K.cast_to_floatx(np.arange(3)).dtype == "float32"
    x = K.variable(numbers(2, 3), name="x")
    assert_array_equal(K.identity(x, name="same"), K.eval(x))
    assert [a.tolist() for a in K.batch_get_value([x])] == [K.get_value(x).tolist()]
    K.batch_set_value([(x, np.ones((2, 3)))])
    assert K.get_value(x).sum() == 6
    assert (K.int_shape(x), K.dtype(x), K.ndim(x)) == ((2, 3), "float32", 2)
    drawn = K.get_value(K.random_binomial((1000,), p=0.3, seed=1))
    assert set(drawn.tolist()) == {0.0, 1.0}
    assert abs(drawn.mean() - 0.3) < 0.06
    kept = np.asarray(K.dropout(np.ones(2000, "float32"), level=0.25, seed=1))
    assert sorted({round(float(v), 4) for v in kept}) == [0.0, 1.3333]
    assert abs((kept == 0).mean() - 0.25) < 0.05


def test_a_function_of_a_model_computes_what_it_computes(K: Any) -> None:
    model = ppul.Sequential([ppul.Input((3,)), ppul.layers.Dense(4, "relu"), ppul.layers.Dense(2)])
    x = numbers(5, 3)
    inner = K.function([model.input], [model.layers[0].output, model.output])
    hidden, output = inner([x])
    w, b, v, c = model.get_weights()
    assert_allclose(hidden, np.maximum(x @ w + b, 0), **CLOSE)
    assert_allclose(output, hidden @ v + c, **CLOSE)
    assert isinstance(output, np.ndarray)


def test_training_and_testing_are_told_apart(K: Any) -> None:
    x = np.float32(1)
    assert K.in_train_phase(x, lambda: x * 2) == 2
    assert K.in_test_phase(x, x * 2) == 1
    assert K.in_train_phase(x, x * 2, training=True) == 1
    with call_context(object(), training=True):
        assert K.in_train_phase(lambda: x, x * 2) == 1
        assert K.in_test_phase(x, x * 2) == 2

    class Noisy(ppul.layers.Layer):
        def call(self, inputs: Any, training: Any = None) -> Any:
            return K.in_train_phase(inputs + 1, inputs)

    layer = Noisy()
    assert layer(np.zeros(1), training=True).item() == 1
    assert layer(np.zeros(1), training=False).item() == 0


def test_a_condition_chooses(K: Any) -> None:
    a, b = numbers(2, 3), numbers(2, 3)
    assert_array_equal(K.switch(K.constant(1), lambda: a, lambda: b), a)
    assert_array_equal(K.switch(a > b, a, b), np.maximum(a, b))
    assert_array_equal(K.switch(np.array([True, False]), a, b), np.stack([a[0], b[1]]))


def test_folding_and_mapping(K: Any) -> None:
    x = numbers(4, 2)
    assert_allclose(K.foldl(lambda total, row: total * 0.5 + row, x, np.zeros(2, "float32")),
                    x[0] / 8 + x[1] / 4 + x[2] / 2 + x[3], **CLOSE)  # fmt: skip
    assert_allclose(K.foldl(lambda a, b: a - b, x), x[0] - x[1] - x[2] - x[3], **CLOSE)
    assert_allclose(K.foldr(lambda a, b: a - b, x), x[3] - x[2] - x[1] - x[0], **CLOSE)
    assert_allclose(K.map_fn(K.sum, x), x.sum(1), **CLOSE)
    assert K.map_fn(lambda row: row, x, dtype="int32").dtype == "int32"


@pytest.mark.parametrize(
    ("shapes", "axes", "formula"),
    [
        (((4, 2, 3), (4, 3, 5)), None, "bij,bjk->bik"),
        (((4, 3), (4, 3)), 1, "bi,bi->b"),
        (((4, 3), (4, 3, 5)), (1, 1), "bi,bij->bj"),
        (((4, 2, 3), (4, 5, 3)), (2, 2), "bij,bkj->bik"),
        (((4, 2, 3), (4, 2)), (1, 1), "bij,bi->bj"),
        (((4, 2, 3), (4, 6, 7, 3)), (2, 3), "bij,bklj->bikl"),
    ],
)
def test_products_of_batches(K: Any, shapes: Any, axes: Any, formula: str) -> None:
    x, y = (numbers(*shape) for shape in shapes)
    expected = np.einsum(formula, x, y)
    expected = expected[:, None] if expected.ndim == 1 else expected
    assert_allclose(K.batch_dot(x, y, axes=axes), expected, **CLOSE)


def test_shapes_are_changed(K: Any) -> None:
    x = numbers(2, 3, 4)
    assert_array_equal(K.batch_flatten(x), x.reshape(2, 12))
    assert_array_equal(K.repeat(x[0], 3), np.repeat(x[0][:, None], 3, 1))
    assert_array_equal(K.repeat_elements(x, rep=2, axis=1), np.repeat(x, 2, 1))
    assert_array_equal(K.temporal_padding(x, (1, 2)), np.pad(x, ((0, 0), (1, 2), (0, 0))))
    pictures = numbers(2, 3, 4, 5)
    edges = ((1, 2), (0, 3))
    around = ((0, 0), *edges, (0, 0))
    assert_array_equal(K.spatial_2d_padding(pictures, edges), np.pad(pictures, around))
    first = K.spatial_2d_padding(pictures, edges, data_format="channels_first")
    assert_array_equal(first, np.pad(pictures, ((0, 0), (0, 0), *edges)))
    larger = K.resize_images(pictures, 2, 3, "channels_last")
    assert_array_equal(larger, pictures.repeat(2, 1).repeat(3, 2))
    bent = K.resize_images(pictures, 2, 3, "channels_last", interpolation="bilinear")
    theirs = keras.ops.image.resize(pictures, (6, 12), "bilinear")
    assert_allclose(bent, theirs, **CLOSE)
    volumes = numbers(1, 2, 2, 2, 1)
    twice = K.resize_volumes(volumes, 2, 1, 3, "channels_last")
    assert_array_equal(twice, volumes.repeat(2, 1).repeat(3, 3))
    around = ((0, 0), *[(1, 1)] * 3, (0, 0))
    assert_array_equal(K.spatial_3d_padding(volumes), np.pad(volumes, around))


def test_biases_and_normalization(K: Any) -> None:
    x, bias = numbers(2, 3, 4), numbers(4)
    assert_allclose(K.bias_add(x, bias), x + bias, **CLOSE)
    first = K.bias_add(x, bias[:3], data_format="channels_first")
    assert_allclose(first, x + bias[:3, None], **CLOSE)
    whole = numbers(3, 4)
    assert_allclose(K.bias_add(x, whole), x + whole, **CLOSE)
    turned = K.bias_add(np.moveaxis(x, -1, 1), whole, "channels_first")
    assert_allclose(turned, np.moveaxis(x + whole, -1, 1), **CLOSE)
    norm = np.linalg.norm(x, axis=1, keepdims=True)
    assert_allclose(K.l2_normalize(x, axis=1), x / norm, **CLOSE)
    assert_allclose(K.l2_normalize(x), x / np.linalg.norm(x), **CLOSE)
    mean, var, beta, gamma = numbers(3), abs(numbers(3)), numbers(3), numbers(3)
    row = (np.reshape(a, (1, 3, 1)) for a in (mean, var, beta, gamma))
    m, v, b, g = row
    expected = (x - m) / np.sqrt(v + 1e-3) * g + b
    found = K.batch_normalization(x, mean, var, beta, gamma, axis=1)
    assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    normal, mean, var = K.normalize_batch_in_training(x, gamma, beta, [0, 2])
    assert_allclose(mean, x.mean((0, 2)), **CLOSE)
    assert_allclose(var, x.var((0, 2)), **CLOSE)
    expected = (x - x.mean((0, 2), keepdims=True)) / np.sqrt(x.var((0, 2), keepdims=True) + 1e-3)
    assert_allclose(normal, expected * g + b, rtol=1e-4, atol=1e-5)


def test_crossentropies_and_best_classes(K: Any) -> None:
    labels, p = np.array([0, 2, 1]), np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.5, 0.2, 0.3]])
    p = p.astype("float32")
    expected = -np.log(p[range(3), labels])
    assert_allclose(K.sparse_categorical_crossentropy(labels, p), expected, **CLOSE)
    ignoring = K.sparse_categorical_crossentropy(labels, p, ignore_class=2)
    assert_allclose(ignoring, expected * [1, 0, 1], **CLOSE)
    targets = (np.arange(3) == labels[:, None]).astype("float32")
    binary = -np.log(np.where(targets == 1, p, 1 - p))
    assert_allclose(K.binary_crossentropy(targets, p), binary, **CLOSE)
    assert np.asarray(K.in_top_k(p, labels, 1)).tolist() == [True, True, False]
    assert np.asarray(K.in_top_k(p, labels, 2)).tolist() == [True, True, False]


@pytest.mark.thorough
def test_convolutions(K: Any, K1: Any) -> None:
    x, kernel = numbers(2, 9, 3), numbers(3, 3, 4)
    whole = K.conv1d(x, kernel, padding="causal", dilation_rate=2)
    late = np.pad(x, ((0, 0), (4, 0), (0, 0)))
    assert_allclose(whole, keras.ops.conv(late, kernel, dilation_rate=2), **CLOSE)
    picture, window = numbers(1, 6, 7, 1), numbers(3, 2, 1, 1)
    one = scipy.signal.correlate(picture[0, :, :, 0], window[:, :, 0, 0], "valid")
    assert_allclose(K.conv2d(picture, window)[0, :, :, 0], one, **CLOSE)
    old = K1.conv2d(picture, window, border_mode="same", dim_ordering="tf", image_shape=None)
    assert_allclose(old, keras.ops.conv(picture, window, padding="same"), **CLOSE)
    gaps = K1.atrous_conv2d(picture, window, rate=2)
    assert_allclose(gaps, keras.ops.conv(picture, window, dilation_rate=2), **CLOSE)
    volume, block = numbers(1, 4, 4, 4, 2), numbers(2, 2, 2, 2, 3)
    assert_allclose(K.conv3d(volume, block), keras.ops.conv(volume, block), **CLOSE)
    depth = numbers(3, 3, 1, 2)
    found = K.depthwise_conv2d(picture, depthwise_kernel=depth)
    assert_allclose(found, keras.ops.depthwise_conv(picture, depth), **CLOSE)


@pytest.mark.rows(2)
@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("strides", [(1, 1), (2, 2), (2, 3)])
def test_transposed_convolutions(K: Any, padding: str, strides: Any) -> None:
    x, kernel = numbers(2, 4, 5, 3), numbers(3, 3, 6, 3)
    theirs = keras.ops.conv_transpose(x, kernel, strides, padding)
    found = K.conv2d_transpose(x, kernel, theirs.shape, strides=strides, padding=padding)
    assert_allclose(found, theirs, rtol=1e-4, atol=1e-5)
    symbolic = K.conv2d_transpose(keras_input(x), kernel, theirs.shape, strides, padding)
    assert symbolic.shape == (None, *theirs.shape[1:])


def keras_input(x: Any) -> Any:
    return ppul.Input(x.shape[1:])


def test_pooling(K: Any) -> None:
    x = numbers(1, 6, 6, 1)
    largest = scipy.ndimage.maximum_filter(x[0, :, :, 0], 3)[1:-1, 1:-1]
    assert_array_equal(K.pool2d(x, (3, 3))[0, :, :, 0], largest)
    mean = x.reshape(3, 2, 3, 2).mean((1, 3))
    assert_allclose(K.pool2d(x, (2, 2), (2, 2), pool_mode="avg")[0, :, :, 0], mean, **CLOSE)
    assert K.pool3d(numbers(1, 4, 4, 4, 2), (2, 2, 2), pool_mode="avg").shape == (1, 3, 3, 3, 2)
    with pytest.raises(ValueError, match="pool_mode"):
        K.pool2d(x, (2, 2), pool_mode="median")


@pytest.mark.thorough
def test_sequences_of_labels(K: Any) -> None:
    # Two steps, one label: it is at the first, the second or both.
    p = np.array([[[0.6, 0.1, 0.3], [0.2, 0.1, 0.7]]], "float32")
    paths = 0.6 * 0.7 + 0.3 * 0.2 + 0.6 * 0.2
    loss = K.ctc_batch_cost(np.array([[0]]), p, np.array([[2]]), np.array([[1]]))
    assert loss.shape == (1, 1)
    assert_allclose(loss, [[-np.log(paths)]], rtol=1e-4)
    labels, _ = K.ctc_decode(p, np.array([2]))
    assert np.asarray(labels[0])[0, 0] == 0
    found, _ = K.ctc_decode(p, np.array([2]), greedy=False, beam_width=3, top_paths=2)
    assert len(found) == 2


@pytest.mark.parametrize("arguments", [{}, {"go_backwards": True}, {"zero_output_for_mask": True}])
@pytest.mark.parametrize("masked", [False, True])
def test_recurrence_is_a_loop(K: Any, arguments: Any, *, masked: bool) -> None:
    x, start, scale = numbers(2, 5, 3), numbers(2, 3), np.float32(0.5)
    mask = np.array([[1, 1, 0, 1, 0], [0, 1, 1, 1, 1]], bool) if masked else None

    def step(now: Any, states: Any) -> Any:
        state, factor = states
        state = K.tanh(state * factor + now)
        return state * 2, [state]

    last, outputs, states = jax.jit(
        lambda a: K.rnn(step, a, [start], mask=mask, constants=[scale], **arguments)
    )(x)
    order = range(4, -1, -1) if arguments.get("go_backwards") else range(5)
    state, output, expected = start, np.zeros_like(start), []
    for t in order:
        counts = np.ones((2, 1), bool) if mask is None else mask[:, t, None]
        new = np.tanh(state * 0.5 + x[:, t])
        state = np.where(counts, new, state)
        output = np.where(counts, new * 2, output)
        zero = arguments.get("zero_output_for_mask")
        expected.append(np.where(counts, output, 0) if zero else output)
    assert_allclose(outputs, np.stack(expected, 1), **CLOSE)
    assert_allclose(last, expected[-1], **CLOSE)
    assert_allclose(states[0], state, **CLOSE)


def test_old_losses_and_layers_train_with_them(K: Any) -> None:
    def focal(y_true: Any, y_pred: Any) -> Any:
        p = K.clip(y_pred, K.epsilon(), 1 - K.epsilon())
        return K.mean(K.pow(1 - p, 2) * K.binary_crossentropy(y_true, p), axis=-1)

    unit = ppul.layers.Lambda(lambda v: K.l2_normalize(v, axis=1), output_shape=(4,))
    model = ppul.Sequential([ppul.Input((4,)), unit, ppul.layers.Dense(1, "sigmoid")])
    model.compile("adam", focal)
    x = numbers(64, 4)
    y = (x[:, :1] > 0).astype("float32")
    losses = model.fit(x, y, epochs=5, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
