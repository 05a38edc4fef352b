"""What ops take for a tensor, which dtypes they answer in, and what they say of the rest."""

import itertools

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

import ppul
from ppul import ops
from ppul.core.symbolic import KerasTensor
from tests.ops import rows_elementwise

DTYPES = ["bool", "uint8", "int8", "int32", "float16", "bfloat16", "float32"]
# Here Keras takes a Python number for a float32, also beside an array of halves.
FLOAT32_NUMBERS = {"arctan2", "logaddexp", "logaddexp2"}
UNARY = sorted({row.name for row in rows_elementwise.UNARY if len(row.args) == 1})
BINARY = sorted({row.name for row in rows_elementwise.BINARY if len(row.args) == 2})


def dtype_of(function, *dtypes):
    """The dtype of a result; a word for an error."""
    structs = [jax.ShapeDtypeStruct((2, 2), dtype) for dtype in dtypes if isinstance(dtype, str)]

    def called(*arrays):
        given = iter(arrays)
        return function(*(next(given) if isinstance(d, str) else d for d in dtypes))

    try:
        return str(jax.eval_shape(called, *structs).dtype)
    except (TypeError, ValueError):
        return "an error"


@pytest.mark.parametrize("name", UNARY)
def test_dtypes_of_one_argument_are_keras_s(name):
    for dtype in [*DTYPES, 2, 2.5]:
        ours, theirs = (dtype_of(getattr(lib.ops, name), dtype) for lib in (ppul, keras))
        assert theirs in (ours, "an error"), dtype


@pytest.mark.rows(10)
@pytest.mark.parametrize("name", BINARY)
def test_dtypes_of_two_arguments_are_keras_s(name):
    for pair in itertools.product(
        ["bool", "int8", "int32", "bfloat16", "float32", 2, 2.5], repeat=2
    ):
        if name in FLOAT32_NUMBERS and 2.5 in pair:
            continue
        ours, theirs = (dtype_of(getattr(lib.ops, name), *pair) for lib in (ppul, keras))
        assert theirs in (ours, "an error"), pair


def test_lists_numbers_variables_and_numpy_arrays_are_tensors():
    expected = [[2.0, 4.0]]
    for x in ([[1, 3]], np.array([[1, 3]]), ppul.Variable([[1.0, 3.0]]), ((1.0, 3.0),)):
        np.testing.assert_array_equal(ops.add(x, 1), expected)
        np.testing.assert_array_equal(ops.add(1, x2=x), expected)
    assert ops.concatenate([ppul.Variable([1.0]), [2.0]]).tolist() == [1, 2]
    assert ops.add(np.float64(1), np.ones(2)).dtype == "float32"
    assert ops.sum(axis=[0, 1], x=[[1, 2]]).item() == 3


def test_loops_take_variables():
    assert ops.fori_loop(0, 3, lambda i, x: x + i, ppul.Variable(1.0)).item() == 4
    assert ops.map(lambda x: x["a"] + 1, {"a": ppul.Variable([1.0, 2.0])}).tolist() == [2, 3]


@pytest.mark.parametrize(
    "name", ["zeros", "ones", "empty", "eye", "identity", "tri", "hanning", "full", "one_hot"]
)
def test_what_is_made_without_a_dtype_is_of_floatx(name):
    arguments = {"full": ((2,), 7), "one_hot": ([0, 1], 2)}.get(name, (2,))
    ppul.config.set_floatx("float16")
    try:
        assert getattr(ops, name)(*arguments).dtype == "float16"
        assert ops.arange(2.0).dtype == "float16"
        assert ops.arange(2).dtype == "int32"
    finally:
        ppul.config.set_floatx("float32")


@pytest.mark.parametrize("x", [[1, 2], [1.5], True, 2, 2.5, np.zeros(2), np.arange(3)])
def test_tensors_of_python_values_have_keras_s_dtypes(x):
    ours, theirs = (lib.ops.convert_to_tensor(x) for lib in (ppul, keras))
    assert ours.dtype == theirs.dtype
    assert ours.weak_type == theirs.weak_type
    assert ops.array(x).dtype == theirs.dtype


