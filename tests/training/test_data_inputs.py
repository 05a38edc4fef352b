"""Whatever `x` may be trains as float32 arrays of the same values do, and as Keras trains."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pandas as pd
import pytest
import scipy.sparse

import ppul
from tests.training.feeds import (
    BATCH,
    STEPS,
    Dataset,
    EagerTensor,
    Indexed,
    KerasDataset,
    ListOfBatches,
    Loader,
    Tensor,
    W,
    X,
    Y,
    Z,
    batches,
    forever,
)

# Sums of a few steps in another order.
HISTORY = {"rtol": 1e-4, "atol": 1e-6}

LABELS = np.arange(len(X)) % 3
ONE_HOT = np.eye(3, dtype="float32")[LABELS]
CLASS_WEIGHT = {0: 2.0, 1: 0.5}


def network(k: Any, *, classes: bool = False) -> Any:
    model = k.Sequential(
        [
            k.Input((4,)),
            k.layers.Dense(3, "tanh"),
            k.layers.Dense(3, "softmax") if classes else k.layers.Dense(1),
        ]
    )
    model.set_weights([np.sin(np.arange(w.size) + 1).reshape(w.shape) for w in model.get_weights()])
    return model


def two_inputs(k: Any) -> Any:
    left, right = k.Input((4,), name="left"), k.Input((2,), name="right")
    hidden = k.layers.Dense(3, "tanh")(k.layers.concatenate([left, right]))
    model = k.Model([left, right], k.layers.Dense(1)(hidden))
    model.set_weights([np.sin(np.arange(w.size) + 1).reshape(w.shape) for w in model.get_weights()])
    return model


def trained(k: Any, build: Callable[[Any], Any], make: Callable[[], Any], steps: Any) -> Any:
    """History, weights, evaluation and predictions; of Keras the history is enough.

    Args:
        k: The library.
        build: Makes the model.
        make: Returns (x, y), or something that yields batches.
        steps: Steps an epoch.
    """
    model = build(k)
    model.compile(k.optimizers.SGD(0.1), "mse", metrics=["mae"])
    size = {"batch_size": BATCH} if type(make()) is tuple else {}

    def given() -> dict[str, Any]:
        data = make()
        return dict(zip("xy", data, strict=True)) if size else {"x": data}

    fit = {"epochs": 2, "shuffle": False, "steps_per_epoch": steps}
    history = model.fit(**given(), **fit, **size, verbose=0).history
    if k is keras:
        return history
    figures = model.evaluate(**given(), **size, steps=steps, verbose=0)
    outputs = model.predict(given()["x"], **size, steps=steps, verbose=0)
    return history, model.get_weights(), figures, outputs


@functools.cache
def reference(build: Callable[[Any], Any]) -> Any:
    """What arrays of float32 give: in ppul for equality, in Keras for closeness."""
    data = (X, Y) if build is network else ([X, Z], Y)
    return [trained(k, build, lambda: data, None) for k in (ppul, keras)]


def assert_same(ours: Any, expected: Any) -> None:
    assert jax.tree.structure(ours) == jax.tree.structure(expected)
    for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(expected), strict=True):
        np.testing.assert_array_equal(a, b)


def assert_history(ours: Any, theirs: Any) -> None:
    assert sorted(ours) == sorted(theirs)
    for name, values in theirs.items():
        np.testing.assert_allclose(ours[name], values, err_msg=name, **HISTORY)


# Keras does not take it, or only with the other library installed.
OURS_ALONE = {"rows", "tuples of rows", "torch", "lists", "list-like", "indexed", "iterable"} | {
    "map",
    "sparse and dense",
    "DataLoader",
    "DataLoader of lists",
    "tf.data",
    "generator of lists",
    "generator of rows",
    "dict of rows",
}

FRAME = pd.DataFrame(X, columns=list("abcd"), index=range(100, 100 + len(X)))
MIXED = pd.DataFrame(
    {"a": X[:, 0], "b": X[:, 1].astype("float64"), "c": X[:, 2].astype(int), "d": X[:, 3] > 0}
).astype({"d": "uint8"})

ARRAYS: dict[str, tuple[Any, Any]] = {
    "rows": (X.tolist(), Y.tolist()),
    "tuples of rows": (tuple(map(tuple, X.tolist())), tuple(Y[:, 0].tolist())),
    "float64": (X.astype("float64"), Y.astype("float64")),
    "float16": (X.astype("float16"), Y.astype("float16")),
    "bfloat16": (jnp.asarray(X, "bfloat16"), Y),
    "int64": (X.astype("int64"), Y),
    "uint8": (X.astype("uint8"), Y),
    "bool": (X.astype(bool), Y),
    "column-major": (np.asfortranarray(X), Y),
    "strided": (np.repeat(X, 2, axis=0)[::2], Y[::-1].copy()[::-1]),
    "read only": (np.frombuffer(X.tobytes(), "float32").reshape(X.shape), Y),
    "frame and series": (FRAME, pd.Series(Y[:, 0], index=range(len(X))[::-1])),
    "frames": (FRAME, pd.DataFrame(Y)),
    "frame of several dtypes": (MIXED, pd.Series(Y[:, 0])),
    "csr": (scipy.sparse.csr_matrix(X), Y),
    "sparse array": (scipy.sparse.csr_array(X), Y),
    "jax": (jnp.asarray(X), jnp.asarray(Y)),
    "torch": (Tensor(X), Tensor(Y)),
    "one-dimensional targets": (X, Y[:, 0]),
}


@pytest.mark.rows(2)
@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_of_any_kind_train_as_float32_arrays(name: str) -> None:
    x, y = ARRAYS[name]
    ours, theirs = reference(network)
    assert_same(trained(ppul, network, lambda: (x, y), None), ours)
    assert_history(ours[0], theirs)
    if name not in OURS_ALONE:
        assert_history(ours[0], trained(keras, network, lambda: (x, y), None))


STREAMS: dict[str, tuple[Callable[[], Any], int | None]] = {
    "generator": (lambda: forever(X, Y), STEPS),
    "generator of float64": (lambda: forever(X, Y, wrap=lambda a: a.astype("float64")), STEPS),
    "generator of lists": (lambda: forever(X, Y, pack=list), STEPS),
    "generator of rows": (lambda: forever(X, Y, wrap=lambda a: a.tolist()), STEPS),
    "generator of frames": (lambda: forever(X, Y, wrap=pd.DataFrame), STEPS),
    "generator of jax": (lambda: forever(X, Y, wrap=jnp.asarray), STEPS),
    "map": (lambda: map(tuple, forever(X, Y)), STEPS),
    "iterable": (lambda: Loader(X, Y), None),
    "list-like": (lambda: ListOfBatches(X, Y), None),
    "indexed": (lambda: Indexed(X, Y), None),
    "PyDataset": (lambda: KerasDataset(X, Y), None),
    "DataLoader": (lambda: Loader(X, Y, wrap=Tensor), None),
    "DataLoader of lists": (lambda: Loader(X, Y, wrap=Tensor, pack=list), None),
    "tf.data": (lambda: Dataset(X, Y, wrap=EagerTensor), None),
}


@pytest.mark.rows(6)
@pytest.mark.parametrize("name", STREAMS)
def test_batches_from_anywhere_train_as_arrays(name: str) -> None:
    make, steps = STREAMS[name]
    ours, _ = reference(network)
    assert_same(trained(ppul, network, make, steps), ours)
    if name not in OURS_ALONE:
        assert_history(ours[0], trained(keras, network, make, steps))


SEVERAL: dict[str, tuple[Callable[[], Any], int | None]] = {
    "tuple": (lambda: ((X, Z), Y), None),
    "dict": (lambda: ({"left": X, "right": Z}, Y), None),
    "dict in another order": (lambda: ({"right": Z, "left": X}, Y), None),
    "dict of rows": (lambda: ({"left": X.tolist(), "right": Z.tolist()}, Y), None),
    "frames": (lambda: ([FRAME, pd.DataFrame(Z)], Y), None),
    "dict of dtypes": (lambda: ({"left": X > 0, "right": Z.astype("float64")}, Y), None),
    "sparse and dense": (lambda: ([scipy.sparse.csr_matrix(X), jnp.asarray(Z)], Y), None),
    "generator of pairs": (lambda: forever((X, Z), Y), STEPS),
    "generator of dicts": (lambda: forever({"right": Z, "left": X}, Y), STEPS),
    "PyDataset": (lambda: KerasDataset([X, Z], Y), None),
}


@pytest.mark.rows(2)
@pytest.mark.parametrize("name", SEVERAL)
def test_several_inputs_of_any_kind_train_as_a_list_of_arrays(name: str) -> None:
    make, steps = SEVERAL[name]
    ours, theirs = reference(two_inputs)
    assert_same(trained(ppul, two_inputs, make, steps), ours)
    assert_history(ours[0], theirs)
    if name not in OURS_ALONE:
        assert_history(ours[0], trained(keras, two_inputs, make, steps))


def histories(build: Callable[[Any], Any], compile_: dict[str, Any], fit: Any) -> list[Any]:
    """Histories in ppul and Keras; `fit` are arguments, or makes them where they are used up."""
    found = []
    for k in (ppul, keras):
        model = build(k)
        model.compile(k.optimizers.SGD(0.1), **compile_)
        arguments = {"epochs": 2, "shuffle": False, "verbose": 0}
        arguments |= fit() if callable(fit) else fit
        found.append(model.fit(**arguments).history)
    return found


ARRAY_FIT = {"x": X, "y": Y, "batch_size": BATCH}
WEIGHTS = {
    "float32": lambda: ARRAY_FIT | {"sample_weight": W},
    "float64": lambda: ARRAY_FIT | {"sample_weight": W.astype("float64")},
    "column": lambda: ARRAY_FIT | {"sample_weight": W[:, None]},
    "series": lambda: ARRAY_FIT | {"sample_weight": pd.Series(W)},
    "list of one": lambda: ARRAY_FIT | {"sample_weight": [W]},
    "jax": lambda: ARRAY_FIT | {"sample_weight": jnp.asarray(W)},
    "generator": lambda: {"x": forever(X, Y, W), "steps_per_epoch": STEPS},
    "PyDataset": lambda: {"x": KerasDataset(X, Y, W)},
    "numbers": lambda: ARRAY_FIT | {"sample_weight": W.tolist()},
    "iterable": lambda: {"x": Loader(X, Y, W, wrap=Tensor)},
}
WEIGHTED = {"loss": "mse", "metrics": ["mae"], "weighted_metrics": ["mae"]}


@functools.cache
def weighted_by_keras() -> Any:
    return histories(network, WEIGHTED, WEIGHTS["float32"])[1]


@pytest.mark.parametrize("name", WEIGHTS)
def test_sample_weights_of_any_kind_count_as_in_keras(name: str) -> None:
    model = network(ppul)
    model.compile(ppul.optimizers.SGD(0.1), **WEIGHTED)
    history = model.fit(**WEIGHTS[name](), epochs=2, shuffle=False, verbose=0).history
    assert_history(history, weighted_by_keras())


CLASSES = {
    "numbers": (LABELS, "sparse_categorical_crossentropy"),
    "column": (LABELS[:, None], "sparse_categorical_crossentropy"),
    "floats": (LABELS.astype("float32"), "sparse_categorical_crossentropy"),
    "series": (pd.Series(LABELS), "sparse_categorical_crossentropy"),
    "one-hot": (ONE_HOT, "categorical_crossentropy"),
    "one-hot integers": (ONE_HOT.astype("int32"), "categorical_crossentropy"),
    "one-hot frame": (pd.DataFrame(ONE_HOT), "categorical_crossentropy"),
}


@functools.cache
def class_weighted_by_keras(loss: str) -> Any:
    y = ONE_HOT if loss == "categorical_crossentropy" else LABELS
    return class_weighted(keras, loss, x=X, y=y, batch_size=BATCH)


def class_weighted(k: Any, loss: str, **fit: Any) -> Any:
    model = network(k, classes=True)
    model.compile(k.optimizers.SGD(0.1), loss, weighted_metrics=["accuracy"])
    fit |= {"class_weight": CLASS_WEIGHT, "epochs": 2, "shuffle": False, "verbose": 0}
    return model.fit(**fit).history


@pytest.mark.rows(3)
@pytest.mark.parametrize("name", CLASSES)
def test_class_weights_of_classes_in_any_form_count_as_in_keras(name: str) -> None:
    y, loss = CLASSES[name]
    ours = class_weighted(ppul, loss, x=X, y=y, batch_size=BATCH)
    assert_history(ours, class_weighted_by_keras(loss))


@pytest.mark.parametrize("name", ["numbers", "one-hot"])
@pytest.mark.parametrize("stream", [Loader, Indexed])
def test_class_weights_count_in_streams_as_in_arrays_in_keras(name: str, stream: Any) -> None:
    y, loss = CLASSES[name]
    assert_history(class_weighted(ppul, loss, x=stream(X, y)), class_weighted_by_keras(loss))


VALIDATION = {
    "list": lambda: ([X, Y], {}),
    "frames": lambda: ((FRAME, pd.Series(Y[:, 0])), {}),
    "rows": lambda: ((X.tolist(), Y.tolist()), {}),
    "PyDataset": lambda: (KerasDataset(X, Y), {}),
    "iterable": lambda: (Loader(X, Y), {}),
    "generator": lambda: (forever(X, Y), {"validation_steps": STEPS}),
    "other batches": lambda: ((X, Y), {"validation_batch_size": 7}),
}


@functools.cache
def validated_by_keras() -> Any:
    return histories(network, {"loss": "mse"}, ARRAY_FIT | {"validation_data": (X, Y)})[1]


@pytest.mark.parametrize("name", VALIDATION)
def test_validation_data_of_any_kind_give_the_figures_of_arrays_in_keras(name: str) -> None:
    data, arguments = VALIDATION[name]()
    model = network(ppul)
    model.compile(ppul.optimizers.SGD(0.1), "mse")
    fit = ARRAY_FIT | {"epochs": 2, "shuffle": False, "verbose": 0, "validation_data": data}
    assert_history(model.fit(**fit, **arguments).history, validated_by_keras())


def test_weights_in_validation_data_count_as_in_keras() -> None:
    assert_history(*histories(network, WEIGHTED, ARRAY_FIT | {"validation_data": (X, Y, W)}))


FEEDS: dict[str, tuple[Callable[[], Any], int | None, int]] = {
    "x alone": (lambda: batches(X), None, 40),
    "x and y": (lambda: batches(X, Y), None, 40),
    "three of four": (lambda: forever(X, Y), 3, 30),
    "two of a PyDataset": (lambda: KerasDataset(X, Y), 2, 20),
    "batches of several sizes": (
        lambda: ((X[a:b], Y[a:b]) for a, b in ((0, 10), (10, 17), (17, 40))),
        None,
        40,
    ),
    "weighted": (lambda: batches(X, Y, W), None, 40),
}


@pytest.mark.rows(3)
@pytest.mark.filterwarnings("ignore:Your input ran out of data")
@pytest.mark.parametrize("name", FEEDS)
def test_evaluate_and_predict_take_the_batches_that_keras_takes(name: str) -> None:
    make, steps, rows = FEEDS[name]
    ours, theirs = network(ppul), network(keras)
    predicted = [model.predict(make(), steps=steps, verbose=0) for model in (ours, theirs)]
    assert len(predicted[0]) == rows
    np.testing.assert_allclose(*predicted, **HISTORY)
    if name != "x alone":
        for model in (ours, theirs):
            model.compile("sgd", **WEIGHTED)
        arguments = {"steps": steps, "verbose": 0, "return_dict": True}
        assert_history(*(m.evaluate(make(), **arguments) for m in (ours, theirs)))


def test_a_second_fit_goes_on_where_the_generator_stopped_as_in_keras() -> None:
    found = []
    for k in (ppul, keras):
        model, generator = network(k), forever(X, Y)
        model.compile(k.optimizers.SGD(0.1), "mse")
        fit = {"steps_per_epoch": 3, "shuffle": False, "verbose": 0}
        fits = [model.fit(generator, epochs=n, **fit) for n in (1, 2)]
        found.append({str(i): fit.history["loss"] for i, fit in enumerate(fits)})
    assert_history(*found)


@pytest.mark.parametrize("kind", [Indexed, KerasDataset])
@pytest.mark.parametrize("shuffle", [False, True])
def test_an_epoch_reads_every_batch_once_and_ends_once(kind: Any, *, shuffle: bool) -> None:
    data = kind(X, Y)
    model = network(ppul)
    model.compile("sgd", "mse")
    model.fit(data, epochs=3, shuffle=shuffle, verbose=0)
    epochs = np.reshape(data.read, (3, STEPS))
    np.testing.assert_array_equal(np.sort(epochs), np.tile(range(STEPS), (3, 1)))
    assert data.ends == 3
    assert shuffle == (len({tuple(epoch) for epoch in epochs.tolist()}) > 1)


def penalized(k: Any) -> Any:
    class Penalty(k.layers.Layer):
        def call(self, inputs: Any) -> Any:
            self.add_loss(jnp.mean(jnp.square(inputs - 1.0)))
            return inputs

    return k.Sequential([k.Input((4,)), *network(k).layers, Penalty(name="penalty")])


@pytest.mark.parametrize("stream", [False, True])
def test_without_targets_what_layers_add_is_minimized_as_in_keras(*, stream: bool) -> None:
    fit = {"x": KerasDataset(X)} if stream else {"x": X, "batch_size": BATCH}
    ours, theirs = histories(penalized, {"loss": None}, fit)
    assert_history(ours, theirs)
    assert ours["loss"][-1] < ours["loss"][0]
