"""What Keras cannot be compared with: NumPy's and SciPy's answers, and properties."""

import itertools
import math

import jax
import numpy as np
import pytest
import scipy.linalg
import scipy.ndimage
from hypothesis import given, settings
from hypothesis import strategies as st

from ppul import ops
from tests.oracle import FLOAT32

RNG = np.random.default_rng(0)


def normal(*shape):
    return RNG.normal(size=shape).astype("float32")


# Keras's `gaussian_blur` blurs along the rows alone.
@pytest.mark.parametrize(("size", "sigma"), [((3, 3), (1.0, 1.0)), ((5, 3), (2.0, 0.7))])
def test_blur_is_a_convolution_with_a_normal_distribution(size, sigma):
    bells = [
        np.exp(-0.5 * ((np.arange(n) - n // 2) / s) ** 2) for n, s in zip(size, sigma, strict=True)
    ]
    kernel = np.outer(*(bell / bell.sum() for bell in bells))
    image = normal(6, 7, 2)
    expected = scipy.ndimage.correlate(image, kernel[..., None], mode="constant")
    blurred = jax.jit(lambda x: ops.image.gaussian_blur(x, size, sigma))(image)
    np.testing.assert_allclose(blurred, expected, **FLOAT32)


# Keras has this on TPU alone.
@pytest.mark.rows(1)
@pytest.mark.parametrize("causal", [False, True])
def test_products_of_attention_can_be_capped(causal):
    query, key, value = normal(2, 3, 4, 5), normal(2, 6, 2, 5), normal(2, 6, 2, 5)
    bias, mask = normal(2, 4, 3, 6), RNG.random((3, 6)) < 0.7
    mask[:, 0] = True
    cap = 0.5
    products = np.einsum("bqhd,bkhd->bhqk", query, np.repeat(key, 2, 2)) / math.sqrt(5)
    products = cap * np.tanh(products / cap) + bias
    seen = mask & np.tri(3, 6, dtype=bool) if causal else mask
    weights = np.where(seen, np.exp(products), 0)
    weights = weights / weights.sum(-1, keepdims=True)
    expected = np.einsum("bhqk,bkhd->bqhd", weights, np.repeat(value, 2, 2))
    found = ops.dot_product_attention(
        query, key, value, bias, mask, is_causal=causal, attn_logits_soft_cap=cap
    )
    np.testing.assert_allclose(found, expected, **FLOAT32)


def test_a_large_cap_changes_nothing():
    x = normal(1, 3, 2, 4)
    capped = ops.dot_product_attention(x, x, x, attn_logits_soft_cap=1e4)
    np.testing.assert_allclose(capped, ops.dot_product_attention(x, x, x), **FLOAT32)


def test_sizes_that_are_left_open_are_those_of_the_tensor():
    x = normal(2, 12)
    np.testing.assert_array_equal(ops.reshape(x, (None, 4, 3)), x.reshape(2, 4, 3))
    np.testing.assert_array_equal(
        ops.broadcast_to(x[:, :1], (3, None, 5)), np.tile(x[:, :1], (3, 1, 5))
    )


def test_each_element_may_be_repeated_as_often_as_a_list_says():
    x = normal(2, 3)
    np.testing.assert_array_equal(ops.repeat(x, [2, 0, 1], axis=1), np.repeat(x, [2, 0, 1], axis=1))


def test_counts_of_rows_are_those_of_each():
    rows = RNG.integers(0, 5, (3, 7))
    expected = [np.bincount(row, minlength=5) for row in rows]
    np.testing.assert_array_equal(ops.bincount(rows, minlength=5), expected)
    weights = normal(3, 7)
    expected = [np.bincount(row, w, 5) for row, w in zip(rows, weights, strict=True)]
    np.testing.assert_allclose(ops.bincount(rows, weights, 5), expected, rtol=1e-5)


def test_histograms_can_be_compiled():
    x = normal(50)
    for bounds in (None, (-1.0, 1.5)):
        found = jax.jit(lambda x, bounds=bounds: ops.histogram(x, 5, bounds))(x)
        for ours, expected in zip(found, np.histogram(x, 5, bounds), strict=True):
            np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.rows(1)
@pytest.mark.parametrize("name", ["cdist", "normalize", "divide_no_nan"])
def test_gradients_are_finite_where_a_root_or_quotient_has_none(name):
    other = {"cdist": (np.zeros((1, 2)),), "divide_no_nan": (np.zeros((1, 2)),)}.get(name, ())
    gradient = jax.grad(lambda x: getattr(ops, name)(x, *other).sum())(np.zeros((1, 2), "float32"))
    assert np.isfinite(gradient).all()


def test_no_square_root_of_a_definite_matrix_is_nan():
    assert np.isnan(ops.cholesky(-np.eye(2))).any()


def test_factors_multiply_to_the_matrix():
    x = normal(4, 4)
    factors, swaps = ops.lu_factor(x)
    expected = scipy.linalg.lu_factor(x)
    np.testing.assert_allclose(factors, expected[0], rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(swaps, expected[1])
    q, r = ops.qr(x[:, :2], mode="complete")
    np.testing.assert_allclose(q @ r, x[:, :2], atol=1e-5)
    values, vectors = ops.eig(x)
    np.testing.assert_allclose(x @ vectors, vectors * values, atol=1e-4)


def test_most_probable_labels_are_those_of_all_paths():
    logits = RNG.normal(size=(4, 3)).astype("float64")
    log = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    totals = {}
    for path in itertools.product(range(3), repeat=4):
        labels = tuple(k for k, _ in itertools.groupby(path) if k != 0)
        total = math.exp(sum(log[t, label] for t, label in enumerate(path)))
        totals[labels] = totals.get(labels, 0) + total
    best = sorted(totals.items(), key=lambda pair: -pair[1])[:4]
    found, scores = jax.jit(lambda x: ops.ctc_decode(x, [4], "beam_search", 50, 4))(logits[None])
    assert [tuple(k for k in row if k >= 0) for row in found[:, 0].tolist()] == [k for k, _ in best]
    np.testing.assert_allclose(scores[0], np.log([total for _, total in best]), rtol=1e-5)
    padded = np.array([(*labels, 0, 0, 0)[:3] for labels, _ in best])
    lengths = np.array([len(labels) for labels, _ in best])
    logits = np.tile(logits, (4, 1, 1))
    losses = jax.jit(ops.ctc_loss)(padded, logits, lengths, np.full(4, 4))
    np.testing.assert_allclose(losses, -np.log([total for _, total in best]), rtol=1e-5)


def test_decoding_stops_where_a_sequence_does():
    logits = normal(1, 5, 3)

    @jax.jit
    def decoded(cut, whole):
        return [ops.ctc_decode(x, [2], "beam_search", 9, 2) for x in (cut, whole)]

    cut, whole = decoded(logits[:, :2], logits)
    np.testing.assert_array_equal(whole[0][..., :2], cut[0])
    np.testing.assert_allclose(whole[1], cut[1], rtol=1e-6)


shapes = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple)


@settings(max_examples=15)
@given(st.data(), shapes, st.booleans())
def test_reductions_over_any_axes_are_numpy_s(data, shape, keepdims):
    axes = data.draw(st.sets(st.integers(-len(shape), len(shape) - 1)))
    axes = tuple({axis % len(shape): axis for axis in sorted(axes)}.values())
    x = normal(*shape)
    for name in ("sum", "max"):
        expected = getattr(np, name)(x, axis=axes, keepdims=keepdims)
        found = getattr(ops, name)(x, list(axes), keepdims)
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.thorough
@settings(max_examples=15)
@given(st.data(), shapes)
def test_rearranging_back_gives_what_there_was(data, shape):
    names = [f"a{i}" for i in range(len(shape))]
    order = data.draw(st.permutations(names))
    cut = data.draw(st.integers(0, len(names)))
    joined = f"({' '.join(order[:cut])}) {' '.join(order[cut:])}" if cut else " ".join(order)
    sizes = dict(zip(names, shape, strict=True))
    x = normal(*shape)
    there = ops.rearrange(x, f"{' '.join(names)} -> {joined}")
    expected = x.transpose([names.index(name) for name in order])
    np.testing.assert_array_equal(np.ravel(there), expected.ravel())
    back = ops.rearrange(there, f"{joined} -> {' '.join(names)}", **sizes)
    np.testing.assert_array_equal(back, x)


@pytest.mark.thorough
@settings(max_examples=5)
@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 2), st.integers(0, 1))
def test_folding_is_the_transpose_of_unfolding(size, stride, dilation, padding):
    options = {"dilation": dilation, "padding": padding, "stride": stride}
    x = normal(1, 2, 6, 7)
    windows, fold = jax.vjp(lambda x: ops.unfold(x, size, **options), x)
    y = normal(*windows.shape)
    folded = jax.jit(lambda y: ops.fold(y, (6, 7), size, **options))(y)
    np.testing.assert_allclose(folded, jax.jit(fold)(y)[0], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("first", [False, True])
def test_blocks_go_to_channels_and_back(first):
    data_format = "channels_first" if first else "channels_last"
    x = normal(2, 4, 6, 8)
    there = ops.space_to_depth(x, 2, data_format)
    np.testing.assert_array_equal(ops.depth_to_space(there, 2, data_format), x)
