"""Every loss against Keras on JAX: values, gradients, weights, reductions, configurations."""

from __future__ import annotations

import functools
import json
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from ppul import losses
from ppul.losses.base import REDUCTIONS, LossFunctionWrapper
from ppul.losses.crossentropy import on_logits
from tests.losses.cases import CASES, Case, classes, embeddings, labels, numbers
from tests.tables import rows_of

# The same few operations in another order: some units in the last place of a float32.
FLOAT32 = {"rtol": 3e-6, "atol": 1e-6}
# Keras adds probabilities that softmax made; logarithms near 0 then have an absolute error of
# the rounding of a probability near 1.
VIA_PROBABILITIES = {"rtol": 1e-5, "atol": 5e-7}
# Constructor arguments that Keras's own configurations leave out, so that they are lost there.
LOST_BY_KERAS = {"delta", "axis"}
# Public in Keras, but its `get` and `deserialize` do not know it.
UNKNOWN_TO_KERAS = "CategoricalGeneralizedCrossEntropy"
KERAS_WRAPPER: Any = keras.losses.MeanSquaredError.__base__

by_id = rows_of(CASES, lambda case: case.function)


def _assert_same(ours: Any, theirs: Any, y_true: Any, y_pred: Any, **tolerance: float) -> None:
    """Compare values, and gradients of a weighted sum of them; one program, as compiling is slow."""

    def both(y_pred: Any) -> Any:
        with jax.numpy_rank_promotion("raise"):
            our_value = ours(y_true, y_pred), jax.grad(_weighted_sum(ours, y_true))(y_pred)
        return our_value, (theirs(y_true, y_pred), jax.grad(_weighted_sum(theirs, y_true))(y_pred))

    for our_array, array in zip(*jax.jit(both)(jnp.asarray(y_pred)), strict=True):
        assert our_array.shape == array.shape
        assert our_array.dtype == array.dtype
        np.testing.assert_allclose(our_array, array, **(tolerance or FLOAT32))


def _weighted_sum(function: Any, y_true: Any) -> Any:
    def weighted(y_pred: Any) -> Any:
        value = function(y_true, y_pred)
        return jnp.sum(
            value * jnp.cos(jnp.arange(value.size, dtype="float32")).reshape(value.shape)
        )

    return weighted


@pytest.mark.rows(5)
@by_id
def test_loss_of_each_sample_and_its_gradient_are_kerass(case: Case) -> None:
    y_true, y_pred = case.data(np.random.default_rng(1))
    functions = [getattr(module, case.function) for module in (losses, keras.losses)]
    if y_true.ndim != y_pred.ndim and case.function.startswith("mean"):
        # Keras's functions match ranks only of vectors, its classes always do.
        functions = [LossFunctionWrapper(functions[0], None), KERAS_WRAPPER(functions[1], None)]
    ours, theirs = (functools.partial(function, **case.arguments) for function in functions)
    _assert_same(ours, theirs, y_true, y_pred)


@by_id
def test_config_is_kerass_and_makes_the_same_loss(case: Case) -> None:
    ours = getattr(losses, case.loss)(**case.arguments, reduction="sum", name="own")
    theirs = getattr(keras.losses, case.loss)(**case.arguments, reduction="sum", name="own")
    config = json.loads(json.dumps(ours.get_config()))
    expected = json.loads(json.dumps(theirs.get_config()))
    assert {k: config[k] for k in expected} == expected
    assert set(config) - set(expected) <= LOST_BY_KERAS
    again = [type(ours).from_config(config), losses.deserialize(losses.serialize(ours))]
    if case.loss != UNKNOWN_TO_KERAS:
        again.append(keras.losses.deserialize(losses.serialize(ours)))
    assert all((loss.name, loss.reduction) == ("own", "sum") for loss in again)
    y_true, y_pred = case.data(np.random.default_rng(4))
    values = jax.jit(lambda p: [loss(y_true, p) for loss in (theirs, *again)])(y_pred)
    np.testing.assert_allclose(values, np.full(len(values), values[0]), **FLOAT32)


