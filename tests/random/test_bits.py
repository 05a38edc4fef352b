"""The counter hash: random, the same however it is compiled, and never stored."""

import functools
import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import export, lax
from scipy import stats

from ppul.random.bits import hash_bits, keep_mask, uniform
from tests.random.randomness import BATTERY, normal_p, smallest

# About 150 p-values are looked at, so one perfect generator in 7000 would have one as small. Keys
# are fixed, so the result is too.
LIMIT = 1e-6
WORDS = {"one key": 1 << 20, "many keys": 1 << 18}


def key(seed, counter):
    return jnp.array([seed, counter], "uint32")


def keys(seeds, counters):
    return jnp.asarray(np.stack(np.broadcast_arrays(seeds, counters), axis=-1), "uint32")


@functools.partial(jax.jit, static_argnums=1)
def rows(many_keys, size):
    return jax.vmap(lambda k: hash_bits(k, (size,)))(many_keys)


COUNT = np.arange(256)
KEYS = {
    "one key": keys(7, [3]),
    "key (0, 0)": keys(0, [0]),
    "steps of one layer": keys(1_000_000_007, COUNT),
    "first step of many layers": keys(COUNT, 0),
    "16 layers, 16 steps": keys(COUNT // 16, COUNT % 16),
    "seed and step alike": keys(COUNT, COUNT),
    "keys of one bit": keys(1 << COUNT % 32, COUNT // 32),
    "steps before the counter wraps": keys(5, 2**32 - 1 - COUNT),
}


MANY = [name for name in KEYS if len(KEYS[name]) > 1]


@pytest.mark.rows(4)
@pytest.mark.parametrize(
    ("name", "order"),
    [*((name, "key by key") for name in KEYS), *((name, "word by word") for name in MANY)],
)
def test_words_pass_every_test_of_randomness(name, order):
    count = WORDS["many keys" if name in MANY else "one key"] // len(KEYS[name])
    words = np.asarray(rows(KEYS[name], count))
    words = words.ravel() if order == "key by key" else words.T.ravel()
    assert {t.__name__: p for t in BATTERY if (p := t(words)) < LIMIT} == {}


def mixed(start, key=0):
    """Lowbias32 with a key half-way."""
    x = (start ^ (start >> np.uint32(16))) * np.uint32(0x7FEB352D) ^ np.uint32(key)
    x = (x ^ (x >> np.uint32(15))) * np.uint32(0x846CA68B)
    return x ^ (x >> np.uint32(16))


INDEX = np.arange(WORDS["one key"], dtype=np.uint32)
WEYL = INDEX * np.uint32(0x9E3779B9) + np.uint32(123456789)
KEYED = INDEX ^ np.uint32(123456789)
WEAK = {
    "counter": INDEX,
    "golden ratio alone": WEYL,
    "mixer alone": mixed(INDEX),
    "keyed mixer without the golden ratio": mixed(KEYED, 987654321) ^ KEYED,
    "bijection": mixed(WEYL, 987654321),
    "every word twice": np.repeat(np.random.default_rng(1).integers(2**32, size=1 << 19), 2),
}


@pytest.mark.parametrize("name", WEAK)
def test_battery_rejects_weak_generators(name):
    words = WEAK[name].astype(np.uint32)
    assert any(test(words) < LIMIT for test in BATTERY)


def test_battery_accepts_philox():
    generator = np.random.Generator(np.random.Philox(1))
    words = generator.integers(2**32, size=WORDS["one key"], dtype=np.uint32)
    assert min(test(words) for test in BATTERY) > LIMIT


def test_no_two_keys_have_a_stretch_in_common():
    step = np.arange(1 << 16)
    words = np.asarray(rows(keys(step % 64, step // 64), 8)).astype(np.uint64)
    # Two words in a row are alike by chance once in 10**8 such tests; sequences that differ in
    # nothing but their start, a 32-bit word, have seven stretches in common.
    stretches = words[:, 1:] << np.uint64(32) | words[:, :-1]
    assert np.unique(stretches).size == stretches.size


@pytest.mark.parametrize("word", [0, 1], ids=["seed", "counter"])
def test_each_bit_of_the_key_flips_half_of_all_bits(word):
    count = 1 << 12
    many = np.array(keys(np.arange(count) % 64, np.arange(count) // 64))
    base, found = np.asarray(rows(many, 16)), []
    for place in range(32):
        flipped = many.copy()
        flipped[:, word] ^= np.uint32(1 << place)
        # A pair whose other half is in the sample too would count twice.
        once = (many[:, word] >> place) & 1 == 0
        found.append(flips(base[once] ^ np.asarray(rows(flipped, 16))[once]))
    assert smallest(np.array(found)) > LIMIT


def test_each_bit_of_the_index_flips_half_of_all_bits():
    index = INDEX
    words = np.asarray(rows(KEYS["one key"], index.size))[0]
    places = range(index.size.bit_length() - 1)
    found = [flips((words ^ words[index ^ (1 << p)])[index >> p & 1 == 0]) for p in places]
    assert smallest(np.array(found)) > LIMIT


def flips(differences):
    """P-values of how often each of 32 bits differs."""
    places = np.arange(32, dtype=np.uint32)
    ones = ((differences.reshape(-1, 1) >> places) & np.uint32(1)).sum(axis=0)
    return normal_p((ones - differences.size / 2) / (differences.size**0.5 / 2))


@pytest.mark.parametrize("name", MANY)
def test_masks_of_different_keys_are_uncorrelated(name):
    masks = jax.vmap(lambda k: keep_mask(k, 0.2, (4096,)))(KEYS[name])
    scores = (np.asarray(masks, np.float64) - 0.8) / 0.4
    products = (scores @ scores.T / 64)[np.triu_indices(len(scores), 1)]
    assert smallest(normal_p(products)) > LIMIT
    # Pairs of fair masks: mean square 1, with a variance of 2 a pair.
    spread = (np.mean(products**2) - 1) / np.sqrt(2 / products.size)
    assert normal_p(spread) > LIMIT


def reference(seed, counter, index):
    """The formula in Python's integers: SplitMix with lowbias32, the key in two places."""
    word = 2**32 - 1

    def lower(x):
        return (x ^ x >> 16) * 0x7FEB352D & word

    def upper(x):
        x = (x ^ x >> 15) * 0x846CA68B & word
        return x ^ x >> 16

    for constant in (0x9E3779B9, 0x85EBCA6B, 0xC2B2AE35):
        seed, counter = counter ^ upper(lower(seed + constant & word)), seed
    seed, counter = counter, seed
    start = index * 0x9E3779B9 + seed & word
    return upper(lower(start) ^ counter) ^ start


@pytest.mark.parametrize("pair", [(0, 0), (7, 3), (2**32 - 1, 2**31)])
def test_words_are_those_of_the_formula(pair):
    expected = [reference(*pair, i) for i in range(12)]
    assert hash_bits(key(*pair), (3, 4)).ravel().tolist() == expected


@pytest.mark.rows(3)
@pytest.mark.parametrize("shape", [(), (0,), (5, 0), (24,), (4, 6), (2, 3, 4), (1, 24, 1)])
def test_words_depend_on_the_place_alone_and_not_on_the_shape(shape):
    words = hash_bits(key(7, 3), shape)
    assert words.shape == shape
    assert words.dtype == "uint32"
    expected = hash_bits(key(7, 3), (24,))[: words.size]
    assert (words.ravel() == expected).all()


def in_jit(many, shape):
    draw = jax.jit(lambda k: hash_bits(k, shape))
    return jnp.stack([draw(k) for k in many])


def in_vmap(many, shape):
    return jax.vmap(lambda k: hash_bits(k, shape))(many)


def in_while_loop(many, shape):
    def body(carry):
        i, out = carry
        return i + 1, out.at[i].set(hash_bits(many[i], shape))

    start = 0, jnp.zeros((len(many), *shape), "uint32")
    return lax.while_loop(lambda carry: carry[0] < len(many), body, start)[1]


@pytest.mark.parametrize("draw", [in_jit, in_vmap, in_while_loop])
def test_words_are_the_same_however_they_are_compiled(draw):
    many = keys(7, np.arange(5))
    eager = jnp.stack([hash_bits(k, (3, 50)) for k in many])
    assert (draw(many, (3, 50)) == eager).all()


def test_shapes_may_be_symbolic():
    (b,) = export.symbolic_shape("b")
    spec = jax.ShapeDtypeStruct((2,), "uint32")
    assert jax.eval_shape(lambda k: hash_bits(k, (3, b, 5, b)), spec).shape == (3, b, 5, b)
    assert jax.eval_shape(lambda k: keep_mask(k, 0.5, (b, 7)), spec).shape == (b, 7)
    assert jax.eval_shape(lambda k: uniform(k, (b,)), spec).shape == (b,)


def test_program_exported_for_any_batch_draws_the_same():
    (b,) = export.symbolic_shape("b")
    specs = jax.ShapeDtypeStruct((2,), "uint32"), jax.ShapeDtypeStruct((b, 3, b), "float32")
    program = export.export(jax.jit(lambda k, x: hash_bits(k, x.shape)))(*specs)
    drawn = program.call(key(7, 3), jnp.zeros((4, 3, 4)))
    assert (drawn == hash_bits(key(7, 3), (4, 3, 4))).all()


def test_more_words_than_there_are_counters_are_refused():
    spec = jax.ShapeDtypeStruct((2,), "uint32")
    assert jax.eval_shape(lambda k: hash_bits(k, (2**16, 2**16)), spec).size == 2**32
    with pytest.raises(ValueError, match=r"2\*\*32 words .* shape \(65536, 65537\)"):
        jax.eval_shape(lambda k: hash_bits(k, (2**16, 2**16 + 1)), spec)


def test_bits_are_drawn_in_the_kernel_that_uses_them():
    def epoch(x, seed, steps):
        def body(carry):
            step, y = carry
            keep = keep_mask(jnp.stack([seed, step.astype("uint32")]), 0.2, (32, 200))
            return step + 1, jnp.where(keep, y * 1.25, 0.0) + x

        return lax.while_loop(lambda carry: carry[0] < steps, body, (0, x))[1]

    program = jax.jit(epoch).lower(jnp.ones((32, 200)), jnp.uint32(1), 9).compile().as_text()
    (loop,) = (line for line in program.splitlines() if re.search(r"[^%\w]while\(", line))
    assert "f32[32,200]" in loop
    # A word or a mask of each element that lives from one step to the next is in the loop's state.
    assert not re.search(r"(u32|s32|pred)\[32,200\]", loop)
    name = loop.partition("body=%")[2].partition(",")[0]
    body = program.partition(f"\n%{name} (")[2].partition("\n}")[0]
    assert len(re.findall(r"= f32\[32,200\]\S* fusion\(", body)) == 1
    assert not re.search(r"= (u32|s32|pred)\[32,200\]", body)


@pytest.mark.parametrize("rate", [0.0, 1e-3, 0.2, 0.5, 0.9, 1.0])
def test_share_dropped_is_the_rate(rate):
    kept = np.count_nonzero(keep_mask(key(7, 3), rate, (1 << 20,)))
    if rate in {0.0, 1.0}:
        assert kept == (1 - rate) * (1 << 20)
    else:
        assert stats.binomtest((1 << 20) - kept, 1 << 20, rate).pvalue > LIMIT


def test_rate_may_be_traced():
    rates = jnp.array([0.0, 0.3, 1.0])
    traced = jax.jit(jax.vmap(lambda rate: keep_mask(key(7, 3), rate, (100,))))(rates)
    given = [keep_mask(key(7, 3), rate, (100,)) for rate in (0.0, 0.3, 1.0)]
    assert (traced == jnp.stack(given)).all()


def test_what_a_higher_rate_keeps_a_lower_one_keeps_too():
    low, high = (keep_mask(key(7, 3), rate, (1000,)) for rate in (0.2, 0.6))
    assert (low | ~high).all()


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_uniform_numbers_fill_the_unit_interval_evenly(dtype):
    drawn = np.asarray(uniform(key(7, 3), (1 << 18,), dtype))
    assert drawn.dtype == dtype
    drawn = drawn.astype(np.float64)
    assert drawn.min() >= 0
    assert drawn.max() < 1
    # Multiples of 2**-8 (bfloat16) are as even as real numbers up to that step.
    counts = np.bincount((drawn * 256).astype(int), minlength=256)
    assert stats.chisquare(counts).pvalue > LIMIT


def test_uniform_numbers_are_the_upper_bits():
    words = np.asarray(hash_bits(key(7, 3), (1000,)))
    assert (np.asarray(uniform(key(7, 3), (1000,))) == (words >> 8) / 2**24).all()
