"""What stops old programs before they come to Keras, put right while they are run."""

import re
import sys
import types

import joblib
import matplotlib.pyplot as plt
import numpy as np
import pytest
import sklearn.datasets
import sklearn.ensemble
import sklearn.metrics
from sklearn.linear_model import LogisticRegression

from ppul.compat import california, labels, notes, numpy_names
from ppul.compat.figures import SavedFigures
from ppul.compat.importing import AfterImport
from ppul.compat.numpy_names import ROWS


@pytest.fixture(autouse=True)
def _nothing_said_yet(monkeypatch):
    monkeypatch.setattr(notes, "_said", set())


def users(code, **space):
    """Run code as that of a user's program."""
    exec(compile(code, "/home/user/program.py", "exec"), space)  # noqa: S102
    return space


# NumPy.


@pytest.fixture
def numpy(monkeypatch):
    monkeypatch.setattr(np, "__getattr__", vars(np)["__getattr__"])
    numpy_names.put_right(np)
    return np


@pytest.mark.parametrize("name", ROWS)
def test_names_that_numpy_dropped_are_there(numpy, name):
    assert users(f"x = np.{name}", np=numpy)["x"] is not None


@pytest.mark.filterwarnings("ignore:In the future")
def test_they_are_what_numpy_advises():
    advised = {}
    for name in ROWS:
        try:
            getattr(np, name)
        except AttributeError as error:
            advised[name] = re.search(r"[Uu]se `(\S+)`", str(error))
    known = {name: advice[1] for name, advice in advised.items() if advice}
    assert len(known) > 10
    assert {name: ROWS[name][1] for name in known} == known


def test_they_are_said_once_with_the_line(numpy, capsys):
    users("a = np.zeros(2, np.int)\nb = [np.int, np.float]\n", np=numpy)
    said = capsys.readouterr().err.splitlines()
    assert said == [
        "ppul run: program.py:1: np.int is gone from NumPy; int is taken for it",
        "ppul run: program.py:2: np.float is gone from NumPy; float is taken for it",
    ]


def test_libraries_see_numpy_as_it_is(numpy, capsys):
    code = compile("found = hasattr(np, 'int')", np.__file__, "exec")
    space = {"np": numpy}
    exec(code, space)  # noqa: S102
    assert not space["found"]
    with pytest.raises(AttributeError, match="nothing_like_it"):
        users("np.nothing_like_it", np=numpy)
    assert capsys.readouterr().err == ""


# California housing.


@pytest.fixture
def scikit(tmp_path, monkeypatch):
    """scikit-learn with a copy of its own of a few districts, and ppul's file of the same."""
    raw = np.random.default_rng(0).uniform(1, 5, size=(20, 9))
    raw[:, 0] *= 100_000  # dollars
    home, folder = tmp_path / "home", tmp_path / "data"
    home.mkdir()
    folder.mkdir()
    joblib.dump(raw, home / "cal_housing_py3.pkz")
    fetch = sklearn.datasets.fetch_california_housing
    data, target = fetch(data_home=home, return_X_y=True)
    np.savez(folder / "california_housing.npz", x=data, y=target)
    monkeypatch.setenv("PPUL_DATA_DIR", str(folder))
    monkeypatch.setattr(sklearn.datasets, "fetch_california_housing", fetch)
    california.put_right(sklearn.datasets)
    return types.SimpleNamespace(own=fetch, home=home, nothing=tmp_path / "nothing", file=folder)


def test_the_bunch_is_that_of_scikit_learn(scikit, capsys):
    own = scikit.own(data_home=scikit.home)
    found = sklearn.datasets.fetch_california_housing(data_home=scikit.nothing)
    assert type(found) is type(own)
    assert list(found) == list(own)
    np.testing.assert_array_equal(found.data, own.data)
    np.testing.assert_array_equal(found.target, own.target)
    assert found.data.dtype == own.data.dtype
    assert (found.feature_names, found.target_names) == (own.feature_names, own.target_names)
    assert (found.DESCR, found.frame) == (own.DESCR, own.frame)
    assert "fetch_california_housing takes" in capsys.readouterr().err


def test_frames_are_those_of_scikit_learn(scikit):
    own = scikit.own(data_home=scikit.home, as_frame=True)
    fetch = sklearn.datasets.fetch_california_housing
    found = fetch(data_home=scikit.nothing, as_frame=True)
    assert found.frame.equals(own.frame)
    assert found.data.equals(own.data)
    assert found.target.equals(own.target)
    x, y = fetch(data_home=scikit.nothing, return_X_y=True)
    np.testing.assert_array_equal(x, own.data)
    np.testing.assert_array_equal(y, own.target)


def test_scikit_learns_own_copy_comes_first(scikit, capsys):
    found = sklearn.datasets.fetch_california_housing(data_home=scikit.home)
    assert len(found.data) == 20
    assert capsys.readouterr().err == ""


