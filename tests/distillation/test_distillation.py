"""Students and their teachers, beside Keras's: losses, trained weights, figures, files."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

import ppul

BOTH = (ppul, keras)
RNG = np.random.default_rng(0)
# Means in another order.
ROUNDING = {"rtol": 1e-5, "atol": 1e-6}
A, B = (np.abs(RNG.normal(size=(5, 3)).astype("float32")) for _ in range(2))
X, Y = RNG.normal(size=(20, 4)).astype("float32"), RNG.integers(0, 3, 20)


def net(k: Any, name: str, seed: int) -> Any:
    layers = [
        k.layers.Dense(6, "relu", name="hidden"),
        k.layers.BatchNormalization(name="norm"),
        k.layers.Dense(3, name="out"),
    ]
    model = k.Sequential([k.Input((4,)), *layers], name=name)
    numbers = np.random.default_rng(seed)
    model.set_weights([np.abs(numbers.normal(size=w.shape)) for w in model.get_weights()])
    return model


def distiller(k: Any, names: tuple[Any, Any] = ("hidden", "hidden")) -> Any:
    losses = [
        k.distillation.LogitsDistillation(2.0, "mse"),
        k.distillation.FeatureDistillation("mse", *names),
    ]
    found = k.distillation.Distiller(
        net(k, "teacher", 1), net(k, "student", 2), losses, [0.7, 0.3], student_loss_weight=0.2
    )
    own = k.losses.SparseCategoricalCrossentropy(from_logits=True)
    found.compile(k.optimizers.SGD(0.05), own, metrics=["accuracy"])
    return found


@pytest.mark.parametrize("loss", ["kl_divergence", "mse", "categorical_crossentropy"])
def test_distances_are_keras_s(loss: str) -> None:
    for name, given in (("LogitsDistillation", {"temperature": 2.5}), ("FeatureDistillation", {})):
        found, expected = (
            getattr(k.distillation, name)(loss=loss, **given).compute_loss(A, B) for k in BOTH
        )
        np.testing.assert_allclose(found, expected, **ROUNDING)


def test_distances_of_several_outputs_are_added() -> None:
    for loss, outputs in (
        ({"a": "mse", "b": "kl_divergence"}, ({"a": A, "b": B}, {"a": B, "b": A})),
        (["mse", None], ([A, B], [B, A])),
    ):
        found, expected = (
            k.distillation.LogitsDistillation(loss=loss).compute_loss(*outputs) for k in BOTH
        )
        np.testing.assert_allclose(found, expected, **ROUNDING)


def test_training_is_keras_s() -> None:
    ours, theirs = (distiller(k) for k in BOTH)
    how = {"batch_size": 8, "epochs": 2, "shuffle": False, "verbose": 0}
    found, expected = (d.fit(X, Y, **how).history for d in (ours, theirs))
    assert sorted(found) == sorted(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-4, err_msg=name)
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(*(d.predict(X, verbose=0) for d in (ours, theirs)), rtol=1e-4)
    before = ours.get_weights()
    results = [d.evaluate(X, Y, verbose=0, return_dict=True) for d in (ours, theirs)]
    assert results[0] == pytest.approx(results[1], rel=1e-4)
    # Here, evaluating changes nothing; in Keras, it changes the student's batch statistics.
    for a, b in zip(before, ours.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_teacher_stays_as_it_was() -> None:
    found = distiller(ppul, names=(None, None))
    before = found.teacher.get_weights()
    found.fit(X, Y, epochs=1, verbose=0)
    for a, b in zip(before, found.teacher.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert found.trainable_variables == found.student.trainable_variables


@pytest.mark.filterwarnings("ignore:`compile:UserWarning")
def test_each_side_loads_what_the_other_saved(tmp_path: Any) -> None:
    for index, (writer, reader) in enumerate((BOTH, BOTH[::-1], (ppul, ppul))):
        saved, file = distiller(writer), tmp_path / f"{index}.keras"
        expected = saved.predict(X, verbose=0)
        saved.save(file)
        loaded = reader.saving.load_model(file)
        assert loaded.distillation_loss_weights == [0.7, 0.3]
        assert loaded.distillation_losses[0].temperature == 2.0
        assert loaded.distillation_losses[1].teacher_layer_name == "hidden"
        np.testing.assert_allclose(loaded.predict(X, verbose=0), expected, **ROUNDING)


def test_losses_are_made_of_their_configurations() -> None:
    for loss in ("mse", {"a": "mse", "b": "kl_divergence"}, ["huber", None]):
        made = ppul.distillation.LogitsDistillation(loss=loss)
        again = ppul.distillation.LogitsDistillation.from_config(made.get_config())
        assert again.loss == made.loss


T, S = net(ppul, "t", 0), net(ppul, "s", 0)
L = ppul.distillation.LogitsDistillation()
Distiller = ppul.distillation.Distiller


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ppul.distillation.LogitsDistillation(temperature=0), "positive; got 0"),
        (lambda: ppul.distillation.LogitsDistillation(temperature="a"), "a number; got 'a'"),
        (lambda: ppul.distillation.LogitsDistillation(loss="mze"), "mze"),
        (lambda: ppul.distillation.LogitsDistillation(loss=[None]), "at least one"),
        (lambda: L.compute_loss([A, B], [B, A]), r"1 loss\(es\) for 2 outputs"),
        (lambda: L.compute_loss([A], A), "differ"),
        (lambda: Distiller(T, S, L, [1.0, 2.0]), "1 distillation losses and 2 weights"),
        (lambda: Distiller(T, S, [L], student_loss_weight=2.0), "between 0.0 and 1.0; got 2.0"),
        (lambda: Distiller(3, S, L), "`teacher` must be a model; got 3"),
        (lambda: Distiller(T, S, []), "must be a DistillationLoss"),
        (lambda: Distiller(T, S, [3]), "must be a DistillationLoss"),
        (
            lambda: Distiller(T, S, ppul.distillation.FeatureDistillation("mse", "nope", "out")),
            "no layer 'nope'",
        ),
        (
            lambda: Distiller(T, ppul.Sequential([ppul.Input((4,)), ppul.layers.Dense(2)]), L),
            "one shape",
        ),
        (lambda: Distiller(T, ppul.Sequential([ppul.layers.Dense(3)]), L), "not built"),
    ],
)
def test_a_mistake_is_named(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
