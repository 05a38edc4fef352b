"""Pickles: NumPy's own arrays come back, and whatever else one asks for is refused."""

import contextlib
import io
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ppul.datasets.unpickling import unpickle

# What NumPy wrote in its files over the years; its Python 2 form is in `python2_batch`.
PROTOCOLS = (3, 4)
INTEGER_LISTS = st.lists(st.lists(st.integers(-(2**70), 2**70), max_size=4), min_size=1, max_size=5)


def object_array(lists):
    return np.fromiter(lists, dtype=object, count=len(lists))


@given(INTEGER_LISTS, st.sampled_from(PROTOCOLS))
def test_arrays_of_lists_come_back(lists, protocol):
    array = object_array(lists)
    content = pickle.dumps(array, protocol)
    assert unpickle(io.BytesIO(content)).tolist() == pickle.loads(content).tolist()


@given(
    hnp.arrays(
        st.sampled_from(["u1", "i8", "<f4", ">i4", "f8", "bool"]),
        hnp.array_shapes(max_dims=3, max_side=4),
    ),
    st.booleans(),
    st.sampled_from(PROTOCOLS),
)
def test_plain_arrays_come_back(array, fortran, protocol):
    array = np.asfortranarray(array) if fortran else array
    read = unpickle(io.BytesIO(pickle.dumps(array, protocol)))
    assert read.dtype == array.dtype
    np.testing.assert_array_equal(read, array)


def test_what_python_2_wrote_comes_back(python2_batch):
    data = np.arange(6, dtype=np.uint8).reshape(2, 3)
    content = python2_batch(data, labels=[7, 300])
    theirs = pickle.loads(content, encoding="bytes")
    ours = unpickle(io.BytesIO(content))
    np.testing.assert_array_equal(ours["data"], theirs[b"data"])
    assert ours["labels"] == theirs[b"labels"]


CALLED = []


def call(*args):
    CALLED.append(args)


class Calls:
    def __reduce__(self):
        return call, ("executed",)


class Sets:
    """Asks for a function that is allowed and tries to change it."""

    def __reduce__(self):
        return np.empty(0).__reduce__()[0], (np.ndarray, (0,), b"b"), {"dtype": 1}


def array_with(state):
    """A pickle of an array with this state: what stands in it is not up to NumPy."""

    class Array:
        def __reduce__(self):
            return np.empty(0).__reduce__()[0], (np.ndarray, (0,), b"b"), state

    return pickle.dumps(Array(), 4)


HOSTILE = {
    "function": pickle.dumps(Calls(), 4),
    "function in a list in an array": pickle.dumps(object_array([[Calls()]]), 4),
    "function in a dict": pickle.dumps({"data": Calls()}, 4),
    "eval": b"cbuiltins\neval\n(S'1'\ntR.",
    "os.system": b"cposix\nsystem\n(S'true'\ntR.",
    "old instance opcode": b"(S'true'\niposix\nsystem\n.",
    "attribute of an allowed module": b"\x80\x04\x8c\x05numpy\x8c\x0dndarray.dumps\x93.",
    "numpy.load": b"cnumpy\nload\n(S'x'\ntR.",
    "copyreg": b"ccopyreg\n_reconstructor\n.",
    "extension": b"\x80\x02\x82\x01.",
    "persistent id": b"Pid\n.",
    "another array type": pickle.dumps(np.array(["text"]), 4),
    "structured type": pickle.dumps(np.zeros(1, dtype=[("a", "i4")]), 4),
    "strings": pickle.dumps(object_array(["text"]), 4),
    "floats": pickle.dumps(object_array([[1.5]]), 4),
    # NumPy itself would take such bytes for the addresses of objects.
    "addresses for objects": array_with((1, (1,), np.dtype("O"), False, b"\x01" * 8)),
    "too few bytes": array_with((1, (1000,), np.dtype("u1"), False, b"\x01")),
    "a shape that is none": array_with((1, ("x",), np.dtype("u1"), False, b"\x01")),
    "no type": array_with((1, (1,), None, False, b"\x01")),
    "no state": array_with(7),
    "attributes of an array": pickle.dumps(Sets(), 4),
    "attributes of a function": b"cnumpy\ndtype\n(N}S'_make'\nI1\nstb.",
    "attributes of a type": b"cnumpy\nndarray\n}S'x'\nI1\nsb.",
    "a type made": b"cnumpy\nndarray\n)\x81.",
    "cut off": pickle.dumps(object_array([[1, 2]]), 4)[:-9],
    "empty": b"",
    "text": b"<html>Not found</html>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_pickle_is_refused(name):
    with pytest.raises(ValueError, match=r"the pickle was refused \("):
        unpickle(io.BytesIO(HOSTILE[name]))
    assert CALLED == []


def test_the_message_names_what_was_asked_for():
    with pytest.raises(ValueError, match=r"asks for builtins\.eval; only NumPy arrays"):
        unpickle(io.BytesIO(HOSTILE["eval"]))


def test_a_refusal_changes_nothing_for_the_next():
    for content in HOSTILE.values():
        with pytest.raises(ValueError, match="refused"):
            unpickle(io.BytesIO(content))
    assert unpickle(io.BytesIO(pickle.dumps(object_array([[1]]), 4))).tolist() == [[1]]


@given(
    st.one_of(st.binary(max_size=60), st.none()),
    st.data(),
)
def test_broken_bytes_give_data_or_a_value_error(noise, data):
    content = bytearray(noise or pickle.dumps(object_array([[1, 2], [3]]), 4))
    if noise is None:
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    # To remember a value under a huge number costs memory, and shows nothing here.
    content = content.replace(pickle.LONG_BINPUT, pickle.BINPUT)
    with contextlib.suppress(ValueError):
        unpickle(io.BytesIO(bytes(content)))
