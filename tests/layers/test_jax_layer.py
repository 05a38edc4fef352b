"""Functions of JAX and modules of Flax as layers, beside Keras's."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

import ppul
from tests.oracle import (
    FLOAT32,
    HALF,
    assert_close,
    copy_weights,
    keras_twin,
    outputs_and_gradients,
    ppul_twin,
)

X = np.random.default_rng(0).normal(size=(24, 3)).astype("float32")
Y = (X[:, :1] - X[:, 1:2]) * 2
PARAMS = {"w": np.array([[0.5, -1.0], [2.0, 0.1], [0.3, 0.7]], "float32"), "b": [np.ones(2)]}
STATE = (np.zeros(2, "float32"), np.zeros((), "int32"))


@pytest.fixture(autouse=True)
def _keras_without_tensorflow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a layer makes its weights, Keras asks TensorFlow whether it draws a graph."""
    from keras.src.utils import jax_layer

    monkeypatch.setattr(jax_layer, "tf", SimpleNamespace(inside_function=lambda: False))


@ppul.saving.register_keras_serializable("tests")
def linear(params: Any, inputs: Any) -> Any:
    return inputs @ params["w"] + params["b"][0]


def linear_init(rng: Any, inputs: Any) -> Any:
    normal = jax.random.normal(rng, (inputs.shape[-1], 2))
    return {"w": normal, "b": [jnp.zeros(2)]}


def centred(params: Any, state: Any, inputs: Any, training: bool) -> Any:
    mean, count = state
    if training:
        mean, count = 0.5 * mean + 0.5 * jnp.mean(inputs[:, :2], axis=0), count + 1
    return linear(params, inputs) - mean, (mean, count)


def noisy(params: Any, state: Any, rng: Any, inputs: Any, training: bool) -> Any:
    if training:
        inputs = inputs + jax.random.normal(rng, inputs.shape)
    return linear(params, inputs), state


def counted(state: Any, inputs: Any) -> Any:
    return inputs * 2, {"calls": state["calls"] + 1}


def joined(params: Any, inputs: Any) -> Any:
    return {"sum": linear(params, inputs["a"]) + inputs["b"]}


def both(params: Any, inputs: Any) -> Any:
    return linear(params, inputs[0]) * inputs[1]


TWO = {"a": X[:4], "b": X[:4, :2]}
ROWS: dict[str, tuple[dict[str, Any], Any]] = {
    "weights": ({"call_fn": linear, "params": PARAMS}, X[:4]),
    "weights and state": ({"call_fn": centred, "params": PARAMS, "state": STATE}, X[:4]),
    "noise": ({"call_fn": noisy, "params": PARAMS, "state": STATE, "seed": 3}, X[:4]),
    "state alone": ({"call_fn": counted, "state": {"calls": 0}}, X[:4]),
    "nothing": ({"call_fn": lambda inputs: inputs * 2}, X[:4]),
    "made": ({"call_fn": linear, "init_fn": linear_init}, X[:4]),
    "a dict": ({"call_fn": joined, "params": PARAMS}, TWO),
    "a list": ({"call_fn": both, "params": PARAMS}, [X[:4], X[:4, :2]]),
    "bfloat16": ({"call_fn": linear, "params": PARAMS, "dtype": "mixed_bfloat16"}, X[:4]),
    "frozen": ({"call_fn": linear, "params": PARAMS, "trainable": False}, X[:4]),
}


def twins(name: str) -> tuple[Any, Any, Any]:
    given, inputs = ROWS[name]
    ours, theirs = (library.layers.JaxLayer(**given) for library in (ppul, keras))
    for layer in (ours, theirs):
        layer(inputs)
    copy_weights(theirs, ours)
    return ours, theirs, inputs


@pytest.mark.rows(3)
@pytest.mark.parametrize("name", ROWS)
def test_weights_outputs_gradients_and_states_are_keras_s(name: str) -> None:
    ours, theirs, inputs = twins(name)
    for group in ("variables", "trainable_variables", "non_trainable_variables"):
        kept = [[(v.shape, v.dtype) for v in getattr(x, group)] for x in (ours, theirs)]
        assert kept[0] == kept[1]
    for given in (ours, theirs):
        structures = jax.tree.structure((given.params, given.state))
        assert structures == jax.tree.structure((theirs.params, theirs.state))
    tolerance = HALF if name == "bfloat16" else FLOAT32
    for call in ({"training": True}, {}):
        found = outputs_and_gradients(ours, inputs, call)
        assert_close(found, outputs_and_gradients(theirs, inputs, call), **tolerance)
    for layer in (ours, theirs):
        layer(inputs, training=True)
    kept = [[np.asarray(v) for v in layer.non_trainable_variables] for layer in (ours, theirs)]
    assert_close(*kept)


