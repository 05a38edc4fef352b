"""Every metric against Keras on JAX: results over batches, weights, pure updates, configurations."""

from __future__ import annotations

import json
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from ppul import metrics
from tests.metrics.cases import CASES, Case
from tests.tables import rows_of

# Sums of dozens of values in another order; Keras also subtracts some of them.
FLOAT32 = {"rtol": 5e-6, "atol": 4e-6}
# Constructor arguments that Keras's own configurations leave out, so that they are lost there.
LOST_BY_KERAS = {"axis", "from_sorted_ids"}
# The last one is smaller; a few shapes only, as compiling for another one is slow.
BATCHES = [slice(0, 5), slice(5, 10), slice(10, 12)]
FIRST = BATCHES[0]

# The oracle asks JAX for int64.
pytestmark = pytest.mark.filterwarnings("ignore:Explicitly requested dtype int64:UserWarning")
by_id = rows_of(CASES, lambda case: case.metric)


def _both(case: Case) -> tuple[Any, Any]:
    return tuple(getattr(m, case.metric)(**case.arguments) for m in (metrics, keras.metrics))


def _weights() -> Any:
    return np.random.default_rng(3).uniform(0, 2, 12).astype("f")


def _update(metric: Any, y_true: Any, y_pred: Any, weights: Any) -> None:
    """All batches as one compiled program: one by one, Keras compiles each of its operations."""

    def updated(values: Any) -> Any:
        for rows in BATCHES:
            weight = None if weights is None else weights[rows]
            values = metric.stateless_update_state(
                values, y_true[rows], y_pred[rows], sample_weight=weight
            )
        return values

    if not metric.variables:  # made by the first update
        metric.update_state(y_true[FIRST], y_pred[FIRST])
        metric.reset_state()
    values = jax.jit(updated)([v.value for v in metric.variables])
    for variable, value in zip(metric.variables, values, strict=True):
        variable.assign(value)


def _assert_same_state(ours: Any, theirs: Any) -> None:
    np.testing.assert_allclose(ours.result(), theirs.result(), **FLOAT32)
    assert ours.result().dtype == theirs.result().dtype
    for variable, expected in zip(ours.variables, theirs.variables, strict=True):
        assert (variable.name, variable.shape) == (expected.name, expected.shape)
        assert variable.path == f"{ours.name}/{variable.name}"
        assert variable.dtype == expected.dtype
        np.testing.assert_allclose(variable.numpy(), expected.numpy(), **FLOAT32)


@pytest.mark.rows(2)
@by_id
def test_results_over_ragged_batches_are_kerass(case: Case) -> None:
    y_true, y_pred = case.data(np.random.default_rng(1))
    ours, theirs = _both(case)
    for weights in (None, _weights()):
        for rows in BATCHES:
            weight = None if weights is None else weights[rows]
            with jax.numpy_rank_promotion("raise"):
                ours.update_state(y_true[rows], y_pred[rows], sample_weight=weight)
        _update(theirs, y_true, y_pred, weights)
        _assert_same_state(ours, theirs)
        ours.reset_state()
        assert all(float(jnp.sum(jnp.abs(v.value))) == 0 for v in ours.variables)
        theirs.reset_state()


@pytest.mark.rows(4)
@by_id
def test_pure_update_compiled_is_the_update(case: Case) -> None:
    y_true, y_pred = (y[FIRST] for y in case.data(np.random.default_rng(2)))
    ours, theirs = _both(case)
    weights = _weights()[FIRST]
    ours.build(y_true, y_pred)
    with jax.numpy_rank_promotion("raise"):
        values = jax.jit(ours.stateless_update_state)(
            [v.value for v in ours.variables], y_true, y_pred, sample_weight=weights
        )
    assert all(float(jnp.sum(jnp.abs(v.value))) == 0 for v in ours.variables)
    theirs.update_state(y_true, y_pred, sample_weight=weights)
    for value, expected in zip(values, theirs.variables, strict=True):
        np.testing.assert_allclose(value, expected.numpy(), **FLOAT32)
    np.testing.assert_allclose(ours.stateless_result(values), theirs.result(), **FLOAT32)


