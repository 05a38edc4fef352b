"""Steps, losses and metrics that users write themselves, beside the same in Keras."""

from __future__ import annotations

from typing import Any

import jax
import keras as oracle
import numpy as np
import pytest

import ppul as keras

X = np.random.default_rng(0).normal(size=(40, 3)).astype("float32")
Y = X[:, :1] - X[:, 1:2]
FIT = {"batch_size": 8, "epochs": 2, "shuffle": False, "verbose": 0}


def shaped(data: Any) -> Any:
    return jax.tree.map(lambda leaf: leaf.shape, data)


def looking(library: Any) -> Any:
    """A model whose steps only note what they are given, and call what they return constant."""

    class Looking(library.Model):
        def __init__(self) -> None:
            super().__init__()
            self.seen: list[Any] = []
            self.built = True

        def call(self, inputs: Any) -> Any:
            return inputs

        def train_step(self, state: Any, data: Any) -> Any:
            self.seen.append(shaped(data))
            return {"loss": 1.0}, state

        def test_step(self, state: Any, data: Any) -> Any:
            self.seen.append(shaped(data))
            return {"loss": 1.0}, state

        def predict_step(self, state: Any, data: Any) -> Any:
            self.seen.append(shaped(data))
            return jax.tree.leaves(data)[0], state

    model = Looking()
    model.compile("sgd")
    return model


@pytest.mark.parametrize(
    "call",
    [
        lambda model: model.fit(X, verbose=0),
        lambda model: model.fit(X, Y, verbose=0),
        lambda model: model.fit(X, Y, sample_weight=np.ones(40), verbose=0),
        lambda model: model.fit([X, X], Y, verbose=0),
        lambda model: model.fit([X, X], verbose=0),
        lambda model: model.fit({"a": X}, verbose=0),
        lambda model: model.evaluate(X, Y, verbose=0),
        lambda model: model.predict(X[:32], verbose=0),
        lambda model: model.predict([X[:32], X[:32]], verbose=0),
    ],
)
def test_a_step_is_given_the_data_as_keras_gives_them(call):
    ours, theirs = looking(keras), looking(oracle)
    call(ours)
    call(theirs)
    assert ours.seen[0] == theirs.seen[0]


def test_steps_that_do_not_read_their_data_are_told_apart_by_them():
    # The same program text, for other arguments.
    for x in (X, X[:, :2], X.astype("float16")):
        assert looking(keras).fit(x, verbose=0).history == {"loss": [1.0]}


def with_own_step(library: Any) -> Any:
    class Model(library.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = library.layers.Dense(1, kernel_initializer="ones")
            self.mean = library.metrics.Mean(name="loss")
            self.error = library.metrics.MeanAbsoluteError(name="mae")

        @property
        def metrics(self) -> Any:
            return [self.mean, self.error]

        def call(self, inputs: Any, training: bool = False) -> Any:
            return self.dense(inputs)

        def train_step(self, state: Any, data: Any) -> Any:
            trainable, non_trainable, slots, figures = state
            x, y = data

            def objective(trainable: Any) -> Any:
                y_pred, rest = self.stateless_call(trainable, non_trainable, x, training=True)
                return self.compute_loss(x, y, y_pred), (y_pred, rest)

            (loss, (y_pred, rest)), grads = jax.value_and_grad(objective, has_aux=True)(trainable)
            trainable, slots = self.optimizer.stateless_apply(slots, grads, trainable)
            logs, values = {}, []
            for metric in self.metrics:
                own = figures[len(values) : len(values) + len(metric.variables)]
                given = (loss,) if metric.name == "loss" else (y, y_pred)
                own = metric.stateless_update_state(own, *given)
                logs[metric.name] = metric.stateless_result(own)
                values += own
            return logs, (trainable, rest, slots, values)

    model = Model()
    model(X[:1])
    model.compile("sgd", "mse")
    return model


def with_own_loss(library: Any) -> Any:
    class Model(library.Model):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.mean = library.metrics.Mean(name="own")

        @property
        def metrics(self) -> Any:
            return [self.mean]

        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            loss = library.ops.mean(library.ops.square(y - y_pred)) + sum(self.losses)
            self.mean.update_state(loss)
            return loss

    x = library.Input((3,))
    dense = library.layers.Dense(1, kernel_initializer="ones", kernel_regularizer="l2")
    model = Model(x, dense(x))
    model.compile("sgd")
    return model


def with_own_metrics(library: Any) -> Any:
    class Model(library.Model):
        def compute_metrics(self, x, y, y_pred, sample_weight=None):
            results = super().compute_metrics(x, y, y_pred, sample_weight)
            results["mean of outputs"] = library.ops.mean(y_pred)
            return results

    x = library.Input((3,))
    model = Model(x, library.layers.Dense(1, kernel_initializer="ones")(x))
    model.compile("sgd", "mse", metrics=["mae"])
    return model


@pytest.mark.parametrize("make", [with_own_step, with_own_loss, with_own_metrics])
def test_what_users_override_gives_keras_s_history(make):
    ours = make(keras).fit(X, Y, **FIT).history
    theirs = make(oracle).fit(X, Y, **FIT).history
    assert set(ours) == set(theirs)
    for name, values in theirs.items():
        np.testing.assert_allclose(ours[name], values, rtol=1e-5, atol=1e-6)
