"""Models of every kind are built, trained, frozen and described as in Keras."""

from __future__ import annotations

import re
from typing import Any

import jax
import keras
import numpy as np
import pytest

import ppul
from tests.models.nets import MODELS, W, X, Y, built, filled, nested, sequential, shared, unbuilt

# Sums of a few steps in another order.
CLOSE = {"rtol": 1e-4, "atol": 1e-6}
# A bfloat16 has 8 bits: some units in its last place.
HALF = {"rtol": 2e-2, "atol": 1e-3}

LIBRARIES = (ppul, keras)


def assert_close(ours: Any, theirs: Any, **tolerance: float) -> None:
    assert jax.tree.structure(ours) == jax.tree.structure(theirs)
    for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(theirs), strict=True):
        np.testing.assert_allclose(a, b, **tolerance or CLOSE)


def ready(k: Any, name: str) -> Any:
    """The model with its weights made, by its first prediction where it is unbuilt."""
    build, x, _ = MODELS[name]
    model = build(k)
    if not model.built:
        model.predict(x, verbose=0)
    return filled(model)


def totals(model: Any, **how: Any) -> list[str]:
    """The figures under a summary; no line of it is wider than 80 columns."""
    lines: list[str] = []
    model.summary(print_fn=lambda line, **_: lines.extend(line.splitlines()), **how)
    assert max(map(len, lines)) <= 80
    return re.findall(r"[\w-]+ params: [\d,]+ \([\d.]+ \w+\)", "\n".join(lines))


# Those that differ in how they are trained; the others only in how they are made.
TRAINED = (
    *("nested", "shared layer", "model as layer", "dicts", "tuples"),
    *("subclassed", "subclassed of dicts", "subclassed of pairs", "adding losses"),
)


@pytest.mark.rows(2)
@pytest.mark.filterwarnings("ignore:Do not pass an `input_shape`")
@pytest.mark.parametrize("name", MODELS)
def test_weights_training_and_outputs_are_those_of_keras(name: str) -> None:
    _, x, y = MODELS[name]
    found = []
    for k in LIBRARIES:
        model = ready(k, name)
        facts = [w.shape for w in model.get_weights()], model.count_params(), len(model.layers)
        facts += (totals(model, line_length=80),)
        history = None
        if name in TRAINED:
            model.compile(k.optimizers.SGD(0.02), "mse")
            fit = {"batch_size": 16, "epochs": 2, "shuffle": False, "verbose": 0}
            history = model.fit(x, y, **fit).history
        found.append((facts, (history, model.get_weights(), model.predict(x, verbose=0))))
    assert found[0][0] == found[1][0]
    assert_close(found[0][1], found[1][1])


@pytest.mark.rows(1)
@pytest.mark.parametrize("name", ["sequential", "lists"])
def test_single_batches_give_the_figures_of_keras(name: str) -> None:
    _, x, y = MODELS[name]
    found = []
    for k in LIBRARIES:
        model = ready(k, name)
        model.compile(k.optimizers.SGD(0.02), "mse", metrics=[["mae"]] * len(jax.tree.leaves(y)))
        weight = W if name == "sequential" else None
        found.append(
            [
                model.train_on_batch(x, y, sample_weight=weight),
                model.test_on_batch(x, y, sample_weight=weight),
                model.train_on_batch(x, y, sample_weight=weight, return_dict=True),
                model.test_on_batch(x, y, sample_weight=weight, return_dict=True),
                model.predict_on_batch(x),
                model.get_weights(),
            ]
        )
    assert_close(*found)


def test_class_weights_count_in_a_single_batch() -> None:
    found = []
    for k in LIBRARIES:
        model = filled(k.Sequential([k.Input((4,)), k.layers.Dense(3, "softmax")]))
        model.compile("sgd", "sparse_categorical_crossentropy")
        weights = {"class_weight": {0: 2.0, 1: 0.5}}
        found.append([model.train_on_batch(X, np.arange(len(X)) % 3, **weights) for _ in range(2)])
    assert_close(*found)


@pytest.mark.parametrize("how", [{}, {"expand_nested": True}, {"show_trainable": True}])
@pytest.mark.parametrize("build", [nested, shared, unbuilt])
def test_summaries_have_the_totals_of_keras_in_80_columns(build: Any, how: Any) -> None:
    ours, theirs = map(build, LIBRARIES)
    for model in (ours, theirs):
        model.layers[0].trainable = False
    assert totals(ours, **how) == totals(theirs, **how, line_length=80)


@pytest.mark.parametrize(
    "query", [{"name": "b"}, {"index": 1}, {"index": -1}, {"name": "c"}, {"index": 9}, {}]
)
def test_get_layer_finds_what_keras_finds(query: Any) -> None:
    found = []
    for k in LIBRARIES:
        model = k.Sequential(
            [k.Input((4,)), k.layers.Dense(3, name="a"), k.layers.Dense(1, name="b")]
        )
        try:
            found.append(model.get_layer(**query).name)
        except ValueError:
            found.append(ValueError)
    assert found[0] == found[1]


def test_a_model_between_its_layers_computes_features() -> None:
    found = []
    for k in LIBRARIES:
        model = filled(sequential(k))
        features = k.Model(model.inputs, model.layers[0].output)
        found.append(features.predict(X, verbose=0))
    assert_close(*found)