@pytest.mark.rows(1)
@pytest.mark.parametrize("name", ["weights and state", "a dict", "a list"])
def test_shapes_are_known_for_any_number_of_samples(name: str) -> None:
    given, inputs = ROWS[name]
    drawn = [
        jax.tree.map(lambda a, k=library: k.Input(a.shape[1:]), inputs) for library in (ppul, keras)
    ]
    found, expected = (
        library.layers.JaxLayer(**given)(tensors)
        for library, tensors in zip((ppul, keras), drawn, strict=True)
    )
    assert [t.shape for t in jax.tree.leaves(found)] == [t.shape for t in jax.tree.leaves(expected)]


def network(library: Any, layer: Any) -> Any:
    model = library.Sequential([library.Input((3,)), layer, library.layers.Dense(1)])
    model.compile(library.optimizers.SGD(0.05), "mse")
    return model


@pytest.mark.rows(1)
@pytest.mark.parametrize("name", ["weights and state", "noise"])
def test_two_epochs_are_keras_s(name: str) -> None:
    ours, theirs = (
        network(library, library.layers.JaxLayer(**ROWS[name][0])) for library in (ppul, keras)
    )
    copy_weights(theirs, ours)
    histories = [
        model.fit(X, Y, batch_size=8, epochs=2, shuffle=False, verbose=0).history["loss"]
        for model in (ours, theirs)
    ]
    assert_close(*histories)
    assert_close(ours.get_weights(), theirs.get_weights())
    assert_close(ours.predict(X, verbose=0), theirs.predict(X, verbose=0))


def test_a_seed_makes_the_same_weights_again() -> None:
    given = {"call_fn": linear, "init_fn": linear_init}
    first, again, other = (ppul.layers.JaxLayer(**given, seed=seed) for seed in (1, 1, 2))
    for layer in (first, again, other):
        layer.build((None, 3))
    assert_close(first.get_weights(), again.get_weights())
    assert not np.allclose(first.get_weights()[1], other.get_weights()[1])


@ppul.saving.register_keras_serializable("tests")
def looked_up(params: Any, inputs: Any) -> Any:
    return params["table"][inputs]


@ppul.saving.register_keras_serializable("tests")
def table(rng: Any, inputs: Any) -> Any:
    assert inputs.dtype == "int32"
    return {"table": jax.random.normal(rng, (5, 2))}


MADE = {"call_fn": looked_up, "init_fn": table, "seed": 1}
GIVEN = {"call_fn": linear, "params": PARAMS}


@pytest.mark.parametrize(("given", "data"), [(MADE, np.array([[1, 4]])), (GIVEN, X)])
def test_a_file_has_the_layer_with_its_weights(given: Any, data: Any, tmp_path: Any) -> None:
    inputs = ppul.Input(data.shape[1:], dtype=str(data.dtype).replace("64", "32"))
    model = ppul.Model(inputs, ppul.layers.JaxLayer(**given)(inputs))
    model.set_weights([w + 1 for w in model.get_weights()])
    model.save(tmp_path / "model.keras")
    loaded = ppul.saving.load_model(tmp_path / "model.keras")
    assert_close(loaded.predict(data, verbose=0), model.predict(data, verbose=0))


def test_each_library_makes_the_layer_of_the_other_s_config() -> None:
    ours = ppul.layers.JaxLayer(linear, linear_init, seed=4, name="own")
    functions = {"linear": linear, "tests>linear": linear, "linear_init": linear_init}
    with keras.saving.CustomObjectScope(functions), ppul.saving.CustomObjectScope(functions):
        theirs = keras_twin(ours)
        again = ppul_twin(theirs)
    ours.build((None, 3))
    for layer in (theirs, again):
        layer.build((None, 3))
        copy_weights(ours, layer)
        assert_close(layer(X), ours(X))


BAD: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"call_fn": "linear"}, TypeError, "`call_fn` must be a function; got 'linear' of type str"),
    ({"call_fn": lambda params: params}, ValueError, "must take inputs and may .* it takes params"),
    ({"call_fn": lambda inputs, mask: inputs}, ValueError, "it takes inputs, mask. Wrap it"),
    ({"call_fn": linear}, ValueError, "`call_fn` takes params, and nothing says what to begin"),
    (
        {"call_fn": linear, "init_fn": lambda inputs: 1},
        ValueError,
        "`init_fn` must take rng, inputs",
    ),
]


@pytest.mark.parametrize(("given", "error", "message"), BAD)
def test_what_cannot_be_is_told_at_once(given: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        ppul.layers.JaxLayer(**given)


def test_a_state_that_changes_its_structure_is_told() -> None:
    state = {"mean": np.zeros(2)}
    one = ppul.layers.JaxLayer(lambda state, inputs: inputs, state=state)
    with pytest.raises(ValueError, match="must return a tuple of outputs and new state; got"):
        one(X)
    other = ppul.layers.JaxLayer(lambda state, inputs: (inputs, {}), state=state)
    with pytest.raises(ValueError, match="a state of another structure than it took"):
        other(X)