WEIGHTED = {
    "values of a sample": (Case("", "MeanSquaredError", numbers((4, 5))), (4,)),
    "values of a time step": (Case("", "MeanSquaredError", numbers((4, 3, 5))), (4, 3)),
    "one value": (Case("", "MeanSquaredError", numbers((4,))), ()),
    "ignored classes": (
        Case("", "SparseCategoricalCrossentropy", labels(4, 3, 2, low=-1), {"ignore_class": -1}),
        (4, 3),
    ),
}
WEIGHTS: list[Any] = [None, (), (4,), (4, 1), (4, 3), (1, 3), (3,), (4, 3, 1), (4, 1, 1), "zeros"]


@pytest.mark.rows(22)
@pytest.mark.parametrize("shape", WEIGHTS, ids=str)
@pytest.mark.parametrize("values", WEIGHTED)
def test_weights_and_reductions_are_kerass(values: str, shape: Any) -> None:
    case, size = WEIGHTED[values]
    y_true, y_pred = case.data(np.random.default_rng(5))
    weights: Any = None
    if shape == "zeros":
        weights = np.zeros((*size[:1], *(1,) * (len(size) - 1)), "f")
    elif shape is not None:
        weights = np.random.default_rng(6).uniform(0, 2, shape).astype("f")
    if size == (4,) and len(shape or ()) == 3:
        pytest.skip("Keras weighs every sample by every weight here")
    if size == (4, 3) and shape == (4,):
        pytest.skip("Keras wants an axis for the time steps, here the first axis is enough")
    for reduction in REDUCTIONS:
        ours = getattr(losses, case.loss)(**case.arguments, reduction=reduction)
        theirs = getattr(keras.losses, case.loss)(**case.arguments, reduction=reduction)
        try:
            expected = theirs(y_true, y_pred, weights)
        except (TypeError, ValueError):
            with pytest.raises(ValueError, match="sample_weight"):
                ours(y_true, y_pred, weights)
        else:
            with jax.numpy_rank_promotion("raise"):
                value = ours(y_true, y_pred, weights)
            assert value.shape == expected.shape
            np.testing.assert_allclose(value, expected, **FLOAT32)


@pytest.mark.parametrize("values", WEIGHTED)
def test_gradients_of_a_weighted_mean_are_kerass(values: str) -> None:
    case, size = WEIGHTED[values]
    y_true, y_pred = case.data(np.random.default_rng(5))
    weights = np.random.default_rng(6).uniform(0, 2, size).astype("f")
    ours, theirs = (getattr(m, case.loss)(**case.arguments) for m in (losses, keras.losses))
    _assert_same(
        lambda t, p: ours(t, p, weights), lambda t, p: theirs(t, p, weights), y_true, y_pred
    )


def test_weights_of_samples_belong_to_the_first_axis_of_a_square() -> None:
    errors = np.arange(9.0, dtype="f").reshape(3, 3)
    loss = losses.MeanSquaredError(reduction="none")
    weighted = loss(np.zeros((3, 3, 1), "f"), np.sqrt(errors)[..., None], np.array([0.0, 1.0, 2.0]))
    np.testing.assert_allclose(weighted, errors * [[0.0], [1.0], [2.0]], rtol=1e-6)


