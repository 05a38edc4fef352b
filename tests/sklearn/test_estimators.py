"""Models in scikit-learn's meta-estimators: results equal to fitting by hand."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.datasets import load_iris
from sklearn.ensemble import VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    RandomizedSearchCV,
    StratifiedKFold,
    cross_val_score,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import ppul
from ppul import layers
from ppul.sklearn import KerasClassifier, KerasRegressor

X, NUMBERS = load_iris(return_X_y=True)
X = ((X - X.mean(0)) / X.std(0)).astype("float32")
NAMES = np.array(["setosa", "versicolor", "virginica"])[NUMBERS]
# The same programs on the same numbers; sums over batches of other sizes.
ROUNDING = {"rtol": 1e-4, "atol": 1e-5}


def network(units: int = 8, activation: str = "relu", meta: Any = None) -> Any:
    outputs = (meta or {}).get("n_classes_", 1)
    return ppul.Sequential(
        [
            ppul.Input((4,)),
            layers.Dense(units, activation),
            layers.Dense(outputs, "softmax" if outputs > 1 else None),
        ]
    )


def compiled(units: int = 8) -> Any:
    model = network(units, meta={"n_classes_": 3})
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return model


def classifier(**parameters: Any) -> KerasClassifier:
    given = {"optimizer": "adam", "epochs": 4, "batch_size": 50, "random_state": 7}
    return KerasClassifier(network, **given | parameters)


def regressor(**parameters: Any) -> KerasRegressor:
    return KerasRegressor(network, epochs=3, batch_size=50, random_state=7, **parameters)


def by_hand(x: Any, y: Any, seed: int = 7, epochs: int = 4, **model: Any) -> Any:
    """The model that an estimator must come to."""
    ppul.utils.set_random_seed(int(np.random.RandomState(seed).randint(2**31 - 1)))
    same = network(**model, meta={"n_classes_": 3})
    same.compile("adam", "sparse_categorical_crossentropy")
    same.fit(x, y, epochs=epochs, batch_size=50, verbose=0)
    return same


def test_a_classifier_gives_what_its_model_gives() -> None:
    fitted = classifier(units=5).fit(X, NAMES)
    expected = by_hand(X, NUMBERS, units=5).predict(X, verbose=0)
    np.testing.assert_allclose(fitted.predict_proba(X), expected, **ROUNDING)
    np.testing.assert_array_equal(fitted.predict(X), fitted.classes_[expected.argmax(1)])
    assert fitted.score(X, NAMES) == pytest.approx((expected.argmax(1) == NUMBERS).mean())
    assert fitted.n_features_in_ == 4
    assert len(fitted.history_["loss"]) == 4
    assert is_classifier(fitted)
    assert is_regressor(regressor())


@pytest.mark.parametrize("targets", [NUMBERS, NAMES, np.eye(3)[NUMBERS], NUMBERS + 5])
def test_labels_may_be_anything(targets: Any) -> None:
    fitted = classifier(epochs=20, batch_size=5).fit(X, targets)
    found = fitted.predict(X)
    assert set(found) <= set(fitted.classes_)
    labels = targets.argmax(1) if targets.ndim > 1 else targets
    assert (found == labels).mean() > 0.7


def test_a_model_of_one_hot_targets_is_given_them() -> None:
    fitted = KerasClassifier(compiled, epochs=2, random_state=1).fit(X, NAMES)
    assert fitted.predict_proba(X).shape == (150, 3)


def test_two_classes_may_have_one_output() -> None:
    def single() -> Any:
        return ppul.Sequential([ppul.Input((4,)), layers.Dense(1, "sigmoid")])

    two = NUMBERS < 1
    fitted = KerasClassifier(single, optimizer="adam", epochs=60, batch_size=10).fit(X, two)
    assert fitted.model_.get_compile_config()["loss"] == "binary_crossentropy"
    probabilities = fitted.predict_proba(X)
    np.testing.assert_allclose(probabilities.sum(1), 1, rtol=1e-6)
    assert ((probabilities[:, 1] > 0.5) == fitted.predict(X)).all()
    assert fitted.score(X, two) > 0.9


def test_a_model_is_copied_for_each_fit() -> None:
    model = compiled()
    before = model.get_weights()
    estimator = KerasClassifier(model, epochs=1, random_state=3)
    first, second = (estimator.fit(X, NAMES).predict_proba(X) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_clone_has_the_parameters_and_nothing_learnt() -> None:
    fitted = classifier(units=3, fit__shuffle=False).fit(X, NAMES)
    same = clone(fitted)
    assert same.get_params() == fitted.get_params()
    assert same.get_params()["units"] == 3
    with pytest.raises(NotFittedError):
        same.predict(X)


def test_an_estimator_survives_pickle() -> None:
    fitted = classifier().fit(X, NAMES)
    again = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(again.predict_proba(X), fitted.predict_proba(X))


def test_parameters_reach_where_they_are_routed() -> None:
    fitted = classifier(model__units=3, fit__epochs=1, compile__metrics=["accuracy"]).fit(X, NAMES)
    assert fitted.model_.layers[0].units == 3
    assert sorted(fitted.history_) == ["accuracy", "loss"]
    assert len(fitted.history_["loss"]) == 1
    assert len(classifier().fit(X, NAMES, epochs=2).history_["loss"]) == 2


@pytest.mark.parametrize("voting", ["soft", "hard"])
def test_a_vote_is_that_of_its_members(voting: str) -> None:
    members = [(f"m{seed}", classifier(random_state=seed)) for seed in range(3)]
    vote = VotingClassifier(members, voting=voting).fit(X, NAMES)
    hands = [by_hand(X, NUMBERS, seed).predict(X, verbose=0) for seed in range(3)]
    if voting == "soft":
        np.testing.assert_allclose(vote.predict_proba(X), np.mean(hands, 0), **ROUNDING)
    else:
        counts = sum(np.eye(3)[hand.argmax(1)] for hand in hands)
        np.testing.assert_array_equal(vote.predict(X), vote.classes_[counts.argmax(1)])


def test_a_grid_search_finds_what_fitting_by_hand_finds() -> None:
    folds = StratifiedKFold(2, shuffle=True, random_state=0)
    search = GridSearchCV(classifier(epochs=8), {"units": [1, 16]}, cv=folds).fit(X, NUMBERS)
    expected = [
        np.mean(
            [
                (by_hand(X[a], NUMBERS[a], epochs=8, units=units).predict(X[b], verbose=0).argmax(1)
                 == NUMBERS[b]).mean()
                for a, b in folds.split(X, NUMBERS)
            ]
        )
        for units in (1, 16)
    ]  # fmt: skip
    np.testing.assert_allclose(search.cv_results_["mean_test_score"], expected)
    assert search.best_params_ == {"units": [1, 16][int(np.argmax(expected))]}


@pytest.mark.thorough
def test_a_random_search_and_cross_validation_go_through_a_pipeline() -> None:
    pipeline = make_pipeline(StandardScaler(), classifier())
    grid = {"kerasclassifier__units": [2, 4, 8], "kerasclassifier__epochs": [1, 2]}
    search = RandomizedSearchCV(pipeline, grid, n_iter=3, cv=2, random_state=0).fit(X, NAMES)
    assert (
        search.best_estimator_[-1].model_.layers[0].units
        == search.best_params_["kerasclassifier__units"]
    )
    scores = cross_val_score(regressor(), X, NUMBERS, cv=KFold(3, shuffle=True, random_state=0))
    assert scores.shape == (3,)
    assert np.isfinite(scores).all()


@pytest.mark.thorough
def test_several_processes_give_the_same_scores() -> None:
    scores = [cross_val_score(classifier(), X, NAMES, cv=2, n_jobs=jobs) for jobs in (None, 2)]
    np.testing.assert_allclose(*scores)


def test_a_regressor_scores_by_r_squared() -> None:
    y = X @ np.array([1.0, -2.0, 0.5, 0.0])
    fitted = KerasRegressor(network, epochs=60, batch_size=10, optimizer="adam").fit(X, y)
    found = fitted.predict(X)
    assert found.shape == (150,)
    residual = ((found - y) ** 2).sum() / ((y - y.mean()) ** 2).sum()
    assert fitted.score(X, y) == pytest.approx(1 - residual)


def test_seeds_leave_the_users_own_numbers_alone() -> None:
    np.random.seed(5)  # noqa: NPY002
    expected = np.random.rand()  # noqa: NPY002
    np.random.seed(5)  # noqa: NPY002
    classifier().fit(X, NAMES)
    assert np.random.rand() == expected  # noqa: NPY002


@pytest.mark.parametrize(
    ("action", "error", "message"),
    [
        (lambda: KerasClassifier().fit(X, NAMES), ValueError, "`model` is None"),
        (lambda: KerasClassifier(lambda: 3).fit(X, NAMES), TypeError, "it gave 3"),
        (lambda: classifier().set_params(unit=3), ValueError, "Did you mean 'units'"),
        (lambda: classifier().fit(X, NUMBERS + 0.5), ValueError, "continuous"),
        (lambda: classifier().fit(X, NAMES).predict(X[:, :2]), ValueError, "2 features"),
        (lambda: classifier().fit(X, NAMES[:9]), ValueError, "inconsistent"),
    ],
)
def test_a_mistake_is_named(action: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        action()
