"""Attentions: masks, dropout, starts, files, training, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import jax
import keras
import numpy as np
import pytest

import ppul
from ppul import layers
from ppul.core.scope import StatelessScope
from tests.oracle import HALF, assert_close, copy_weights

R = np.random.default_rng(0)
X, Y = R.normal(size=(2, 3, 4)).astype("float32"), R.normal(size=(2, 5, 4)).astype("float32")
QUERIES = np.array([[True, False, True], [True, True, False]])
KEYS = np.array([[True, False, True, True, False], [False] * 5])
WORDS = np.array([["a"], ["b"]])

ZEROS = {"kernel_initializer": "zeros"}  # which costs no compiling; weights come later

MAKE: dict[str, Callable[..., Any]] = {
    "heads": lambda k, **more: k.layers.MultiHeadAttention(2, 3, **more),
    "groups": lambda k, **more: k.layers.GroupQueryAttention(3, 4, 2, **more),
    "products": lambda k, **more: k.layers.Attention(**more),
    "sums": lambda k, **more: k.layers.AdditiveAttention(use_scale=False, **more),
}
PROJECTED = ("heads", "groups")


def built(layer: Any) -> Any:
    """A layer with weights that are the same in both libraries."""
    projected = "key_mask" in layer.call_signature_parameters
    layer.build(*(X.shape, Y.shape) if projected else ([X.shape, Y.shape],))
    draw = np.random.default_rng(1)
    layer.set_weights([draw.normal(size=w.shape) for w in layer.weights])
    return layer


def outputs(layer: Any, *args: Any, **call: Any) -> Any:
    """What a layer of either library returns; what it assigns is dropped."""
    scope = keras.StatelessScope if isinstance(layer, keras.Layer) else StatelessScope
    with scope():
        return layer(*args, **call)


def assert_same(name: str, args: tuple[Any, ...], calls: list[dict[str, Any]]) -> None:
    """Compare a layer with Keras's in several calls, which one program makes."""
    more = ZEROS if name in PROJECTED else {}
    pair = [built(MAKE[name](k, **more)) for k in (ppul, keras)]

    @jax.jit
    def both(*args: Any) -> Any:
        return [[outputs(layer, *args, **call) for call in calls] for layer in pair]

    assert_close(*both(*args))


MASKS: dict[str, dict[str, Any]] = {
    "values": {"value_mask": KEYS},
    "keys and values": {"key_mask": ~KEYS, "value_mask": np.roll(KEYS, 1, axis=1)},
    "queries": {"query_mask": QUERIES},
    "all": {"query_mask": QUERIES, "value_mask": KEYS, "use_causal_mask": True},
    "attention": {"attention_mask": R.random((3, 5)) > 0.3},
    "attention of samples": {"attention_mask": (R.random((2, 3, 5)) > 0.3).astype("int32")},
    "attention of one sample": {"attention_mask": R.random((1, 1, 5)) > 0.3, "value_mask": KEYS},
    "of one head": {"attention_mask": R.random((1, 1, 3, 5)) > 0.3},
}


@pytest.mark.rows(1)
@pytest.mark.parametrize("name", PROJECTED)
def test_masks_of_projected_attention_are_those_of_keras(name: str) -> None:
    # Keras ignores a mask of queries that its MultiHeadAttention gets as an argument.
    masks = [mask for mask in MASKS.values() if name == "groups" or "query_mask" not in mask]
    # One way where JAX's own function computes it, another where weights are made.
    weights = [mask | {"return_attention_scores": True} for mask in masks]
    assert_same(name, (X, Y), masks + weights)


def test_mask_may_differ_from_head_to_head() -> None:
    assert_same("heads", (X, Y), [{"attention_mask": R.random((1, 2, 3, 5)) > 0.3}])


@pytest.mark.parametrize("name", ["products", "sums"])
def test_masks_of_plain_attention_are_those_of_keras(name: str) -> None:
    masks = [None, [None, KEYS], [QUERIES, KEYS], [QUERIES, None]]
    calls = [
        {"mask": mask, "use_causal_mask": causal, "return_attention_scores": True}
        for mask in masks
        for causal in (False, True)
    ]
    assert_same(name, ([X, Y],), calls)


