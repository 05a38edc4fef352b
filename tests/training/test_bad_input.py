"""Bad input is found before any step, and the message says what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ppul
from ppul import layers

X = np.ones((20, 4), "float32")
LABELS = np.arange(20) % 3
ONE_HOT = np.eye(3, dtype="float32")[LABELS]


def model(loss: Any = "sparse_categorical_crossentropy", **compile_: Any) -> Any:
    built = ppul.Sequential(
        [
            ppul.Input((4,)),
            layers.Dense(5, name="hidden"),
            layers.Dense(3, "softmax", name="classes"),
        ],
        name="net",
    )
    built.compile("sgd", loss, **compile_)
    return built


def two_outputs(**compile_: Any) -> Any:
    x = ppul.Input((4,))
    built = ppul.Model(x, [layers.Dense(1, name="left")(x), layers.Dense(1, name="right")(x)])
    built.compile("sgd", "mse", **compile_)
    return built


def ends_early() -> Any:
    for _ in range(3):
        yield X, LABELS


def fit_twice(generator: Any) -> None:
    list(generator)
    model().fit(generator)


ROWS: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "wrong width": (
        lambda: model().fit(X[:, :3], LABELS),
        ValueError,
        r"shape \(None, 4\).*\(.*3\)",
    ),
    "wrong rank": (lambda: model().fit(X[:, None], LABELS), ValueError, r"\(None, 4\).*1, 4"),
    "lengths differ": (lambda: model().fit(X, LABELS[:7]), ValueError, "x has 20, y has 7"),
    "one-hot labels, sparse loss": (
        lambda: model().fit(X, ONE_HOT),
        ValueError,
        "(?s)sparse_categorical_crossentropy.*categorical_crossentropy",
    ),
    "integer labels, one-hot loss": (
        lambda: model("categorical_crossentropy").fit(X, LABELS),
        ValueError,
        "(?s)categorical_crossentropy.*sparse_categorical_crossentropy",
    ),
    "label too large": (lambda: model().fit(X, LABELS + 1), ValueError, "3.*classes.*3"),
    "label negative": (lambda: model().fit(X, LABELS - 1), ValueError, "-1"),
    "strings": (
        lambda: model().fit(np.array([["a"] * 4] * 20), LABELS),
        ValueError,
        "`x` must be numbers",
    ),
    "objects": (
        lambda: model().fit(np.array([[object()] * 4] * 20), LABELS),
        ValueError,
        "`x` must be numbers",
    ),
    "ragged rows": (lambda: model().fit([[1.0, 2.0], [1.0]], [0, 1]), ValueError, "same length"),
    "empty": (lambda: model().fit(X[:0], LABELS[:0]), ValueError, "`x` is empty"),
    "no data": (lambda: model().fit(None, LABELS), ValueError, "`x` is None"),
    "not compiled": (
        lambda: ppul.Sequential([layers.Dense(1)], name="raw").fit(X, LABELS),
        ValueError,
        "'raw' must be compiled before `fit`",
    ),
    "unknown loss": (
        lambda: model("sparse_categorical_crosentropy"),
        ValueError,
        "Did you mean 'sparse_cat",
    ),
    "unknown metric": (lambda: model(metrics=["accurcy"]), ValueError, "accurcy.*Did you mean"),
    "unknown activation": (lambda: layers.Dense(3, "rellu"), ValueError, "Did you mean.*'relu'"),
    "unknown fit argument": (lambda: model().fit(X, LABELS, epoch=3), TypeError, "epoch"),
    "number of loss weights": (
        lambda: two_outputs(loss_weights=[1.0]).fit(X, [LABELS, LABELS]),
        ValueError,
        r"`loss_weights` has 1 entries.*2 output.*left.*right",
    ),
    "number of targets": (lambda: two_outputs().fit(X, LABELS), ValueError, "`y` has 1.*2 output"),
    "unknown output": (
        lambda: two_outputs(loss_weights={"lefft": 1.0}).fit(X, [LABELS, LABELS]),
        ValueError,
        "lefft.*Did you mean 'left'",
    ),
    "generator without batches": (
        lambda: model().fit(iter([])),
        ValueError,
        "yielded no batch",
    ),
    "y beside a generator": (
        lambda: model().fit(ends_early(), LABELS),
        ValueError,
        "`y` must not be given",
    ),
    "negative units": (lambda: layers.Dense(-3), ValueError, r"Dense 'dense.*': `units`.*-3"),
    "units no number": (
        lambda: layers.Dense("three"),
        ValueError,
        "`units` must be a positive integer.*three",
    ),
    "split of one": (
        lambda: model().fit(X, LABELS, validation_split=1.0),
        ValueError,
        "between 0 and 1",
    ),
    "split leaves nothing": (
        lambda: model().fit(X, LABELS, validation_split=0.999),
        ValueError,
        "leaves 0 to train",
    ),
    "split of a generator": (
        lambda: model().fit(ends_early(), validation_split=0.2),
        ValueError,
        "`validation_split` needs arrays",
    ),
    "batch size": (lambda: model().fit(X, LABELS, batch_size=0), ValueError, "`batch_size`.*0"),
    "missing file": (
        lambda: ppul.saving.load_model("no such folder/no.keras"),
        FileNotFoundError,
        "no such folder",
    ),
    "dropout rate": (lambda: layers.Dropout(1.5), ValueError, "`rate` must be in"),
    "two layers of a name": (
        lambda: ppul.Sequential([layers.Dense(1, name="a"), layers.Dense(1, name="a")]),
        ValueError,
        "named 'a' already",
    ),
    "not a layer": (lambda: ppul.Sequential([3]), TypeError, "only layers can be added; got 3"),
    "int as shape": (lambda: ppul.Input(4), ValueError, r"write shape=\(4,\)"),
    "unconnected": (
        lambda: ppul.Model(ppul.Input((3,)), layers.Dense(1)(ppul.Input((3,), name="other"))),
        ValueError,
        "'other', which is not among",
    ),
    "not symbolic": (lambda: ppul.Model(X, X), ValueError, "must be symbolic tensors"),
    "unknown layer argument": (
        lambda: layers.Dense(1, unit=3),
        TypeError,
        "unknown argument.*unit",
    ),
    "weights of another shape": (
        lambda: model().set_weights([X] * 4),
        ValueError,
        "'net/hidden/kernel' has shape",
    ),
    "epochs of a used generator": (
        lambda: fit_twice(ends_early()),
        ValueError,
        "yielded no batch",
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_the_message_names_what_was_found(name: str) -> None:
    action, error, message = ROWS[name]
    with pytest.raises(error) as caught:
        action()
    assert re.search(message, str(caught.value)), str(caught.value)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_data_that_are_not_finite_are_warned_of(value: float) -> None:
    x = X.copy()
    x[[7, 11], 2] = value
    with pytest.warns(
        UserWarning, match=r"`x` has NaN or infinite values in 2 of 20 samples, first in sample 7"
    ):
        model().fit(x, LABELS, verbose=0)


def test_a_generator_that_ends_early_is_warned_of() -> None:
    net = model()
    with pytest.warns(UserWarning, match="ended after 3 of 5 steps"):
        history = net.fit(ends_early(), steps_per_epoch=5, epochs=4, verbose=0)
    assert len(history.history["loss"]) == 1


def test_weights_stay_as_they_were_when_data_do_not_fit() -> None:
    net = model()
    before = net.get_weights()
    with pytest.raises(ValueError, match="y has 7"):
        net.fit(X, LABELS[:7])
    for a, b in zip(before, net.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
