"""A row for every initializer, and every property: Keras's numbers, configuration, seeds."""

import random

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from ppul import initializers
from ppul.core.serialization import deserialize, serialize
from ppul.random.seed_generator import SeedGenerator

# Normal numbers differ by up to 3 units in the last place (see tests/random/test_threefry.py), 16
# bits by one of theirs; all else by none.
NORMAL = {"float32": 4e-7, "float16": 2e-3, "bfloat16": 2e-2}
# A factorization in float32 (Keras) beside one in float64 (here).
ORTHOGONAL = 5e-6

SHAPES = [(6,), (20, 30), (30, 20), (5, 4, 7), (3, 3, 8, 16), (2, 3, 4, 5, 6), (0, 3)]
SEEDS = [0, 1_000_003, 2**32 - 1]

EXACT = [
    ("Zeros", {}),
    ("Ones", {}),
    ("Constant", {}),
    ("Constant", {"value": -1.5}),
    ("RandomUniform", {}),
    ("RandomUniform", {"minval": -0.3, "maxval": 1.7}),
    ("GlorotUniform", {}),
    ("HeUniform", {}),
    ("LecunUniform", {}),
    *(
        ("VarianceScaling", {"scale": scale, "mode": mode, "distribution": "uniform"})
        for mode in ("fan_in", "fan_out", "fan_avg")
        for scale in (0.5, 2.0)
    ),
]
NORMALS = [
    ("RandomNormal", {}),
    ("RandomNormal", {"mean": 0.3, "stddev": 2.0}),
    ("TruncatedNormal", {}),
    ("TruncatedNormal", {"mean": -0.2, "stddev": 1.5}),
    ("GlorotNormal", {}),
    ("HeNormal", {}),
    ("LecunNormal", {}),
    *(
        ("VarianceScaling", {"scale": 2.0, "mode": mode, "distribution": distribution})
        for mode in ("fan_in", "fan_out", "fan_avg")
        for distribution in ("truncated_normal", "untruncated_normal", "normal", "NORMAL")
    ),
]
SEEDED = [
    *(row for row in [*EXACT, *NORMALS] if row[0] not in {"Zeros", "Ones", "Constant"}),
    ("Orthogonal", {}),
    ("Orthogonal", {"gain": 1.5}),
]


TRANSFORMS = [
    {"side": "real"},
    {"side": "imag"},
    {"side": "real", "window": "hamming", "scaling": "spectrum", "periodic": True},
    {"side": "imag", "window": "blackman", "scaling": None},
    {"side": "real", "window": None, "scaling": None},
    {"side": "imag", "window": [1.0, 2.0, 3.0, 2.0, 1.0, 0.5]},
]


def label(value):
    return value if isinstance(value, str) else ",".join(f"{k}={v}" for k, v in value.items())


def both(name, arguments):
    ours = getattr(initializers, name)(**arguments)
    return ours, getattr(keras.initializers, name)(**arguments)


def seeded(name, arguments, seed):
    return arguments if (name, arguments) not in SEEDED else {**arguments, "seed": seed}


def assert_same(ours, theirs, tolerance=0.0):
    assert isinstance(ours, jax.Array)
    assert ours.dtype == theirs.dtype
    assert ours.shape == theirs.shape
    ours, theirs = np.asarray(ours, np.float64), np.asarray(theirs, np.float64)
    # A mean added at the end leaves the error of what it was added to.
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)


@pytest.mark.rows(30)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize(("name", "arguments"), EXACT, ids=label)
def test_numbers_are_keras_s(name, arguments, shape):
    for seed in SEEDS:
        ours, theirs = both(name, seeded(name, arguments, seed))
        assert_same(ours(shape), theirs(shape))


@pytest.mark.parametrize("arguments", TRANSFORMS, ids=label)
def test_fourier_filters_are_keras_s(arguments):
    ours, theirs = both("STFT", arguments)
    assert ours.get_config() == theirs.get_config()
    for shape in ((6, 1, 5), (6, 1, 4)):
        # Keras computes in float32.
        assert_same(ours(shape), theirs(shape), 1e-6)


@pytest.mark.parametrize("window", [None, "hann"], ids=str)
def test_fourier_filters_are_numpy_s_transform_of_each_piece(window):
    signal = np.random.default_rng(0).normal(size=16)
    real, imag = (initializers.STFT(s, window, None)((16, 2, 9))[:, 1] for s in ("real", "imag"))
    weights = 1.0 if window is None else np.hanning(16)
    expected = np.fft.rfft(signal * weights)
    np.testing.assert_allclose(signal @ real + 1j * (signal @ imag), expected, atol=1e-5)


@pytest.mark.rows(4)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize(("name", "arguments"), NORMALS, ids=label)
def test_normal_numbers_are_keras_s_but_for_the_last_places(name, arguments, shape):
    for seed in SEEDS:
        ours, theirs = both(name, {**arguments, "seed": seed})
        assert_same(ours(shape), theirs(shape), NORMAL["float32"])