def test_conversion_keeps_what_is_a_tensor():
    symbolic = KerasTensor((None, 2))
    assert ops.convert_to_tensor(symbolic) is symbolic
    array = jnp.ones(2)
    assert ops.convert_to_tensor(array) is array
    assert ops.convert_to_tensor(ppul.Variable([1.0])).tolist() == [1]
    assert type(ops.convert_to_numpy(ppul.Variable([1.0]))) is np.ndarray
    assert ops.convert_to_numpy([1.5]).tolist() == [1.5]


def test_a_tensor_is_an_array_of_jax():
    found = [ops.is_tensor(x) for x in (jnp.ones(2), np.ones(2), KerasTensor((2,)), [1.0])]
    assert found == [keras.ops.is_tensor(x) for x in (jnp.ones(2), np.ones(2), None, [1.0])]


def test_shape_rank_and_dtype_are_known_of_everything():
    for x in (np.ones((2, 3)), jnp.ones((2, 3)), [[1, 2, 3]] * 2, ppul.Variable(np.ones((2, 3)))):
        assert (ops.shape(x), ops.ndim(x), ops.size(x)) == ((2, 3), 2, 6)
    assert ops.shape(KerasTensor((None, 3))) == keras.ops.shape(keras.KerasTensor((None, 3)))
    assert ops.ndim(KerasTensor((None, 3))) == 2
    assert [ops.dtype(x) for x in (jnp.ones(2), KerasTensor((2,), "int8"))] == ["float32", "int8"]


SPARSE = {
    "one_hot": ([0, 2, 1], {"num_classes": 4}),
    "multi_hot": ([[0, 2], [1, 1]], {"num_classes": 4, "dtype": "int32"}),
    "bincount": ([1, 2, 2], {"minlength": 5}),
}


@pytest.mark.thorough
@pytest.mark.rows(1)
@pytest.mark.parametrize("name", SPARSE)
def test_sparse_results_hold_what_dense_ones_do(name):
    numbers, kwargs = SPARSE[name]
    sparse = getattr(ops, name)(numbers, **kwargs, sparse=True)
    dense = getattr(keras.ops, name)(jnp.asarray(numbers), **kwargs)
    assert ops.is_tensor(sparse)
    assert not isinstance(sparse, jax.Array)
    np.testing.assert_array_equal(ops.convert_to_numpy(sparse), dense)
    np.testing.assert_array_equal(ops.convert_to_tensor(sparse, sparse=False), dense)
    assert ops.convert_to_tensor(sparse, "float16").dtype == "float16"


def test_sizes_that_data_decide_are_unknown_to_symbolic_tensors():
    x = KerasTensor((4, 3), "int32")
    assert [part.shape for part in ops.nonzero(x)] == [(None,), (None,)]
    assert ops.unique(x).shape == (None,)
    assert ops.unique(x, size=2).shape == (2,)
    assert ops.bincount(KerasTensor((4,), "int32")).shape == (None,)
    assert ops.segment_sum(KerasTensor((4, 2)), KerasTensor((4,), "int32")).shape == (None, 2)
    # What comes after them has unknown sizes too.
    assert ops.take(KerasTensor((9, 2)), ops.nonzero(x)[0], axis=0).shape == (None, 2)