def decoder(k: Any) -> Any:
    """Two texts with masks that flow into all four attentions."""
    table = k.layers.Embedding(7, 4, mask_zero=True)
    first, second = k.Input((3,), dtype="int32"), k.Input((5,), dtype="int32")
    heads = k.layers.MultiHeadAttention(2, 3)(table(first), table(second))
    # Not the same tensors: Keras's MultiHeadAttention takes their masks off.
    x, y = table(first), table(second)
    groups = k.layers.GroupQueryAttention(2, 2, 1, use_gate=True)(x, x, use_causal_mask=True)
    plain = [k.layers.Attention(use_scale=True)([heads, y]), k.layers.AdditiveAttention()([x, y])]
    both = k.layers.Add()([*plain, groups])
    return k.Model([first, second], k.layers.Dense(3)(k.layers.GlobalAveragePooling1D()(both)))


FIRST, SECOND = np.array([[1, 2, 0], [3, 0, 0]]), np.array([[4, 0, 5, 6, 0], [1, 2, 0, 0, 0]])


@pytest.mark.thorough
@pytest.mark.parametrize(
    "ending", [".keras", pytest.param(".weights.h5", marks=pytest.mark.thorough)]
)
# Keras says this of the projections inside its GroupQueryAttention.
@pytest.mark.filterwarnings("ignore:.*does not support masking:UserWarning")
def test_each_library_loads_what_the_other_saved_and_masks_flow(ending: str, tmp_path: Any) -> None:
    path = tmp_path / f"model{ending}"
    for source, target in ((ppul, keras), (keras, ppul)):
        model = decoder(source)
        draw = np.random.default_rng(1)
        model.set_weights([draw.normal(size=w.shape) for w in model.weights])
        if ending == ".keras":
            model.save(path)
            other = target.saving.load_model(path)
        else:
            model.save_weights(path)
            other = decoder(target)
            other.load_weights(path)
        assert [w.path.split("/")[1:] for w in other.weights] == [
            w.path.split("/")[1:] for w in model.weights
        ]
        texts = [FIRST, SECOND]
        assert_close(jax.jit(model.__call__)(texts), jax.jit(other.__call__)(texts))


@pytest.mark.rows(2)
@pytest.mark.parametrize("name", MAKE)
def test_output_has_the_mask_of_the_queries(name: str) -> None:
    x, y = (layers.Embedding(7, 4, mask_zero=True)(ids) for ids in (FIRST, SECOND))
    given = (x, y) if name in PROJECTED else ([x, y],)
    output, weights = MAKE[name](ppul)(*given, return_attention_scores=True)
    np.testing.assert_array_equal(output._keras_mask, FIRST != 0)
    assert getattr(weights, "_keras_mask", None) is None


@pytest.mark.parametrize("name", PROJECTED)
def test_activity_penalties_are_those_of_keras(name: str) -> None:
    losses = []
    for k in (ppul, keras):
        layer = built(MAKE[name](k, activity_regularizer="l2", use_gate=True, **ZEROS))
        scope = k.StatelessScope(collect_losses=True)

        def penalties(x: Any, y: Any, layer: Any = layer, scope: Any = scope) -> Any:
            with scope:
                layer(x, y)
                return layer.losses

        losses.append(sorted(map(float, jax.jit(penalties)(X, Y))))
    assert_close(*losses)


def einsum(k: Any) -> Any:
    """A kernel with two axes summed over, one kept and one made."""
    return k.layers.EinsumDense("abcd,bcde->abe", (4, 6), kernel_initializer="he_normal")


@pytest.mark.parametrize(
    ("make", "shapes"),
    [
        (MAKE["heads"], (X.shape, Y.shape)),
        (lambda k: k.layers.AdditiveAttention(), ([X.shape, Y.shape],)),
        (einsum, ((None, 4, 3, 2),)),
    ],
    ids=["heads", "sums", "einsum"],
)
def test_weights_start_as_in_keras_from_the_same_seed(make: Any, shapes: Any) -> None:
    weights = []
    for k in (ppul, keras):
        k.utils.set_random_seed(7)
        layer = make(k)
        layer.build(*shapes)
        weights.append(layer.get_weights())
    assert_close(*weights)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_halves_are_near_the_whole(policy: str) -> None:
    # Keras's own fails in float16 on CPU.
    whole, half = (built(MAKE["groups"](ppul, dtype=dtype)) for dtype in ("float32", policy))

    @jax.jit
    def both(x: Any, y: Any) -> Any:
        return [outputs(layer, x, y, value_mask=~KEYS) for layer in (whole, half)]

    expected, found = both(X, Y)
    assert found.dtype == policy.removeprefix("mixed_")
    # Numbers of a few units, which have passed a dozen roundings.
    assert_close(found, expected, rtol=5 * HALF["rtol"], atol=5 * HALF["atol"])