@pytest.mark.rows(8)
@by_id
def test_config_is_kerass_and_makes_the_same_metric(case: Case) -> None:
    ours, theirs = _both(case)
    config = json.loads(json.dumps(ours.get_config()))
    # Keras leaves arrays and scalars of NumPy in some.
    expected = json.loads(json.dumps(theirs.get_config(), default=lambda value: value.tolist()))
    for text in (config, expected):
        text["name"] = text["name"].rstrip("_0123456789")
    assert {k: config[k] for k in expected} == expected
    assert set(config) - set(expected) <= LOST_BY_KERAS
    y_true, y_pred = (y[FIRST] for y in case.data(np.random.default_rng(4)))
    again = [
        type(ours).from_config(config),
        metrics.deserialize(metrics.serialize(ours)),
        keras.metrics.deserialize(metrics.serialize(ours)),
    ]
    result = ours(y_true, y_pred)
    for metric in again:
        assert metric.name in (ours.name, config["name"])
        np.testing.assert_allclose(metric(y_true, y_pred), result, **FLOAT32)


@pytest.mark.rows(8)
@pytest.mark.parametrize("case", [c for c in CASES if c.function], ids=lambda case: case.id)
def test_function_equals_keras(case: Case) -> None:
    y_true, y_pred = (y[FIRST] for y in case.data(np.random.default_rng(5)))
    ours, theirs = (getattr(m, str(case.function)) for m in (metrics, keras.metrics))
    with jax.numpy_rank_promotion("raise"):
        value = ours(y_true, y_pred, **case.arguments)
    expected = theirs(y_true, y_pred, **case.arguments)
    assert (value.shape, value.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_allclose(value, expected, **FLOAT32)


VALUES: list[Any] = [(), (4,), (4, 1), (4, 3), (4, 3, 2)]
WEIGHTS: list[Any] = [
    None,
    (),
    (1,),
    (4,),
    (4, 1),
    (4, 3),
    (1, 3),
    (4, 3, 1),
    (4, 3, 2),
    (4, 1, 1),
    (5,),
]


@pytest.mark.rows(30)
@pytest.mark.parametrize("shape", WEIGHTS, ids=str)
@pytest.mark.parametrize("size", VALUES, ids=str)
@pytest.mark.parametrize("name", ["Mean", "Sum"])
def test_weights_are_kerass(name: str, size: Any, shape: Any) -> None:
    values = np.random.default_rng(6).normal(size=size).astype("f")
    weights = None
    if shape is not None:
        weights = np.random.default_rng(7).uniform(0, 2, shape).astype("f")
    ours, theirs = getattr(metrics, name)(), getattr(keras.metrics, name)()
    try:
        theirs.update_state(values, sample_weight=weights)
    except ValueError:
        if size == (4,) and shape == (4, 1, 1):
            pytest.skip("Keras takes away one axis of size one, here all are")
        with pytest.raises(ValueError, match="`sample_weight` has shape"):
            ours.update_state(values, sample_weight=weights)
    else:
        with jax.numpy_rank_promotion("raise"):
            ours.update_state(values, sample_weight=weights)
        _assert_same_state(ours, theirs)


def test_a_mean_of_nothing_is_zero() -> None:
    for metric in (metrics.Mean(), metrics.MeanSquaredError(), metrics.SparseCategoricalAccuracy()):
        assert float(metric.result()) == 0
    assert float(metrics.Mean()([1.0, 2.0], sample_weight=[0.0, 0.0])) == 0


@pytest.mark.parametrize("k", [1, 2, 5])
def test_top_k_is_among_the_first_k_of_a_sort(k: int) -> None:
    r = np.random.default_rng(8)
    scores, wanted = r.normal(size=(50, 8)).astype("f"), r.integers(0, 8, 50)
    best = np.argsort(-scores, axis=-1)[:, :k]
    right = metrics.sparse_top_k_categorical_accuracy(wanted, scores, k=k)
    np.testing.assert_array_equal(right, (best == wanted[:, None]).any(axis=-1))


def test_predictions_that_are_not_numbers_are_not_among_the_top() -> None:
    scores = np.full((2, 4), np.nan, "f")
    assert metrics.sparse_top_k_categorical_accuracy([0, 3], scores, k=3).tolist() == [0, 0]


BAD = [
    ("sparse_categorical_accuracy", (4, 3), (4, 3), "'categorical_accuracy'"),
    ("sparse_top_k_categorical_accuracy", (4, 3), (4, 3), "'top_k_categorical_accuracy'"),
    ("categorical_accuracy", (4,), (4, 3), "'sparse_categorical_accuracy'"),
    ("categorical_accuracy", (4, 1), (4, 3), "'sparse_categorical_accuracy'"),
    ("top_k_categorical_accuracy", (4,), (4, 3), "'sparse_top_k_categorical_accuracy'"),
    ("binary_accuracy", (4,), (4, 3), "predictions' shape"),
    ("mean_squared_error", (4,), (4, 3), "predictions' shape"),
]


@pytest.mark.parametrize(("name", "y_true", "y_pred", "hint"), BAD)
def test_targets_that_do_not_fit_are_an_error(
    name: str, y_true: Any, y_pred: Any, hint: str
) -> None:
    with pytest.raises(ValueError, match=hint) as error:
        metrics.get(name).update_state(np.zeros(y_true, "int32"), np.zeros(y_pred, "f"))
    for part in (name, str(y_true), str(y_pred)):
        assert part in str(error.value)


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [({"class_aggregation": "mean"}, "uniform_average"), ({"num_regressors": -1}, "negative")],
)
def test_r2_arguments_out_of_range_are_an_error(arguments: dict[str, Any], hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        metrics.R2Score(**arguments)


def test_r2_wants_one_column_an_output() -> None:
    with pytest.raises(ValueError, match=r"y_true has shape \(4,\)"):
        metrics.R2Score().update_state(np.zeros(4), np.zeros(4))


@pytest.mark.parametrize("aggregation", ["uniform_average", None])
@pytest.mark.parametrize("column", [[1.0, 1.0, 1.0], [1.0, 2.0, 4.0]])
def test_r2_of_a_constant_is_kerass(aggregation: Any, column: list[float]) -> None:
    y_true = np.array([[1.0, 1.0, 1.0], column], "f").T
    y_pred = np.arange(6, dtype="f").reshape(3, 2)
    ours, theirs = (m.R2Score(class_aggregation=aggregation) for m in (metrics, keras.metrics))
    np.testing.assert_allclose(ours(y_true, y_pred), theirs(y_true, y_pred), **FLOAT32)


@pytest.mark.parametrize("regressors", [1, 2, 3, 4])
def test_r2_is_adjusted_where_that_is_defined(regressors: int) -> None:
    r = np.random.default_rng(9)
    y_true, y_pred = r.random((4, 1)), r.random((4, 1))
    ours = metrics.R2Score(num_regressors=regressors)(y_true, y_pred)
    if regressors < 3:
        expected = keras.metrics.R2Score(num_regressors=regressors)(y_true, y_pred)
    else:
        expected = keras.metrics.R2Score()(y_true, y_pred)
    np.testing.assert_allclose(ours, expected, **FLOAT32)


BAD_ARGUMENTS = [
    ("Precision", {"thresholds": [0.5, 2]}, "between 0 and 1; got 2"),
    ("Recall", {"thresholds": []}, "`thresholds` is empty"),
    ("AUC", {"curve": "X"}, "one of 'ROC', 'PR', 'PRGAIN'; got 'X'"),
    ("AUC", {"summation_method": "X"}, "one of 'interpolation'"),
    ("AUC", {"num_thresholds": 1}, "at least 2; got 1"),
    ("AUC", {"num_labels": 3}, "`multi_label` must be True"),
    ("IoU", {"num_classes": 2, "target_class_ids": [0, 5]}, r"classes from 0 to 1; got \[5\]"),
    ("BinaryIoU", {"target_class_ids": [-1]}, r"classes from 0 to 1; got \[-1\]"),
    ("MeanIoU", {"num_classes": 0}, "positive integer; got 0"),
    ("F1Score", {"average": "mean"}, "one of None, 'micro', 'macro', 'weighted'; got 'mean'"),
    ("FBetaScore", {"beta": -1.0}, "`beta` must be a number above 0; got -1.0"),
    ("FBetaScore", {"threshold": 2.0}, "above 0 and at most 1, or None; got 2.0"),
    ("PrecisionAtRecall", {"recall": 1.5}, "`recall` must be between 0 and 1; got 1.5"),
    ("PrecisionAtRecall", {"recall": 0.5, "num_thresholds": 0}, "positive integer; got 0"),
]


@pytest.mark.parametrize(("name", "arguments", "hint"), BAD_ARGUMENTS)
def test_arguments_out_of_range_are_an_error(
    name: str, arguments: dict[str, Any], hint: str
) -> None:
    with pytest.raises(ValueError, match=rf"{name}: .*{hint}"):
        getattr(metrics, name)(**arguments)


def test_a_class_that_is_not_predicted_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"`class_id` is 7 .* class from 0 to 2"):
        metrics.Precision(class_id=7).update_state(np.zeros((2, 3)), np.zeros((2, 3)))