@pytest.mark.rows(28)
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize(("name", "arguments"), [*EXACT, *NORMALS], ids=label)
def test_numbers_of_16_bits_are_keras_s(name, arguments, dtype):
    ours, theirs = both(name, seeded(name, arguments, 7))
    tolerance = NORMAL[dtype] if (name, arguments) in NORMALS else 0.0
    assert_same(ours((20, 30), dtype), theirs((20, 30), dtype), tolerance)


@pytest.mark.rows(3)
@pytest.mark.parametrize("shape", [(5, 8), (8, 5), (6, 6), (3, 3, 4, 9), (2, 7), (1, 1)], ids=str)
@pytest.mark.parametrize("gain", [1.0, 1.5])
def test_orthogonal_matrices_are_keras_s(gain, shape):
    for seed in SEEDS:
        ours, theirs = both("Orthogonal", {"gain": gain, "seed": seed})
        assert_same(ours(shape), theirs(shape), ORTHOGONAL)


@pytest.mark.parametrize("shape", [(3, 3), (2, 3), (3, 2)], ids=str)
@pytest.mark.parametrize("gain", [1.0, 2.5])
def test_identity_is_keras_s(gain, shape):
    ours, theirs = both("Identity", {"gain": gain})
    for dtype in (None, "float16"):
        assert_same(ours(shape, dtype), theirs(shape, dtype))


@pytest.mark.parametrize("name", ["Zeros", "Ones", "Constant"])
@pytest.mark.parametrize("dtype", ["int32", "uint8", "bool"])
def test_constants_of_other_dtypes_are_keras_s(name, dtype):
    ours, theirs = both(name, {})
    assert_same(ours((2, 3), dtype), theirs((2, 3), dtype))


@pytest.mark.parametrize("value", [[1, 2, 3], np.arange(3.0), [[1], [2]], True], ids=repr)
def test_constant_broadcasts_as_keras_s_does(value):
    ours, theirs = both("Constant", {"value": value})
    assert_same(ours((2, 3)), theirs((2, 3)))


@pytest.mark.rows(6)
@pytest.mark.parametrize("shape", [(3, 5, 7, 11), (3, 5, 7)], ids=str)
@pytest.mark.parametrize(
    "axes",
    [
        {"input_axes": (0,), "output_axes": (1,)},
        {"input_axes": [1, 2], "output_axes": [-1]},
        {"input_axes": (0,)},
        {"output_axes": (0,)},
    ],
    ids=label,
)
@pytest.mark.parametrize("name", ["GlorotUniform", "HeUniform", "LecunUniform"])
def test_axes_of_inputs_and_outputs_are_counted_as_keras_s(name, axes, shape):
    ours, theirs = both(name, {"seed": 7, **axes})
    assert_same(ours(shape), theirs(shape))


@pytest.mark.parametrize(
    ("name", "arguments"), [*EXACT, *NORMALS, *SEEDED[-2:], ("Identity", {})], ids=label
)
def test_configuration_makes_the_same_initializer_on_both_sides(name, arguments):
    ours, theirs = both(name, seeded(name, arguments, 7))
    config, expected = serialize(ours), keras.saving.serialize_keras_object(theirs)
    if name == "Identity":
        # Keras leaves out the gain, and so loses it.
        assert config["config"].pop("gain") == 1.0
    assert config == expected
    assert_same(deserialize(expected)((4, 4)), ours((4, 4)))
    back = keras.saving.deserialize_keras_object(serialize(ours))
    assert np.array_equal(back((4, 4)), theirs((4, 4)))


def test_identity_keeps_its_gain():
    assert deserialize(serialize(initializers.Identity(2.5))).gain == 2.5


@pytest.mark.parametrize(("name", "arguments"), SEEDED, ids=label)
def test_seed_not_given_is_not_recorded_but_drawn_as_keras_draws_it(name, arguments):
    random.seed(7)
    ours = getattr(initializers, name)(**arguments)
    random.seed(7)
    theirs = getattr(keras.initializers, name)(**arguments)
    assert ours.seed == theirs.seed
    assert ours.get_config()["seed"] is None
    assert np.array_equal(ours((3, 4)), ours((3, 4)))


def test_set_random_seed_gives_keras_s_kernels():
    names = ["GlorotUniform", "HeUniform", "RandomUniform", "LecunUniform"]
    random.seed(7)
    ours = [getattr(initializers, name)()((3, 4)) for name in names]
    keras.utils.set_random_seed(7)
    theirs = [getattr(keras.initializers, name)()((3, 4)) for name in names]
    assert np.array_equal(ours, theirs)


def test_clone_has_the_given_seed_or_draws_another():
    given, drawn = initializers.HeNormal(seed=7), initializers.HeNormal()
    assert given.clone().seed == 7
    assert drawn.clone().seed != drawn.seed


def test_seed_generator_gives_new_numbers_and_keras_s():
    ours = initializers.GlorotUniform(seed=SeedGenerator(7))
    theirs = keras.initializers.GlorotUniform(seed=keras.random.SeedGenerator(7))
    for _ in range(3):
        assert_same(ours((4, 5)), theirs((4, 5)))


