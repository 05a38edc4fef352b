"""Keras's wrappers for scikit-learn: its own checks of estimators, and results beside Keras's."""

from __future__ import annotations

import warnings
from typing import Any

import keras
import numpy as np
import pytest
from sklearn import config_context
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import estimator_checks_generator

import ppul
from ppul import wrappers

X, NUMBERS = load_iris(return_X_y=True)
X = ((X - X.mean(0)) / X.std(0)).astype("float32")
NAMES = np.array(["setosa", "versicolor", "virginica"])[NUMBERS]
CLASSES = [wrappers.SKLearnClassifier, wrappers.SKLearnRegressor, wrappers.SKLearnTransformer]
QUIET = {"epochs": 2, "verbose": 0, "shuffle": False}


def network(k: Any, outputs: int, loss: str) -> Any:
    last = k.layers.Dense(outputs, "softmax" if outputs > 1 else None)
    model = k.Sequential([k.Input((4,)), k.layers.Dense(5, "relu"), last])
    numbers = np.random.default_rng(0)
    model.set_weights([numbers.normal(size=w.shape) for w in model.get_weights()])
    model.compile("sgd", loss)
    return model


def any_network(X: Any, y: Any, loss: str) -> Any:
    ppul.utils.set_random_seed(0)
    last = ppul.layers.Dense(y.shape[1], "softmax" if "cross" in loss else None)
    model = ppul.Sequential([ppul.Input(X.shape[1:]), ppul.layers.Dense(20, "relu"), last])
    model.compile(ppul.optimizers.Adam(0.05), loss)
    return model


def estimator(cls: Any) -> Any:
    loss = "categorical_crossentropy" if cls is wrappers.SKLearnClassifier else "mse"
    return cls(
        any_network,
        model_kwargs={"loss": loss},
        fit_kwargs={"epochs": 30, "verbose": 0, "shuffle": False},
    )


# They want one column from `decision_function` for two classes; as in Keras, there are two.
TWO_COLUMNS = ("check_classifiers_classes", "check_classifiers_train")


def checks() -> Any:
    for cls in CLASSES:
        for i, (one, check) in enumerate(estimator_checks_generator(estimator(cls))):
            name = getattr(check, "func", check).__name__
            if name in TWO_COLUMNS:
                continue
            marks = () if i == 0 else (pytest.mark.thorough,)
            yield pytest.param(one, check, id=f"{cls.__name__}-{name}", marks=marks)


@pytest.mark.parametrize(("one", "check"), list(checks()))
def test_scikit_learn_takes_it_for_an_estimator(one: Any, check: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(one)


@pytest.mark.rows(1)
@pytest.mark.parametrize(
    ("name", "outputs", "loss", "y"),
    [
        ("SKLearnClassifier", 3, "categorical_crossentropy", NAMES),
        ("SKLearnRegressor", 1, "mse", NUMBERS),
        ("SKLearnTransformer", 1, "mse", NUMBERS),
    ],
)
def test_results_are_keras_s(name: str, outputs: int, loss: str, y: Any) -> None:
    def fitted(k: Any) -> Any:
        return getattr(k.wrappers, name)(lambda X, y: network(k, outputs, loss)).fit(X, y, **QUIET)

    ours, theirs = fitted(ppul), fitted(keras)
    methods = {"SKLearnClassifier": "decision_function", "SKLearnTransformer": "transform"}
    for method in ("predict", methods.get(name, "predict")):
        found, expected = (getattr(e, method)(X) for e in (ours, theirs))
        if expected.dtype.kind == "f":
            np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
        else:
            np.testing.assert_array_equal(found, expected)
    assert ours.n_features_in_ == theirs.n_features_in_ == 4
    assert ours.epoch_ == 2
    if name != "SKLearnTransformer":
        assert ours.score(X, y) == pytest.approx(theirs.score(X, y), rel=1e-4)


def test_a_warm_start_goes_on_with_the_same_model() -> None:
    warm = wrappers.SKLearnRegressor(network(ppul, 1, "mse"), warm_start=True, fit_kwargs=QUIET)
    first = warm.fit(X, NUMBERS).model_
    assert warm.fit(X, NUMBERS).model_ is first
    assert int(first.optimizer.iterations) == 2 * 2 * 5
    cold = clone(warm).set_params(warm_start=False).fit(X, NUMBERS)
    assert cold.fit(X, NUMBERS).model_ is not first
    assert cold.model_ is not cold.model


def test_it_goes_through_a_pipeline() -> None:
    pipeline = make_pipeline(StandardScaler(), estimator(wrappers.SKLearnClassifier))
    assert pipeline.fit(X, NAMES).score(X, NAMES) > 0.8


@pytest.mark.parametrize("cls", CLASSES)
def test_a_mistake_is_named(cls: Any) -> None:
    uncompiled = ppul.Sequential([ppul.Input((4,)), ppul.layers.Dense(3)])
    with pytest.raises(RuntimeError, match="must be compiled"):
        cls(uncompiled).fit(X, NUMBERS)
    with pytest.raises(TypeError, match="it gave 3"):
        cls(lambda X, y: 3).fit(X, NUMBERS)
    with pytest.raises(NotFittedError):
        estimator(cls).predict(X)


@pytest.mark.parametrize("cls", CLASSES)
def test_the_arguments_of_fit_are_routed_where_they_are_asked_for(cls: Any) -> None:
    with pytest.raises(RuntimeError, match="enable_metadata_routing=True"):
        estimator(cls).set_fit_request(sample_weight=True)
    with config_context(enable_metadata_routing=True):
        asking = estimator(cls).set_params(fit_kwargs=QUIET).set_fit_request(sample_weight="share")
        line = make_pipeline(StandardScaler(), asking)
        share = np.linspace(0, 2, len(X))
        line.fit(X, NUMBERS, share=share)
        alone = estimator(cls).set_params(fit_kwargs=QUIET)
        scaled = StandardScaler().fit_transform(X)
        alone.fit(scaled, NUMBERS, sample_weight=share)
        assert line[-1].history_.history == alone.history_.history
        with pytest.raises(TypeError, match="other"):
            line.fit(X, NUMBERS, other=share)