@pytest.mark.parametrize("shape", [(4,), (4, 2)])
def test_a_curve_for_each_label_wants_a_column_for_each(shape: Any) -> None:
    with pytest.raises(ValueError, match=r"y_pred has shape .*\(batch, 3\)"):
        metrics.AUC(multi_label=True, num_labels=3).update_state(np.zeros(shape), np.zeros(shape))


@pytest.mark.parametrize("shapes", [((4,), (4,)), ((4, 3), (4, 2)), ((4, 2, 2), (4, 2, 2))])
def test_an_f_score_wants_a_column_for_each_class(shapes: Any) -> None:
    with pytest.raises(ValueError, match=r"F1Score: y_true has shape .*\(batch, classes\)"):
        metrics.F1Score().update_state(*map(np.zeros, shapes))


def test_an_f_score_wants_the_same_classes_in_every_batch() -> None:
    metric = metrics.F1Score()
    metric.update_state(np.zeros((2, 3)), np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"y_pred has shape \(2, 4\); 3 classes were expected"):
        metric.update_state(np.zeros((2, 4)), np.zeros((2, 4)))


def test_pixels_are_counted_in_whole_numbers_unless_told_otherwise() -> None:
    true, pred = [0, 0, 1, 1, -1, 2], [0, 1, 0, 1, 0, 0]
    ours, theirs = (m.MeanIoU(2) for m in (metrics, keras.metrics))
    for weights in (None, np.array([2, 1, 1, 3, 1, 1])):
        np.testing.assert_allclose(
            ours(true, pred, weights), theirs(true, pred, weights), **FLOAT32
        )
    assert ours.variables[0].dtype == "int32"
    np.testing.assert_array_equal(ours.total_cm.numpy(), np.asarray(theirs.total_cm.value))
    with pytest.warns(UserWarning, match="weights are cut to whole numbers.*dtype='float32'"):
        ours.update_state(true, pred, np.full(6, 0.5))