BAD = [
    ("sparse_categorical_crossentropy", (4, 3), (4, 3), "'categorical_crossentropy'"),
    ("sparse_categorical_crossentropy", (4, 2, 3), (4, 2, 3), "'categorical_crossentropy'"),
    ("categorical_crossentropy", (4,), (4, 3), "'sparse_categorical_crossentropy'"),
    ("categorical_crossentropy", (4, 1), (4, 3), "'sparse_categorical_crossentropy'"),
    ("categorical_crossentropy", (4, 2), (4, 2, 3), "'sparse_categorical_crossentropy'"),
    ("categorical_focal_crossentropy", (4,), (4, 3), "to_categorical"),
    ("sparse_categorical_crossentropy", (4,), (5, 3), r"shape \(5,\) or \(5, 1\)"),
    ("categorical_crossentropy", (4, 5), (4, 3), "predictions' shape"),
    ("binary_crossentropy", (4,), (4, 3), "predictions' shape"),
    ("binary_crossentropy", (4, 1), (4, 3), "predictions' shape"),
    ("mean_squared_error", (4,), (4, 3), "predictions' shape"),
    ("mean_squared_error", (3,), (4, 3), "predictions' shape"),
    ("mean_squared_error", (4, 2), (4, 3), "predictions' shape"),
    ("huber", (4, 1, 1), (4,), "predictions' shape"),
    ("ctc", (4, 5), (4, 3), r"labels \(batch, labels\) and logits \(batch, steps, classes\)"),
    ("ctc", (3, 5), (4, 7, 3), "labels"),
    ("ctc", (4,), (4, 7, 3), "labels"),
    ("circle", (4,), (5, 3), "a class number each"),
    ("circle", (4, 2), (4, 3), "a class number each"),
    ("circle", (4,), (4, 2, 3), r"\(batch, features\)"),
]


@pytest.mark.parametrize(("name", "y_true", "y_pred", "hint"), BAD)
def test_targets_that_do_not_fit_are_an_error_while_tracing(
    name: str, y_true: Any, y_pred: Any, hint: str
) -> None:
    arguments = jax.ShapeDtypeStruct(y_true, "int32"), jax.ShapeDtypeStruct(y_pred, "float32")
    for loss in (getattr(losses, name), LossFunctionWrapper(getattr(losses, name))):
        with pytest.raises(ValueError, match=hint) as error:
            jax.eval_shape(loss, *arguments)
        assert name in str(error.value)
        assert str(y_true) in str(error.value)
        assert str(y_pred) in str(error.value)


@pytest.mark.parametrize("name", ["categorical_crossentropy", "sparse_categorical_crossentropy"])
def test_a_single_class_is_warned_of(name: str) -> None:
    with pytest.warns(SyntaxWarning, match="'binary_crossentropy'"):
        getattr(losses, name)(np.zeros((4, 1)), np.ones((4, 1)))


def test_embeddings_may_be_compared_with_others() -> None:
    draw = np.random.default_rng(7)
    (own, x), (theirs, others) = (embeddings(n, 4)(draw) for n in (5, 8))
    options = {"ref_labels": theirs, "ref_embeddings": others, "remove_diagonal": False}
    found, expected = (
        jax.jit(lambda x, k=k: k.circle(own, x, gamma=5.0, **options))(x)
        for k in (losses, keras.losses)
    )
    np.testing.assert_allclose(found, expected, **FLOAT32)


def test_weights_that_do_not_fit_are_an_error() -> None:
    with pytest.raises(ValueError, match=r"`sample_weight` has shape \(5,\).* \(4,\)"):
        losses.MeanSquaredError()(np.zeros((4, 2)), np.zeros((4, 2)), np.ones(5))


def test_an_unknown_reduction_is_an_error() -> None:
    with pytest.raises(ValueError, match="Did you mean 'mean'"):
        losses.MeanSquaredError(reduction="meen")


ON_LOGITS = [
    ("CategoricalCrossentropy", {}, classes(64, 7, logits=True)),
    ("CategoricalCrossentropy", {"label_smoothing": 0.1}, classes(64, 7, logits=True)),
    ("SparseCategoricalCrossentropy", {}, labels(64, 7, logits=True, low=-1)),
    ("SparseCategoricalCrossentropy", {"ignore_class": 2}, labels(9, 5, 7, logits=True)),
]


