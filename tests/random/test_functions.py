"""Random functions draw Keras's numbers for the same seed."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from scipy import stats

import ppul
from ppul.core.symbolic import KerasTensor

LOGITS = np.log(np.array([[0.1, 0.6, 0.3], [0.5, 0.25, 0.25]], "float32"))
MATRIX = np.arange(12, dtype="float32").reshape(3, 4) + 1
# One fair generator in a million would have a p-value as small.
LIMIT = 1e-6

ROWS = [
    ("normal", ((2, 3),), {}),
    ("normal", ((5,), 1.5, 2.0), {"dtype": "float16"}),
    ("normal", (4,), {"dtype": "bfloat16"}),
    ("truncated_normal", ((2, 3), -1.0, 0.5), {}),
    ("truncated_normal", ((5,),), {"dtype": "float16"}),
    ("uniform", ((2, 3),), {}),
    ("uniform", ((5,), -1, 3), {}),
    ("uniform", ((5,),), {"minval": -2.0, "dtype": "float16"}),
    ("randint", ((2, 3), 0, 10), {}),
    ("randint", ((5,), -100, 100), {"dtype": "int8"}),
    ("randint", ((5,), 0, 255), {"dtype": "uint8"}),
    ("gamma", ((2, 3), 2.0), {}),
    ("gamma", ((3, 2), np.array([1.0, 4.0], "float32")), {}),
    ("beta", ((2, 3), 2.0, 0.5), {}),
    ("beta", ((2,), np.array([1.0, 2.0], "float32"), 3.0), {}),
    ("binomial", ((2, 3), 10, 0.3), {}),
    ("binomial", ((2,), np.array([5.0, 9.0], "float32"), 0.8), {}),
    ("categorical", (LOGITS, 6), {}),
    ("categorical", (LOGITS, 3), {"dtype": "int8"}),
    ("shuffle", (MATRIX,), {}),
    ("shuffle", (MATRIX,), {"axis": 1}),
    ("dropout", (MATRIX, 0.4), {}),
    ("dropout", (MATRIX, 0.4), {"noise_shape": (None, 1)}),
    ("dropout", (MATRIX, 0.4), {"noise_shape": (1, 4)}),
    ("dropout", (MATRIX.astype("float16"), 0.25), {}),
    ("dropout", (MATRIX, 0.0), {}),
    ("dropout", (MATRIX, 1.0), {}),
]


def drawn(library, name, args, kwargs, seed):
    return getattr(library.random, name)(*args, **kwargs, seed=seed)


@pytest.mark.thorough
def test_numbers_are_keras_s():
    @jax.jit
    def both():
        return [
            [drawn(library, *row, seed) for library in (ppul, keras)]
            for row in ROWS
            for seed in (0, 3)
        ]

    for ours, theirs in both():
        assert ours.dtype == theirs.dtype
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("name", ["normal", "uniform"])
def test_a_generator_gives_new_numbers_each_time_as_keras_s(name):
    generators = [library.random.SeedGenerator(7) for library in (ppul, keras)]
    for _ in range(2):
        ours, theirs = (
            getattr(library.random, name)((3,), seed=generator)
            for library, generator in zip((ppul, keras), generators, strict=True)
        )
        np.testing.assert_array_equal(ours, theirs)


def test_numbers_without_a_seed_follow_from_the_seed_of_the_process():
    def three():
        ppul.utils.set_random_seed(5)
        return [ppul.random.uniform((2,)).tolist() for _ in range(3)]

    first = three()
    assert three() == first
    assert len({tuple(numbers) for numbers in first}) == 3


def test_default_dtype_is_floatx():
    ppul.config.set_floatx("bfloat16")
    try:
        assert ppul.random.normal((2,), seed=1).dtype == "bfloat16"
    finally:
        ppul.config.set_floatx("float32")


def test_shares_of_classes_are_their_probabilities():
    numbers = np.asarray(ppul.random.categorical(LOGITS[:1], 10_000, seed=1))[0]
    counts = np.bincount(numbers, minlength=3)
    assert stats.chisquare(counts, [1000, 6000, 3000]).pvalue > LIMIT


def test_gradient_of_dropout_is_that_of_what_is_kept():
    def total(x):
        return jnp.sum(ppul.random.dropout(x, 0.5, seed=3))

    kept = ppul.random.dropout(jnp.ones_like(MATRIX), 0.5, seed=3)
    np.testing.assert_array_equal(jax.grad(total)(MATRIX), kept)


def test_what_takes_tensors_takes_symbolic_ones():
    x = KerasTensor((None, 4))
    assert ppul.random.dropout(x, 0.5, seed=1).shape == (None, 4)
    assert ppul.random.shuffle(x, axis=1, seed=1).shape == (None, 4)
    samples = ppul.random.categorical(x, 3, seed=1)
    assert (samples.shape, samples.dtype) == ((None, 3), "int32")


def test_shape_may_be_that_of_a_symbolic_tensor():
    class Noisy(ppul.layers.Layer):
        def call(self, inputs):
            return inputs + ppul.random.normal(ppul.ops.shape(inputs), seed=1)

    assert Noisy()(ppul.Input((3,))).shape == (None, 3)


@pytest.mark.parametrize(
    ("name", "args", "kwargs", "words"),
    [
        ("normal", ((2,),), {"dtype": "int32"}, ["normal", "float type", "int32"]),
        ("uniform", ((2,), 0, 9), {"dtype": "int32"}, ["uniform", "int32"]),
        ("randint", ((2,), 0, 9), {"dtype": "float32"}, ["randint", "float32", "uniform"]),
        ("gamma", ((2,), 1.0), {"dtype": "bool"}, ["gamma", "bool"]),
        ("categorical", (LOGITS[0], 2), {}, ["categorical", "(batch, classes)", "(3,)"]),
        ("normal", ((2,),), {"seed": "one"}, ["seed", "'one'"]),
    ],
)
def test_what_cannot_be_drawn_is_named(name, args, kwargs, words):
    with pytest.raises(ValueError, match=words[0]) as error:
        getattr(ppul.random, name)(*args, **{"seed": 1} | kwargs)
    assert all(word in str(error.value) for word in words)