def test_classes_may_stand_on_any_axis_of_pictures() -> None:
    # Keras's own fails here.
    r = np.random.default_rng(11)
    y_true, y_pred = np.eye(3)[r.integers(0, 3, (2, 4, 4))], r.random((2, 4, 4, 3))
    last = metrics.OneHotMeanIoU(3)(y_true, y_pred)
    first = metrics.OneHotMeanIoU(3, axis=1)(*(np.moveaxis(y, -1, 1) for y in (y_true, y_pred)))
    np.testing.assert_array_equal(first, last)
    weights = r.integers(0, 3, (2, 4, 4))
    both = [np.argmax(y, -1).ravel() for y in (y_true, y_pred)]
    expected = keras.metrics.MeanIoU(3)(*both, sample_weight=weights.ravel())
    found = metrics.OneHotMeanIoU(3)(y_true, y_pred, sample_weight=weights)
    np.testing.assert_allclose(found, expected, **FLOAT32)


@pytest.mark.parametrize(
    ("true", "pred", "weights", "hint"),
    [
        ((4,), (5,), None, r"shape \(4,\) and predictions of shape \(5,\)"),
        ((4,), (4,), (3,), "weight"),
    ],
)
def test_pixels_that_do_not_fit_are_an_error(true: Any, pred: Any, weights: Any, hint: str) -> None:
    weights = None if weights is None else np.ones(weights, "int32")
    with pytest.raises(ValueError, match=hint):
        metrics.MeanIoU(2).update_state(np.zeros(true), np.zeros(pred), weights)