ERRORS = [
    ("add", ("one", 1), TypeError, ["array", "'one'"]),
    ("matmul", (np.ones((2, 3)), np.ones((2, 3))), TypeError, ["matmul", "float32[2, 3]"]),
    ("concatenate", ([np.ones((2, 3)), np.ones((3, 4))],), TypeError, ["[2, 3]", "[3, 4]"]),
    ("reshape", (np.ones(5), (2, 2)), TypeError, ["reshape", "(2, 2)"]),
    ("squeeze", (np.ones((2, 3)), 0), ValueError, ["squeeze", "[2, 3]"]),
    ("split", (np.ones(5), 2), ValueError, ["split", "[5]"]),
    ("pad", (np.ones(2), 1, "reflect", 3), ValueError, ["constant_values", "'reflect'"]),
    ("unstack", (np.ones((2, 3)), 3), ValueError, ["2 parts", "3"]),
    ("rearrange", (np.ones((2, 3)), "a b -> a"), ValueError, ["pattern", "'a b -> a'"]),
    ("rearrange", (np.ones((2, 3)), "a a -> a a"), ValueError, ["pattern", "'a a -> a a'"]),
    ("rearrange", (np.ones((2, 3)), "a -> a"), ValueError, ["2 axes", "'a -> a'"]),
    ("rearrange", (np.ones((2, 3)), "a (b c) -> a b c"), ValueError, ["size 3", "['b', 'c']"]),
    ("where", (np.ones(2), 1), ValueError, ["x1", "x2"]),
    ("searchsorted", (np.ones((2, 2)), 1), ValueError, ["vector", "(2, 2)"]),
    ("searchsorted", (np.ones(2), 1, "middle"), ValueError, ["side", "'middle'"]),
    ("top_k", (np.ones(3), 5), ValueError, ["k=5", "3"]),
    ("scatter_update", (np.ones(3), [[0]], [1.0], "plus"), ValueError, ["reduction", "'plus'"]),
    ("segment_sum", (np.ones((2, 2)), np.ones((2, 2), int), 2), ValueError, ["vector", "(2, 2)"]),
    ("multi_hot", ([0, 1],), ValueError, ["num_classes"]),
    ("histogram", ([1.0], 2.5), TypeError, ["bins", "2.5"]),
    ("histogram", ([1.0], 3, (2, 1)), ValueError, ["range", "(2, 1)"]),
    ("convert_to_tensor", ([1.0], None, None, True), ValueError, ["ragged"]),
    ("view_as_complex", (np.ones((2, 3)),), ValueError, ["size 2", "(2, 3)"]),
    ("fft", ((np.ones(2), np.ones(3)),), ValueError, ["real", "(2,)", "(3,)"]),
    ("fft", (np.ones(2),), ValueError, ["real", "imaginary"]),
    ("fft", ((np.ones(2, int), np.ones(2)),), ValueError, ["floats", "int32"]),
    ("stft", (np.ones(16), 9, 2, 8), ValueError, ["fft_length", "9", "8"]),
    ("stft", (np.ones(16), 4, 2, 8, "sine"), ValueError, ["window", "'sine'", "'hann'"]),
    ("stft", (np.ones(16), 4, 2, 8, np.ones(3)), ValueError, ["window", "4", "(3,)"]),
    ("stft", (np.ones(16, int), 4, 2, 8), TypeError, ["floats", "int32"]),
    ("extract_sequences", (np.ones(9), 0, 1), ValueError, ["sequence_length", "0"]),
    ("cholesky", (np.ones((2, 3)),), ValueError, ["square", "(2, 3)"]),
    ("inv", (np.ones(3),), ValueError, ["matrices", "(3,)"]),
    ("qr", (np.ones((2, 2)), "raw"), ValueError, ["mode", "'raw'"]),
    ("norm", (np.ones((2, 2)), "sum"), ValueError, ["sum"]),
    ("normalize", (np.ones(2), -1, 0), ValueError, ["order", "0"]),
    ("cdist", (np.ones((2, 3)), np.ones((2, 4))), ValueError, ["(2, 3)", "(2, 4)"]),
    ("scan", (lambda c, x: (c, x), 0, np.ones(2), None, False, 0), ValueError, ["unroll", "0"]),
    ("vectorize", (3,), ValueError, ["function", "3"]),
    (
        "batch_normalization",
        (np.ones((2, 3)), np.ones(2), np.ones(3), -1),
        ValueError,
        ["mean", "3"],
    ),
    ("dot_product_attention", [np.ones((2, 3))] * 3, ValueError, ["(2, 3)", "heads"]),
    ("binary_crossentropy", (np.ones(2), np.ones(3)), ValueError, ["(2,)", "(3,)"]),
    ("categorical_crossentropy", (1.0, 1.0), ValueError, ["classes", "scalars"]),
    ("sparse_categorical_crossentropy", ([0, 1], np.ones((3, 4))), ValueError, ["(2,)", "(3, 4)"]),
    ("psnr", (np.ones(2), np.ones(3), 1), ValueError, ["(2,)", "(3,)"]),
    ("depth_to_space", (np.ones((1, 2, 2, 3)), 2), ValueError, ["3 channels", "4"]),
    ("depth_to_space", (np.ones((2, 2, 4)), 2), ValueError, ["pictures", "(2, 2, 4)"]),
    ("space_to_depth", (np.ones((1, 3, 4, 1)), 2), ValueError, ["3 x 4", "2 x 2"]),
    ("unfold", (np.ones((1, 1, 2, 2)), 3), ValueError, ["(3, 3)", "(2, 2)"]),
    ("unfold", (np.ones((2, 2)), 2), ValueError, ["unfold", "(2, 2)"]),
    ("fold", (np.ones((1, 5, 9)), 4, 2), ValueError, ["channels * 4", "(1, 5, 9)"]),
    ("ctc_loss", ([1], np.ones((2, 2)), [1], [1]), ValueError, ["(1,)", "(2, 2)"]),
    ("ctc_decode", (np.ones((1, 2, 2)), [2], "best"), ValueError, ["strategy", "'best'"]),
    ("image.resize", (np.ones((2, 3)), (2, 2)), ValueError, ["3 axes", "(2, 3)"]),
    ("image.resize", (np.ones((2, 3, 1)), (2, 2), "area"), ValueError, ["'area'", "'bilinear'"]),
    ("image.resize", (np.ones((2, 3, 1)), (2,)), ValueError, ["size", "2 integers"]),
    ("image.crop_images", (np.ones((4, 4, 1)), 1), ValueError, ["top_cropping", "two of"]),
    ("image.crop_images", (np.ones((4, 4, 1)), 3, 0, 3, 0), ValueError, ["target_height", "-2"]),
    ("image.pad_images", (np.ones((4, 4, 1)), 3, 0, None, 0, 5), ValueError, ["bottom", "-2"]),
    ("image.rgb_to_hsv", (np.ones((4, 4, 2)),), ValueError, ["three channels", "2"]),
    ("image.rgb_to_hsv", (np.ones((4, 4, 3), int),), ValueError, ["floats", "int32"]),
    ("image.ssim", (np.ones((4, 4, 3)), np.ones((4, 5, 3))), ValueError, ["(4, 5, 3)"]),
    ("image.affine_transform", (np.ones((4, 4, 3)), np.ones(7)), ValueError, ["eight", "(7,)"]),
    ("image.map_coordinates", (np.ones((4, 4)), np.ones((3, 5)), 1), ValueError, ["(2, ...)"]),
    ("image.map_coordinates", (np.ones(4), np.ones((1, 2)), 3), ValueError, ["order", "3"]),
    (
        "image.perspective_transform",
        (np.ones((4, 4, 3)), np.ones((3, 2)), np.ones((4, 2))),
        ValueError,
        ["start_points", "(3, 2)"],
    ),
]


@pytest.mark.rows(36)
@pytest.mark.parametrize(
    ("name", "args", "error", "words"), ERRORS, ids=[f"{n}-{w[0]}" for n, _, _, w in ERRORS]
)
def test_an_error_says_what_was_given_and_what_may_be(name, args, error, words):
    namespace, _, own = f"ops.{name}".rpartition(".")
    function = getattr(ops.image if namespace == "ops.image" else ops, own)
    with pytest.raises(error) as caught:
        function(*args)
    text = "\n".join([str(caught.value), *getattr(caught.value, "__notes__", [])])
    assert all(word in text for word in words)


def test_an_error_inside_a_model_names_the_op_too():
    x = ppul.Input((3,))
    with pytest.raises(TypeError) as caught:
        ops.matmul(x, np.ones((4, 2)))
    assert any("ops.matmul" in note for note in caught.value.__notes__)
