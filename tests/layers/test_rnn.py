"""Recurrent layers: states given, carried and returned, cells of one's own, second gradients."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

import ppul
from ppul import layers
from ppul.core.scope import StatelessScope
from tests.oracle import FLOAT32, HALF, assert_close, copy_weights, keras_twin

X = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
MASK = np.array([[False, True, False, True, True], [True, True, False, False, False]])
ONES = np.ones((2, 4), "float32")


def twins(layer: Any, shape: Any = X.shape) -> tuple[Any, Any]:
    """A layer of ours and Keras's, with the same weights."""
    theirs = keras_twin(layer)
    layer.build(shape)
    theirs.build(shape)
    rng = np.random.default_rng(1)
    layer.set_weights([rng.normal(size=w.shape) * 0.5 for w in layer.get_weights()])
    copy_weights(layer, theirs)
    return layer, theirs


# States.


def test_first_states_are_used_as_in_keras() -> None:
    ours, theirs = twins(layers.LSTM(4, return_state=True))
    states = [ONES, -0.5 * ONES]
    both = jax.jit(lambda x: [each(x, initial_state=states, mask=MASK) for each in (ours, theirs)])
    assert_close(*both(X))


def translator(library: Any) -> Any:
    """An encoder whose last states are the first ones of a decoder."""
    source, target = library.Input((None, 3)), library.Input((None, 2))
    _, *states = library.layers.LSTM(4, return_state=True)(source)
    steps = library.layers.LSTM(4, return_sequences=True)(target, initial_state=states)
    again = library.layers.Bidirectional(library.layers.GRU(2))(
        steps, initial_state=[library.layers.Dense(2)(states[0])] * 2
    )
    return library.Model([source, target], [library.layers.Dense(2)(steps), again])


def test_states_go_from_layer_to_layer_in_a_model(tmp_path: Any) -> None:
    ours, theirs = translator(ppul), translator(keras)
    copy_weights(theirs, ours)
    ours.save(tmp_path / "ours.keras")
    theirs.save(tmp_path / "theirs.keras")
    models = [
        ours,
        theirs,
        ppul.saving.load_model(tmp_path / "theirs.keras"),
        keras.saving.load_model(tmp_path / "ours.keras"),
    ]
    first, *others = jax.jit(lambda data: [model(data) for model in models])([X, X[:, :3, :2]])
    for other in others:
        assert_close(first, other)


@pytest.mark.rows(1)
@pytest.mark.parametrize(
    "make",
    [
        lambda library: library.layers.LSTM(4, stateful=True, return_sequences=True),
        lambda library: library.layers.RNN(
            [library.layers.GRUCell(3), library.layers.LSTMCell(2)], stateful=True
        ),
        lambda library: library.layers.Bidirectional(library.layers.GRU(3, stateful=True)),
    ],
    ids=["LSTM", "stack", "Bidirectional"],
)
def test_stateful_layer_goes_on_where_it_ended(make: Any) -> None:
    ours, theirs = twins(make(ppul))
    halves = [X[:, :2], X[:, 2:4]]
    found = []
    for layer in (ours, theirs):
        outputs = [layer(half, mask=MASK[:, :2]) for half in halves]
        found.append([outputs, [np.asarray(state) for state in jax.tree.leaves(layer.states)]])
    assert_close(*found)
    ours.reset_state()
    again = ours(halves[0], mask=MASK[:, :2])
    np.testing.assert_array_equal(again, found[0][0][0])
    assert not np.allclose(again, ours(halves[0], mask=MASK[:, :2]))


def test_states_are_variables_and_no_weights() -> None:
    layer = layers.LSTM(4, stateful=True)
    layer(X)
    names = sorted(v.path.rpartition("/")[2] for v in layer.variables)
    assert names == ["bias", "kernel", "recurrent_kernel", "rnn_state", "rnn_state"]
    assert len(layer.weights) == len(layer.trainable_variables) == 3
    assert [v.shape for v in layer.non_trainable_variables] == [(2, 4)] * 2
    assert layers.GRU(4).states is None


def test_layer_without_states_has_none_to_reset() -> None:
    layer = layers.GRU(4)
    before = layer(X)
    layer.reset_states()
    np.testing.assert_array_equal(layer(X), before)


# Cells of one's own.


def own_cell(library: Any) -> Any:
    class Fading(library.Layer):
        """Returns the sum of two states with other fading, and itself doubled."""

        state_size = (3, 3)
        output_size = 3

        def build(self, input_shape: Any) -> None:
            self.scale = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="scale")

        def call(self, inputs: Any, states: Any, training: bool = False) -> Any:
            short, long = states
            inputs = inputs * self.scale
            new = [0.5 * short + inputs, 0.9 * long + inputs]
            return 2 * (new[0] + new[1]), new

    return Fading()