def test_auc_of_many_thresholds_is_that_of_scikit_learn() -> None:
    from sklearn.metrics import roc_auc_score

    r = np.random.default_rng(10)
    y_true = r.integers(0, 2, 300)
    y_pred = np.clip(0.3 * y_true + r.random(300) * 0.7, 0, 1)
    area = metrics.AUC(num_thresholds=5000)(y_true, y_pred)
    # Samples that fall between the same two thresholds count half.
    np.testing.assert_allclose(area, roc_auc_score(y_true, y_pred), atol=1e-3)


NOT_METRICS = {"get", "serialize", "deserialize", "MeanMetricWrapper"}
SNAKE = ["accuracy", "mean", "sum", "root_mean_squared_error", "r2_score", "log_cosh_error"]
NAMES = sorted({*metrics.__all__, *SNAKE} - NOT_METRICS)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_means_what_it_means_in_keras(name: str) -> None:
    try:
        theirs = keras.metrics.get(name)
    except TypeError:
        with pytest.raises(TypeError, match="required positional argument"):
            metrics.get(name)
        return
    except ValueError:
        # Keras has these as functions alone, and its `get` does not find them.
        assert metrics.get(name) is getattr(metrics, name)
        return
    ours = metrics.get(name)
    assert type(ours).__name__ == type(theirs).__name__
    assert ours.name.rstrip("_0123456789") == theirs.name.rstrip("_0123456789")


def test_an_unknown_name_is_an_error_with_the_closest_ones() -> None:
    with pytest.raises(ValueError, match=r"Unknown metric: 'acuracy'.*Accuracy"):
        metrics.get("acuracy")
    with pytest.raises(ValueError, match="a `Metric`; got 5"):
        metrics.get(5)


def test_a_function_as_a_metric_survives_its_config() -> None:
    ours = metrics.MeanMetricWrapper(metrics.huber, name="own", delta=2.0)
    theirs = keras.metrics.MeanMetricWrapper(keras.metrics.huber, name="own", delta=2.0)
    y_true, y_pred = np.zeros((3, 2), "f"), np.arange(6, dtype="f").reshape(3, 2)
    again = metrics.MeanMetricWrapper.from_config(ours.get_config())
    from_keras = metrics.MeanMetricWrapper.from_config(theirs.get_config())
    for metric in (ours, again, from_keras):
        np.testing.assert_allclose(metric(y_true, y_pred), theirs(y_true, y_pred), **FLOAT32)
        theirs.reset_state()


def test_result_has_the_default_float_type_whatever_the_policy() -> None:
    for dtype in (None, "float16", "mixed_bfloat16"):
        ours, theirs = (m.Mean(dtype=dtype) for m in (metrics, keras.metrics))
        assert ours.variables[0].dtype == theirs.variables[0].dtype
        assert ours.get_config() == theirs.get_config()


def test_classes_may_be_on_another_axis() -> None:
    # Keras takes the mean of the classes over that axis, too, which there is none of.
    y_true, y_pred = np.random.default_rng(0).random((2, 4, 5, 3))
    last, second = (metrics.OneHotIoU(3, [0, 2], axis=axis) for axis in (-1, 1))
    second.update_state(np.moveaxis(y_true, -1, 1), np.moveaxis(y_pred, -1, 1))
    assert float(second.result()) == float(last(y_true, y_pred)) > 0