def test_seed_generator_is_part_of_the_configuration():
    initializer = initializers.RandomNormal(seed=SeedGenerator(7))
    config = serialize(initializer)
    assert config["config"]["seed"]["class_name"] == "SeedGenerator"
    assert np.array_equal(deserialize(config)((3, 4)), initializer((3, 4)))


@pytest.mark.parametrize("name", ["GlorotUniform", "TruncatedNormal", "RandomNormal"])
def test_numbers_drawn_in_a_trace_are_the_same(name):
    make = getattr(initializers, name)
    generator = SeedGenerator(7)

    def draw(state):
        generator.state.assign(state)
        return make(seed=generator)((4, 5))

    state = jnp.asarray(generator.state.value)
    expected = make(seed=7)((4, 5))
    drawn = jax.jit(draw)(state)
    generator.state.assign(state)
    np.testing.assert_allclose(drawn, expected, rtol=NORMAL["float32"])


def test_large_seeds_count_modulo_32_bits():
    ours = initializers.RandomUniform(seed=2**32 + 5)((3,))
    assert np.array_equal(ours, initializers.RandomUniform(seed=5)((3,)))
    assert initializers.RandomUniform(seed=-1)((3,)).shape == (3,)


def test_nothing_is_compiled(caplog):
    with jax.log_compiles():
        for size in range(50, 55):
            for name in ("GlorotUniform", "HeNormal", "Orthogonal", "Zeros", "Constant"):
                getattr(initializers, name)()((size, size + 1))
        assert "Compiling" not in caplog.text
        jnp.ones((56, 57)) + 1
        assert "Compiling" in caplog.text


ALIASES = [
    "constant",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "IdentityInitializer",
    "lecun_normal",
    "lecun_uniform",
    "normal",
    "one",
    "ones",
    "orthogonal",
    "OrthogonalInitializer",
    "random_normal",
    "random_uniform",
    "truncated_normal",
    "uniform",
    "variance_scaling",
    "zero",
    "zeros",
]


@pytest.mark.parametrize("alias", ALIASES)
def test_names_mean_what_they_mean_in_keras(alias):
    # Keras cannot make its Constant without a value.
    theirs = "Constant" if alias == "constant" else type(keras.initializers.get(alias)).__name__
    assert type(initializers.get(alias)).__name__ == theirs


def test_get_takes_what_can_be_called():
    assert isinstance(initializers.get(initializers.Zeros), initializers.Zeros)
    assert isinstance(initializers.get({"class_name": "Zeros", "config": {}}), initializers.Zeros)
    assert initializers.get(None) is None
    assert initializers.get(len) is len


BAD = [
    (lambda: initializers.get("glorot_unifrom"), "Unknown initializer.*glorot_uniform"),
    (lambda: initializers.get(3), "a name, a function.* got 3"),
    (lambda: initializers.VarianceScaling(scale=0), "VarianceScaling: `scale` must be above 0"),
    (lambda: initializers.VarianceScaling(mode="fan"), "`mode` must be one of .* got 'fan'"),
    (lambda: initializers.VarianceScaling(distribution="x"), "`distribution` must be .* got 'x'"),
    (lambda: initializers.HeNormal(seed=1.5), "HeNormal: `seed` must be an integer, .* got 1.5"),
    (lambda: initializers.HeNormal(seed="a"), "`seed` must be an integer, .* got 'a'"),
    (lambda: initializers.Zeros()((None, 2)), r"Zeros: a shape .* got \(None, 2\)"),
    (lambda: initializers.HeNormal()((-1, 2)), r"HeNormal: a shape .* got \(-1, 2\)"),
    (lambda: initializers.GlorotUniform()((2.5,)), r"GlorotUniform: a shape .* got \(2.5,\)"),
    (lambda: initializers.Ones()(3), "Ones: a shape .* got 3"),
    (lambda: initializers.Identity()((3,)), r"Identity: only a matrix .* got shape \(3,\)"),
    (lambda: initializers.Orthogonal()((9,)), r"at least two axes; got shape \(9,\)"),
    (lambda: initializers.Constant([1, 2])((3,)), r"shape \(2,\) does not broadcast .* \(3,\)"),
    (lambda: initializers.HeNormal()((2,), "int32"), "`dtype` must be one of .* got 'int32'"),
    (lambda: initializers.STFT("left"), "STFT: `side` must be .*'imag'.* got 'left'"),
    (lambda: initializers.STFT("real")((3, 4)), r"length of a piece.* got \(3, 4\)"),
    (lambda: initializers.STFT("real", "hat")((4, 1, 3)), "`scipy.signal.get_window` knows.*'hat'"),
    (lambda: initializers.STFT("real", [1.0])((4, 1, 3)), r"a piece is long, 4; .*\(1,\)"),
    (
        lambda: initializers.HeNormal(input_axes=(0,), output_axes=(2,))((3, 4)),
        r"`output_axes` \(2,\) must be axes of the weight; its shape is \(3, 4\)",
    ),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