def test_values_may_have_another_size_than_keys() -> None:
    # Keras fails here, unless it returns the weights too.
    layer = built(layers.MultiHeadAttention(2, 3, value_dim=5))

    @jax.jit
    def both(x: Any, y: Any) -> Any:
        return layer(x, y), layer(x, y, return_attention_scores=True)[0]

    assert_close(*both(X, Y))


@pytest.mark.parametrize("name", MAKE)
def test_dropout_leaves_out_weights_and_keeps_their_mean(name: str) -> None:
    layer, again = (built(MAKE[name](ppul, dropout=0.4, seed=3)) for _ in range(2))
    x = np.ones((500, 3, 4), "float32")

    @jax.jit
    def run(x: Any) -> Any:
        given = (x, x) if name in PROJECTED else ([x, x],)
        with StatelessScope():
            drawn = [layer(*given, training=True) for _ in range(2)]
            return layer(*given), *drawn

    still, first, second = run(x)
    layer = again
    np.testing.assert_array_equal(first, jax.jit(lambda x: run(x)[1])(x))
    assert not np.array_equal(first, second)
    # 500 means of three weights, each of them 0 or 1/0.6 of what it was.
    np.testing.assert_allclose(np.mean(first, 0), np.mean(still, 0), rtol=0.1)


