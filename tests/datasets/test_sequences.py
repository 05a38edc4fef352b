"""IMDB and Reuters beside Keras's loaders: the same texts for the same arguments."""

import inspect
import json

import numpy as np
import pytest

from ppul.datasets import imdb, reuters


def texts(generator, count):
    lists = [
        generator.integers(1, 30, length).tolist() for length in generator.integers(1, 9, count)
    ]
    return np.fromiter(lists, dtype=object, count=count)


@pytest.fixture
def loaders(home, keras_dataset):
    """Return both sides' modules by name, with the files both read."""
    generator = np.random.default_rng(0)
    np.savez(
        home / "datasets" / "imdb.npz",
        x_train=texts(generator, 12),
        y_train=np.arange(12),
        x_test=texts(generator, 9),
        y_test=np.arange(9),
    )
    np.savez(home / "datasets" / "reuters.npz", x=texts(generator, 23), y=np.arange(23))
    return {
        "imdb": (imdb, keras_dataset("imdb")),
        "reuters": (reuters, keras_dataset("reuters")),
    }


@pytest.mark.parametrize("name", ["imdb", "reuters"])
@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"num_words": 15},
        {"num_words": 0},
        {"skip_top": 8},
        {"num_words": 15, "skip_top": 8},
        {"num_words": 15, "oov_char": None},
        {"num_words": 15, "oov_char": 0},
        {"maxlen": 6},
        {"maxlen": 0},
        {"maxlen": 6, "num_words": 20, "start_char": None},
        {"seed": 1},
        {"start_char": None},
        {"start_char": 0},
        {"start_char": None, "index_from": None},
        {"start_char": None, "index_from": 0},
        {"index_from": 10},
    ],
    ids=str,
)
def test_texts_are_keras_s(loaders, assert_same, offline, name, arguments):
    ours, theirs = loaders[name]
    assert_same(ours.load_data(**arguments), theirs.load_data(**arguments))


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_reuters_is_split_as_keras_does(loaders, assert_same, offline, share):
    ours, theirs = loaders["reuters"]
    assert_same(ours.load_data(test_split=share), theirs.load_data(test_split=share))


@pytest.mark.parametrize("name", ["imdb", "reuters"])
@pytest.mark.parametrize("function", ["load_data", "get_word_index"])
def test_signatures_are_keras_s(loaders, name, function):
    ours, theirs = (
        [(p.name, p.default, p.kind) for p in inspect.signature(f).parameters.values()]
        for f in (getattr(module, function) for module in loaders[name])
    )
    assert ours == theirs


@pytest.mark.parametrize("name", ["imdb", "reuters"])
def test_a_maxlen_that_leaves_nothing_is_an_error_as_in_keras(loaders, offline, name):
    ours, theirs = loaders[name]
    with pytest.raises(ValueError, match=rf"{name}\.load_data: no text has fewer than `maxlen`=1"):
        ours.load_data(maxlen=1)
    with pytest.raises(ValueError):  # noqa: PT011 - only the type is Keras's
        theirs.load_data(maxlen=1)


def test_unknown_arguments_are_refused(home, offline):
    with pytest.raises(TypeError, match=r"imdb\.load_data got unknown arguments nb_words"):
        imdb.load_data(nb_words=10)


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_out_of_range_is_refused(home, offline, share):
    with pytest.raises(ValueError, match=r"reuters\.load_data: `test_split` must be"):
        reuters.load_data(test_split=share)


@pytest.mark.parametrize("module", [imdb, reuters])
def test_word_numbers_are_those_of_the_file(home, keras_dataset, offline, module):
    name = module.__name__.rpartition(".")[2]
    path = home / "datasets" / f"{name}_word_index.json"
    path.write_text(json.dumps({"the": 1, "é": 2}), encoding="utf-8")
    assert module.get_word_index() == keras_dataset(name).get_word_index() == {"the": 1, "é": 2}
    path.write_text("[1]")
    with pytest.raises(ValueError, match=r"expected a JSON object of words and numbers: .* a list"):
        module.get_word_index()
    path.write_text("<html>")
    with pytest.raises(ValueError, match="expected a JSON object of words and numbers"):
        module.get_word_index()


def test_topics_are_keras_s(keras_dataset):
    assert reuters.get_label_names() == keras_dataset("reuters").get_label_names()
    assert reuters.get_label_names() == reuters.CLASS_NAMES


class Calls:
    def __reduce__(self):
        return print, ("executed",)


def test_a_hostile_file_is_refused_and_kept(home, offline, capsys):
    path = home / "datasets" / "reuters.npz"
    np.savez(path, x=np.array([Calls()], dtype=object), y=np.arange(1))
    with pytest.raises(ValueError, match=r"reuters\.npz could not be read; .*builtins\.print"):
        reuters.load_data()
    assert "executed" not in capsys.readouterr().out
    assert path.exists()