def test_the_mode_and_the_mask_reach_the_layers_as_in_keras() -> None:
    found = []
    for k in LIBRARIES:
        seen: list[Any] = []

        class Masking(k.layers.Layer):
            def call(self, inputs: Any) -> Any:
                return inputs

            def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
                return inputs[:, 0] > 0

        class Net(k.Model):
            def __init__(self, k: Any = k) -> None:
                super().__init__()
                self.masking, self.head = Masking(), k.layers.Dense(1)
                self.supports_masking = self.masking.supports_masking = True

            def call(
                self, inputs: Any, training: Any = None, mask: Any = None, seen: Any = seen
            ) -> Any:
                seen.append((training, mask is None))
                return self.head(self.masking(inputs))

        model = Net()
        model(X)
        model(X, training=True, mask=np.ones(len(X), bool))
        model.predict(X, verbose=0)
        modes = [*seen]
        model.compile("sgd", "mse")
        for method, expected in ((model.fit, True), (model.evaluate, False)):
            seen.clear()
            method(X, Y, verbose=0)
            assert seen[-1][0] is expected
        found.append([modes[0], modes[1], modes[-1]])
    assert found[0] == found[1] == [(None, True), (True, False), (False, True)]


FREEZES = {
    "a layer": lambda model: setattr(model.layers[0], "trainable", False),
    "a normalization": lambda model: setattr(model.layers[1], "trainable", False),
    "all but the head": lambda model: (
        setattr(model, "trainable", False),
        setattr(model.layers[2], "trainable", True),
    ),
}


@pytest.mark.rows(3)
@pytest.mark.parametrize("name", FREEZES)
@pytest.mark.parametrize("after", [False, True])
def test_frozen_layers_keep_their_weights_as_in_keras(name: str, *, after: bool) -> None:
    found = []
    for k in LIBRARIES:
        model = filled(sequential(k))
        if not after:
            FREEZES[name](model)
        model.compile(k.optimizers.SGD(0.05), "mse")
        if after:
            FREEZES[name](model)
        groups = [model.weights, model.trainable_weights, model.non_trainable_weights]
        names = [[w.name for w in group] for group in groups]
        history = model.fit(X, Y, epochs=2, shuffle=False, verbose=0).history
        found.append((names, history, model.get_weights()))
    assert found[0][0] == found[1][0]
    assert_close(found[0][1:], found[1][1:])


@pytest.mark.thorough
def test_eager_steps_are_the_compiled_ones_and_those_of_keras() -> None:
    found = []
    for k, eagerly in ((ppul, True), (ppul, False), (keras, False)):
        model = filled(k.Sequential([k.Input((4,)), k.layers.Dense(1, "tanh")]))
        model.compile(k.optimizers.SGD(0.05, momentum=0.9), "mse", run_eagerly=eagerly)
        history = model.fit(X, Y, batch_size=16, shuffle=False, verbose=0).history
        found.append((history, model.get_weights()))
    assert_close(found[0], found[1])
    assert_close(found[0], found[2])


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision_trains_as_in_keras(policy: str) -> None:
    found = []
    for k in LIBRARIES:
        before = k.config.dtype_policy()
        k.config.set_dtype_policy(policy)
        try:
            hidden = k.layers.Dense(3, "tanh")
            model = filled(
                k.Sequential([k.Input((4,)), hidden, k.layers.Dense(1, dtype="float32")])
            )
        finally:
            k.config.set_dtype_policy(before)
        model.compile(k.optimizers.Adam(0.05), "mse")
        fit = {"batch_size": 8, "epochs": 5, "shuffle": False, "verbose": 0}
        losses = model.fit(X, Y, **fit).history["loss"]
        assert losses[-1] < losses[0] / 2
        scaled = isinstance(model.optimizer, k.optimizers.LossScaleOptimizer)
        assert scaled == (policy == "mixed_float16")
        counts = [float(np.asarray(model.optimizer.iterations))]
        if scaled:
            state = (model.optimizer.dynamic_scale, model.optimizer.step_counter)
            counts += [float(np.asarray(variable)) for variable in state]
        dtypes = hidden.compute_dtype, {str(w.dtype) for w in model.get_weights()}
        found.append((counts, dtypes, losses))
    assert found[0][:2] == found[1][:2]
    assert_close(found[0][2], found[1][2], **HALF)


OPTIONS: dict[str, Any] = {
    "clipnorm": {"clipnorm": 0.1},
    "clipvalue": {"clipvalue": 0.02},
    "global_clipnorm": {"global_clipnorm": 0.05},
    "EMA": {"use_ema": True, "ema_momentum": 0.5},
    "EMA overwriting": {"use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": 3},
    "accumulation": {"gradient_accumulation_steps": 3},
    "decay and a scale": {"weight_decay": 0.01, "loss_scale_factor": 128.0},
    "several": {"clipnorm": 0.5, "use_ema": True, "gradient_accumulation_steps": 2},
}


@pytest.mark.rows(1)
@pytest.mark.parametrize("name", OPTIONS)
def test_options_of_the_optimizer_act_in_a_fit_as_in_keras(name: str) -> None:
    found = []
    for k in LIBRARIES:
        model = filled(built(k))
        model.compile(k.optimizers.Adam(0.05, **OPTIONS[name]), "mse")
        history = model.fit(X, Y, batch_size=8, epochs=3, shuffle=False, verbose=0).history
        found.append((history, [np.array(w) for w in model.get_weights()]))
    assert_close(*found)