@pytest.mark.parametrize(
    ("switch", "asked", "dtype", "kernel"),
    [
        ("disable", None, "float16", "xla"),
        ("enable", None, "float16", "cudnn"),
        ("enable", None, "float32", "xla"),
        ("enable", False, "float16", "xla"),
        ("disable", True, "float16", "cudnn"),
    ],
)
def test_config_chooses_the_kernel_where_the_call_does_not(
    switch: str, asked: bool | None, dtype: str, kernel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for = []
    monkeypatch.setattr("ppul.ops.lowering.on_cpu", lambda: False)
    monkeypatch.setattr("ppul.core.settings._settings.flash_attention", None)
    monkeypatch.setattr(
        "jax.nn.dot_product_attention",
        lambda *_, implementation, **__: asked_for.append(implementation),
    )
    getattr(ppul.config, f"{switch}_flash_attention")()
    x = np.ones((1, 2, 1, 4), dtype)
    ppul.ops.dot_product_attention(x, x, x, flash_attention=asked)
    assert asked_for == [kernel]


def test_weights_that_plain_attention_returns_are_those_it_used() -> None:
    layer = layers.Attention(dropout=0.4, seed=3)
    _, weights = layer([np.ones((500, 3, 4))] * 2, training=True, return_attention_scores=True)
    np.testing.assert_allclose(np.mean(np.asarray(weights) == 0), 0.4, atol=0.03)


def encoder(k: Any, dropout: float = 0.0) -> Any:
    """An encoder block on texts, trained on classes."""
    words = k.Input((6,), dtype="int32")
    x = k.layers.Embedding(9, 8, mask_zero=True)(words)
    seen = k.layers.MultiHeadAttention(2, 4, dropout=dropout)(x, x)
    x = k.layers.LayerNormalization()(k.layers.Add()([x, seen]))
    wide = k.layers.Dense(8)(k.layers.Dense(16, "relu")(x))
    x = k.layers.LayerNormalization()(k.layers.Add()([x, wide]))
    classes = k.layers.Dense(3, "softmax")(k.layers.GlobalAveragePooling1D()(x))
    model = k.Model(words, classes)
    model.compile(k.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


TEXTS = R.integers(1, 9, (40, 6)) * (np.arange(6) < R.integers(2, 7, (40, 1)))
CLASSES = TEXTS[:, 0] % 3


@pytest.mark.thorough
def test_an_encoder_block_trains_as_in_keras() -> None:
    ours, theirs = encoder(ppul), encoder(keras)
    copy_weights(theirs, ours)
    options = {"batch_size": 16, "epochs": 2, "shuffle": False, "verbose": 0}
    a, b = (model.fit(TEXTS, CLASSES, **options).history for model in (ours, theirs))
    # Six steps of Adam, which make a difference in the last place of a small gradient larger.
    assert_close(a, b, rtol=1e-3)


@pytest.mark.thorough
def test_an_encoder_block_with_dropout_learns() -> None:
    history = encoder(ppul, 0.2).fit(TEXTS, CLASSES, batch_size=16, epochs=8, verbose=0).history
    assert history["loss"][-1] < 0.8 * history["loss"][0]


def heads(**options: Any) -> Any:
    return layers.MultiHeadAttention(2, 3, **options)


BAD: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "heads": (
        lambda: layers.MultiHeadAttention(0, 3),
        ValueError,
        "MultiHeadAttention 'multi_head.*`num_heads` must be a positive integer; got 0",
    ),
    "key size": (lambda: layers.MultiHeadAttention(2, -3), ValueError, "`key_dim`.*got -3"),
    "window": (lambda: heads(sliding_window=0), ValueError, "`sliding_window`.*got 0"),
    "dropout": (lambda: heads(dropout=1.5), ValueError, r"`dropout` must be in \[0, 1\]; got 1.5"),
    "fused dropout": (
        lambda: heads(dropout=0.5, flash_attention=True),
        ValueError,
        "flash_attention=True and dropout=0.5",
    ),
    "fused weights": (
        lambda: heads(flash_attention=True)(X, Y, return_attention_scores=True),
        ValueError,
        "flash_attention=True and return_attention_scores=True",
    ),
    "rank": (lambda: heads()(X[0], X[0]), ValueError, r"at least 3 dimensions.*\(3, 4\)"),
    "words": (lambda: heads()(np.array([WORDS]), X), ValueError, "takes numbers.*<U1"),
    "keys and values": (
        lambda: heads()(X, Y, key=Y[:, :3]),
        ValueError,
        r"values and keys must have.*value \(2, 5, 4\) and key \(2, 3, 4\)",
    ),
    "batches": (
        lambda: heads()(X, Y[:1]),
        ValueError,
        r"axis 0 is none that attention runs over.*query \(2, 3, 4\) and value \(1, 5, 4\)",
    ),
    "axis": (
        lambda: heads(attention_axes=0)(X, X),
        ValueError,
        r"`attention_axes` must be axes of an input of rank 3, from 1 to 1.*got \(0,\)",
    ),
    "the same axis": (
        lambda: heads(attention_axes=(1, -3))(X[None], X[None]),
        ValueError,
        r"from 1 to 2, each once; got \(1, -3\)",
    ),
    "mask": (
        lambda: heads()(X, Y, attention_mask=np.ones((4, 3, 5))),
        ValueError,
        r"mask of shape \(4, 3, 5\) does not fit.*\(2, 2, 3, 5\)",
    ),
    "mask of values": (
        lambda: heads()(X, Y, value_mask=QUERIES),
        ValueError,
        r"mask of shape \(2, 1, 3\) does not fit.*\(2, 2, 3, 5\)",
    ),
    "groups": (
        lambda: layers.GroupQueryAttention(3, 4, 3),
        ValueError,
        r"GroupedQueryAttention 'grouped.*`num_query_heads` \(4\) must be a multiple.*\(3\)",
    ),
    "rank of groups": (
        lambda: layers.GroupQueryAttention(3, 4, 2)(X[None], X[None]),
        ValueError,
        r"expected 3 dimensions.*\(1, 2, 3, 4\)",
    ),
    "size of heads": (
        lambda: layers.GroupQueryAttention(0, 4, 2),
        ValueError,
        "`head_dim`.*got 0",
    ),
    "mode": (
        lambda: layers.Attention(score_mode="concatenate"),
        ValueError,
        "`score_mode` must be one of 'dot', 'concat'; got 'concatenate'",
    ),
    "no list": (
        lambda: layers.Attention()(X),
        ValueError,
        r"Attention 'attention.*\[query, value\] or \[query, value, key\]; got.*\(2, 3, 4\)",
    ),
    "too many": (lambda: layers.AdditiveAttention()([X] * 4), ValueError, "called on a list"),
    "features": (
        lambda: layers.Attention()([X, Y[..., :2]]),
        ValueError,
        r"got shapes \[\(2, 3, 4\), \(2, 5, 2\)\]",
    ),
    "features of a sum": (
        lambda: layers.AdditiveAttention()([X, Y, Y[..., :2]]),
        ValueError,
        "AdditiveAttention 'additive.*got shapes",
    ),
    "one mask": (
        lambda: layers.Attention()([X, Y], mask=[QUERIES]),
        ValueError,
        "`mask` must be a list of masks.*got 1 of them",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_with_a_message(name: str) -> None:
    call, error, words = BAD[name]
    with pytest.raises(error) as found:
        call()
    assert re.search(words, str(found.value)), str(found.value)