@pytest.mark.parametrize("unroll", [False, True])
def test_own_cell_gives_what_it_gives_in_keras(unroll: bool) -> None:
    arguments = {"return_sequences": True, "return_state": True, "unroll": unroll}
    ours, theirs = (library.layers.RNN(own_cell(library), **arguments) for library in (ppul, keras))
    both = jax.jit(lambda x: [each(x) for each in (ours, theirs)])
    for each in (ours, theirs):
        each.build(X.shape)
        each.set_weights([np.array([0.5, -1.0, 2.0])])
    assert_close(*both(X))


@pytest.mark.thorough
def test_masked_step_repeats_the_output_before() -> None:
    # Keras does so only where it unrolls; its loop repeats the first state, whatever outputs are.
    theirs = keras.layers.RNN(own_cell(keras), return_sequences=True, unroll=True)
    ours = layers.RNN(own_cell(ppul), return_sequences=True)
    mask = MASK.copy()
    mask[:, 0] = True
    assert_close(ours(X, mask=mask), theirs(X, mask=mask))
    zeroed = layers.RNN(own_cell(ppul), return_sequences=True, zero_output_for_mask=True)
    assert_close(zeroed(X, mask=mask), np.where(mask[..., None], ours(X, mask=mask), 0))


class Plain:
    """A cell that is no layer."""

    state_size = 3

    def __call__(self, inputs: Any, states: Any) -> Any:
        return self.call(inputs, states)

    def call(self, inputs: Any, states: Any) -> Any:
        return states[0] + inputs, states[0] + inputs


def test_cell_need_not_be_a_layer() -> None:
    outputs = layers.RNN(Plain(), return_sequences=True)(X)
    np.testing.assert_allclose(outputs, np.cumsum(X, axis=1), rtol=1e-6)


class Disturbed(layers.Layer):
    """A cell that draws, keeps a mean and adds a loss in every step."""

    state_size = 3

    def __init__(self) -> None:
        super().__init__()
        self.dropout = layers.Dropout(0.5, seed=1)
        self.norm = layers.BatchNormalization(momentum=0.5)

    def call(self, inputs: Any, states: Any, training: bool = False) -> Any:
        self.add_loss(jnp.mean(inputs))
        self.norm(inputs, training=training)
        return self.dropout(jnp.ones_like(inputs), training=training), states


def test_what_a_cell_changes_is_carried_from_step_to_step() -> None:
    layer = layers.RNN(Disturbed(), return_sequences=True)
    outputs = np.asarray(layer(X, training=True))
    assert set(np.unique(outputs)) == {0.0, 2.0}
    assert len({outputs[:, step].tobytes() for step in range(X.shape[1])}) > 2
    mean = np.zeros(3)
    for step in range(X.shape[1]):
        mean = 0.5 * mean + 0.5 * X[:, step].mean(0)
    np.testing.assert_allclose(layer.cell.norm.moving_mean, mean, rtol=1e-5)
    np.testing.assert_allclose(sum(layer.losses), X.mean((0, 2)).sum(), rtol=1e-5)
    assert layer.cell.dropout.seed_generator.state.numpy().tolist() == [1, X.shape[1]]


def test_subclass_of_a_cell_does_as_it_says() -> None:
    class Doubled(layers.LSTMCell):
        def call(self, inputs: Any, states: Any, training: bool = False) -> Any:
            output, states = super().call(inputs, states, training)
            return 2 * output, states

    ours = layers.RNN(Doubled(4), return_sequences=True)
    plain = layers.RNN(layers.LSTMCell(4), return_sequences=True)
    plain.build(X.shape)
    ours.build(X.shape)
    copy_weights(plain, ours)
    np.testing.assert_allclose(ours(X), 2 * plain(X), rtol=1e-6)


# Along a sequence.


def test_time_distributed_layer_changes_as_in_keras() -> None:
    x = np.random.default_rng(2).normal(size=(6, 3, 2)).astype("float32")
    ours, theirs = twins(layers.TimeDistributed(layers.BatchNormalization()), x.shape)
    for layer in (ours, theirs):
        layer.set_weights([np.ones(2), np.zeros(2), np.zeros(2), np.ones(2)])
    assert_close(ours(x, training=True), theirs(x, training=True), rtol=1e-4, atol=1e-5)
    assert_close(ours.get_weights(), theirs.get_weights())


@pytest.mark.rows(2)
@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
@pytest.mark.parametrize(
    ("wrapper", "inside", "arguments"),
    [
        (layers.RNN, layers.LSTMCell, {"recurrent_initializer": "he_normal"}),
        (layers.TimeDistributed, layers.Dense, {}),
        (layers.Bidirectional, layers.GRU, {}),
        (layers.Bidirectional, layers.LSTM, {"return_sequences": True, "return_state": True}),
    ],
)
def test_wrapped_layers_compute_in_halves_as_in_keras(
    policy: str, wrapper: Any, inside: Any, arguments: dict[str, Any]
) -> None:
    layer = wrapper(inside(2, dtype=policy, **arguments), dtype=policy)
    ours, theirs = twins(layer)
    a, b = (jax.tree.leaves(out) for out in jax.jit(lambda x: (ours(x), theirs(x)))(X))
    assert [leaf.dtype for leaf in a] == [leaf.dtype for leaf in b]
    assert a[0].dtype == policy.removeprefix("mixed_")
    assert_close(a, b, **HALF)