@pytest.mark.parametrize(("name", "arguments", "data"), ON_LOGITS)
def test_loss_on_logits_is_kerass_of_their_softmax(
    name: str, arguments: dict[str, Any], data: Any
) -> None:
    y_true, logits = data(np.random.default_rng(7))
    loss = on_logits(getattr(losses, name)(**arguments))
    assert loss is not None
    theirs = getattr(keras.losses, name)(**arguments)
    for scale in (1.0, 5.0):
        _assert_same(
            loss,
            lambda t, z: theirs(t, keras.activations.softmax(z)),
            y_true,
            logits * scale,
            **VIA_PROBABILITIES,
        )


@pytest.mark.parametrize(
    "loss",
    [
        losses.CategoricalCrossentropy(from_logits=True),
        losses.CategoricalCrossentropy(axis=1),
        losses.BinaryCrossentropy(),
        losses.MeanSquaredError(),
        losses.categorical_crossentropy,
    ],
    ids=lambda loss: getattr(loss, "__name__", type(loss).__name__),
)
def test_other_losses_have_no_twin_on_logits(loss: Any) -> None:
    assert on_logits(loss) is None


NOT_LOSSES = {"Loss", "get", "serialize", "deserialize"}
NAMES = [
    name for name in losses.__all__ if name not in NOT_LOSSES and "generalized" not in name.lower()
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_means_what_it_means_in_keras(name: str) -> None:
    ours, theirs = losses.get(name), keras.losses.get(name)
    if isinstance(theirs, keras.losses.Loss):
        assert type(ours).__name__ == type(theirs).__name__
        assert ours.name == theirs.name
    else:
        assert ours is getattr(losses, theirs.__name__)
        assert losses.deserialize(keras.losses.serialize(theirs)) is ours
        assert keras.losses.deserialize(losses.serialize(ours)) is theirs


def test_an_unknown_name_is_an_error_with_the_closest_ones() -> None:
    with pytest.raises(ValueError, match="'mean_squared_error'"):
        losses.get("mean_square_error")
    with pytest.raises(ValueError, match="a `Loss`; got 5"):
        losses.get(5)


def test_a_function_as_a_loss_survives_its_config() -> None:
    loss = LossFunctionWrapper(losses.huber, delta=2.0, name="own")
    again = LossFunctionWrapper.from_config(loss.get_config())
    y_true, y_pred = numbers((6, 3))(np.random.default_rng(8))
    assert again.name == "own"
    assert float(again(y_true, y_pred)) == float(loss(y_true, y_pred))


def test_result_has_the_default_float_type_whatever_the_policy() -> None:
    for dtype in (None, "float16", "mixed_bfloat16"):
        ours, theirs = (
            losses.MeanSquaredError(dtype=dtype),
            keras.losses.MeanSquaredError(dtype=dtype),
        )
        half = np.ones((2, 2), "float16")
        assert ours(half, half).dtype == theirs(half, half).dtype


def test_a_loss_of_symbolic_tensors_is_one() -> None:
    from ppul.core.symbolic import KerasTensor

    assert losses.mean_squared_error(KerasTensor((None, 3)), KerasTensor((None, 3))).shape == (
        None,
    )


@pytest.mark.parametrize(
    "labels", [[0, 0, 1, 2], [0, 0, 1, 1], [0, 1, 2, 3], [0, 0, 0, 0]], ids=str
)
def test_samples_alone_in_their_class_do_not_count_in_the_circle_loss(labels: list[int]) -> None:
    embeddings = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")
    weights = np.array([1.0, 2.0, 3.0, 4.0], "float32")
    for sample_weight in (None, weights):
        ours, theirs = (
            library.Circle(gamma=2.0)(np.array(labels), embeddings, sample_weight)
            for library in (losses, keras.losses)
        )
        np.testing.assert_allclose(ours, theirs, rtol=1e-5)