def test_without_any_file_scikit_learn_is_asked(scikit, monkeypatch, tmp_path):
    monkeypatch.setenv("PPUL_DATA_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "elsewhere"))
    with pytest.raises(OSError, match="download_if_missing"):
        sklearn.datasets.fetch_california_housing(
            data_home=scikit.nothing, download_if_missing=False
        )


def test_values_in_dollars_become_those_of_scikit_learn(scikit):
    own = scikit.own(data_home=scikit.home)
    np.savez(scikit.file / "california_housing.npz", x=own.data, y=own.target * 100_000)
    found = sklearn.datasets.fetch_california_housing(data_home=scikit.nothing)
    np.testing.assert_allclose(found.target, own.target, rtol=1e-12)


# Figures.


@pytest.fixture
def pyplot(tmp_path, monkeypatch):
    monkeypatch.setattr(plt, "show", plt.show)
    SavedFigures(tmp_path / "program.py").put_right(plt)
    yield plt
    plt.close("all")


def test_figures_are_saved_beside_the_program(pyplot, tmp_path, capsys):
    users("plt.plot([1, 2])\nplt.show()\nplt.show()", plt=pyplot)
    users("plt.figure()\nplt.figure()\nplt.show()", plt=pyplot)
    folder = tmp_path / "program.figures"
    assert sorted(file.name for file in folder.iterdir()) == ["001.png", "002.png", "003.png"]
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in folder.iterdir())
    assert pyplot.get_fignums() == []
    said = capsys.readouterr().err.splitlines()
    assert said[0] == f"ppul run: program.py:2: no display; figure saved as '{folder / '001.png'}'"
    assert len(said) == 3


def test_where_there_is_a_display_it_shows(monkeypatch, tmp_path):
    shown = []
    window = types.SimpleNamespace(get_backend=lambda: "TkAgg", show=lambda: shown.append(True))
    SavedFigures(tmp_path / "program.py").put_right(window)
    window.show()
    assert shown == [True]


# One-hot labels.

CLASSES = np.arange(30) % 3
INPUTS = np.random.default_rng(0).normal(size=(30, 4)) + CLASSES[:, None]


@pytest.fixture
def scikit_labels(monkeypatch):
    voting = sklearn.ensemble.VotingClassifier
    monkeypatch.setattr(voting, "fit", voting.fit)
    for name in labels.METRICS:
        monkeypatch.setattr(sklearn.metrics, name, getattr(sklearn.metrics, name))
    labels.put_ensembles_right(sklearn.ensemble)
    labels.put_metrics_right(sklearn.metrics)


def test_one_hot_labels_are_class_numbers_to_an_ensemble(scikit_labels, capsys):
    members = [("a", LogisticRegression()), ("b", LogisticRegression(C=0.1))]
    make = sklearn.ensemble.VotingClassifier
    numbers = make(members, voting="soft").fit(INPUTS, CLASSES)
    assert capsys.readouterr().err == ""
    one_hot = make(members, voting="soft").fit(INPUTS, np.eye(3)[CLASSES])
    assert "VotingClassifier.fit is given class numbers" in capsys.readouterr().err
    np.testing.assert_array_equal(one_hot.predict_proba(INPUTS), numbers.predict_proba(INPUTS))


def test_one_hot_labels_can_be_compared_with_numbers(scikit_labels):
    predicted = np.roll(CLASSES, 1)
    expected = sklearn.metrics.confusion_matrix(CLASSES, predicted)
    found = sklearn.metrics.confusion_matrix(np.eye(3)[CLASSES], predicted)
    np.testing.assert_array_equal(found, expected)
    assert sklearn.metrics.accuracy_score(predicted, np.eye(3)[predicted]) == 1.0


def test_several_labels_a_sample_stay_as_they_are(scikit_labels, capsys):
    several = np.array([[1, 1, 0], [0, 0, 1]])
    assert sklearn.metrics.accuracy_score(several, several) == 1.0
    with pytest.raises(ValueError, match="mix"):
        sklearn.metrics.accuracy_score([0, 1], several)
    both = np.eye(3, dtype=int)
    assert sklearn.metrics.f1_score(both, both, average="macro") == 1.0
    assert capsys.readouterr().err == ""


# How they are reached.


def test_modules_are_changed_when_they_are_imported(tmp_path, monkeypatch):
    (tmp_path / "changed_later.py").write_text("value = 1")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    changes = {"changed_later": lambda module: setattr(module, "value", 2)}
    AfterImport(changes).start()
    assert users("import changed_later")["changed_later"].value == 2
    AfterImport({"changed_later": lambda module: setattr(module, "value", 3)}).start()
    assert sys.modules.pop("changed_later").value == 3