def test_time_distributed_dropout_is_another_in_every_step() -> None:
    outputs = np.asarray(
        layers.TimeDistributed(layers.Dropout(0.5, seed=1))(np.ones((4, 8, 4)), training=True)
    )
    assert set(np.unique(outputs)) == {0.0, 2.0}
    assert len({outputs[:, step].tobytes() for step in range(8)}) > 4


def test_time_distributed_layer_gets_the_mask_of_its_step() -> None:
    class Counted(ppul.Layer):
        def call(self, inputs: Any, mask: Any = None) -> Any:
            return jnp.sum(mask, 1)

    mask = np.random.default_rng(0).random((2, 4, 5)) > 0.5
    counts = layers.TimeDistributed(Counted())(np.ones((2, 4, 5, 1)), mask=mask)
    np.testing.assert_array_equal(counts, mask.sum(2))


def test_losses_of_all_steps_are_added() -> None:
    layer = layers.TimeDistributed(layers.Dense(2, activity_regularizer="l2"))
    outputs = np.asarray(layer(X))
    np.testing.assert_allclose(sum(layer.losses), 0.01 * np.sum(outputs**2) / 2, rtol=1e-5)


# Masks.


def masked(library: Any, layer: Any) -> Any:
    table = np.linspace(-1, 1, 18).reshape(6, 3)
    embedding = library.layers.Embedding(6, 3, mask_zero=True)
    embedding.build((2, 5))
    embedding.set_weights([table])
    return layer(embedding(np.array([[1, 2, 3, 0, 0], [4, 0, 5, 1, 0]])))


@pytest.mark.parametrize(
    "make",
    [
        lambda library: library.layers.LSTM(2, return_sequences=True, return_state=True),
        lambda library: library.layers.LSTM(2),
        lambda library: library.layers.Bidirectional(
            library.layers.SimpleRNN(2, return_sequences=True), merge_mode=None
        ),
        lambda library: library.layers.Bidirectional(
            library.layers.SimpleRNN(2, return_sequences=True, return_state=True)
        ),
        lambda library: library.layers.TimeDistributed(library.layers.Dense(2)),
    ],
    ids=["sequences and states", "last", "both directions", "merged", "each step"],
)
@pytest.mark.thorough
def test_outputs_have_the_masks_that_keras_gives(make: Any) -> None:
    ours, theirs = (
        [getattr(output, "_keras_mask", None) for output in jax.tree.leaves(found)]
        for found in (masked(library, make(library)) for library in (ppul, keras))
    )
    assert [mask is None for mask in ours] == [mask is None for mask in theirs]
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(a, b)


# Gradients.


@pytest.mark.thorough
@pytest.mark.parametrize(
    "layer",
    [
        layers.LSTM(3, return_sequences=True),
        pytest.param(layers.GRU(3), marks=pytest.mark.thorough),
        pytest.param(layers.SimpleRNN(3, go_backwards=True), marks=pytest.mark.thorough),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_gradient_of_a_gradient_is_that_of_keras(layer: Any) -> None:
    pair = twins(layer)

    def penalty(each: Any, weights: Any, x: Any) -> Any:
        frozen = [v.value for v in each.non_trainable_variables]

        def total(x: Any) -> Any:
            return jnp.sum(jnp.sin(each.stateless_call(weights, frozen, x, mask=MASK)[0]))

        return jnp.sum(jax.grad(total)(x) ** 2)

    @jax.jit
    def both(x: Any) -> Any:
        return [
            jax.grad(penalty, (1, 2))(each, [v.value for v in each.trainable_variables], x)
            for each in pair
        ]

    assert_close(*both(X), rtol=1e-4, atol=1e-5)


@pytest.mark.thorough
@pytest.mark.parametrize("make", [layers.LSTM, layers.GRU, layers.SimpleRNN])
def test_members_under_vmap_are_as_alone(make: Any) -> None:
    layer = make(3, dropout=0.5, recurrent_dropout=0.5, seed=1)
    layer.build(X.shape)
    state = layer.cell.seed_generator.state

    def call(key: Any, x: Any) -> Any:
        with StatelessScope([(state, key)]):
            return layer(x, training=True)

    keys = np.array([[1, 0], [1, 1], [2, 0]], "uint32")
    together = jax.jit(jax.vmap(call, (0, None)))(keys, X)
    alone = jax.jit(call)
    for key, member in zip(keys, together, strict=True):
        assert_close(member, alone(key, X), **FLOAT32)
