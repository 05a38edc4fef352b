"""The wrappers of older Keras in scikit-learn: with their own semantics."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.ensemble import VotingClassifier
from sklearn.model_selection import RandomizedSearchCV

import ppul
from ppul import layers
from ppul.compat.scikit_learn import KerasClassifier, KerasRegressor

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 4)).astype("float32")
LABELS = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0.5)
TARGETS = X[:, 0] * 2 - X[:, 1]


def classes(units: int = 6) -> Any:
    model = ppul.Sequential()
    model.add(layers.Dense(units, activation="relu", input_shape=(4,)))
    model.add(layers.Dense(3, activation="softmax"))
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return model


def line(rate: float = 0.05, n_hidden: int = 0) -> Any:
    model = ppul.Sequential([ppul.Input((4,))])
    for _ in range(n_hidden):
        model.add(layers.Dense(5, activation="relu"))
    model.add(layers.Dense(1))
    model.compile(ppul.optimizers.SGD(rate), "mse")
    return model


def test_parameters_of_the_function_and_of_fit_are_mixed() -> None:
    estimator = KerasClassifier(build_fn=classes, units=3, epochs=2, batch_size=20, verbose=0)
    history = estimator.fit(X, LABELS)
    assert history.params["epochs"] == 2
    assert estimator.model.layers[0].units == 3
    expected = estimator.model.predict(X, batch_size=20, verbose=0)
    np.testing.assert_array_equal(estimator.predict_proba(X), expected)
    np.testing.assert_array_equal(estimator.predict(X), expected.argmax(1))
    accuracy = (expected.argmax(1) == LABELS).mean()
    assert estimator.score(X, LABELS, verbose=0) == pytest.approx(accuracy)


@pytest.mark.parametrize("labels", [LABELS, np.array(["a", "b", "c"])[LABELS], np.eye(3)[LABELS]])
def test_labels_are_given_back(labels: Any) -> None:
    estimator = KerasClassifier(classes, verbose=0)
    estimator.fit(X, labels)
    assert set(estimator.predict(X)) <= set(estimator.classes_)


def test_the_score_of_a_regressor_is_its_negative_loss() -> None:
    estimator = KerasRegressor(line, verbose=0)
    estimator.fit(X, TARGETS, epochs=3, validation_data=(X, TARGETS))
    found = estimator.predict(X)
    assert found.shape == (60,)
    assert estimator.score(X, TARGETS, verbose=0) == pytest.approx(
        -np.mean((found - TARGETS) ** 2), rel=1e-5
    )


def test_arguments_of_fit_pass_through_a_search() -> None:
    search = RandomizedSearchCV(
        KerasRegressor(line),
        {"n_hidden": [0, 1], "rate": [0.01, 0.05, 0.1]},
        n_iter=3,
        cv=3,
        random_state=1,
    )
    stopping = ppul.callbacks.EarlyStopping(patience=1)
    fit = {"epochs": 4, "verbose": 0, "validation_data": (X, TARGETS), "callbacks": [stopping]}
    search.fit(X, TARGETS, **fit)
    assert search.best_score_ < 0
    model = search.best_estimator_.model
    assert float(model.optimizer.learning_rate) == pytest.approx(search.best_params_["rate"])
    assert len(model.layers) == search.best_params_["n_hidden"] + 1


def test_members_vote() -> None:
    members = [(f"m{i}", KerasClassifier(build_fn=classes, epochs=2, verbose=0)) for i in range(3)]
    vote = VotingClassifier(members, voting="soft").fit(X, LABELS)
    each = [member.model.predict(X, verbose=0) for member in vote.estimators_]
    np.testing.assert_allclose(vote.predict_proba(X), np.mean(each, 0), rtol=1e-6)
    np.testing.assert_array_equal(vote.predict(X), np.mean(each, 0).argmax(1))


def test_a_clone_and_a_pickle_are_the_same() -> None:
    estimator = KerasClassifier(classes, units=4, epochs=1, verbose=0)
    assert clone(estimator).get_params() == estimator.get_params()
    assert estimator.get_params() == {"build_fn": classes, "units": 4, "epochs": 1, "verbose": 0}
    estimator.fit(X, LABELS)
    again = pickle.loads(pickle.dumps(estimator))
    np.testing.assert_array_equal(again.predict_proba(X), estimator.predict_proba(X))


def test_a_subclass_may_be_its_own_function() -> None:
    class Own(KerasClassifier):
        def __call__(self, units: int = 2) -> Any:
            return classes(units)

    estimator = Own(units=7, verbose=0)
    estimator.fit(X, LABELS)
    assert estimator.model.layers[0].units == 7


def test_a_parameter_that_nothing_takes_is_named() -> None:
    with pytest.raises(ValueError, match=r"'unit' is no argument.*Did you mean 'units'"):
        KerasClassifier(classes, unit=3)


def test_a_model_without_accuracy_has_no_score() -> None:
    def silent() -> Any:
        model = classes()
        model.compile("adam", "sparse_categorical_crossentropy")
        return model

    estimator = KerasClassifier(silent, verbose=0)
    estimator.fit(X, LABELS)
    with pytest.raises(ValueError, match=r"metrics=\['accuracy'\]"):
        estimator.score(X, LABELS, verbose=0)
