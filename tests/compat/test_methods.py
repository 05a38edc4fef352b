"""Methods and properties that classes had, and still have where they are asked for."""

import keras as oracle
import numpy as np
import pytest

import ppul

X = np.random.default_rng(0).normal(size=(20, 3)).astype("float32")


@pytest.fixture
def model(old):
    k = old("2")
    model = k.models.Sequential([k.layers.Dense(4, input_dim=3), k.layers.Dense(2, "softmax")])
    model.compile("sgd", "mse")
    return model


def batches(size=5):
    while True:
        for i in range(0, 20, size):
            yield X[i : i + size], np.ones((size, 2))


def test_classes_and_probabilities(model, old):
    outputs = model.predict(X)
    np.testing.assert_array_equal(model.predict_proba(X), outputs)
    np.testing.assert_array_equal(model.predict_classes(X), outputs.argmax(axis=1))
    k = old("2")
    binary = k.models.Sequential([k.layers.Dense(1, "sigmoid", input_dim=3)])
    found = binary.predict_classes(X)
    np.testing.assert_array_equal(found, (binary.predict(X) > 0.5).astype("int32"))
    assert found.dtype == "int32"


def test_generators_have_methods_of_their_own(model):
    history = model.fit_generator(batches(), steps_per_epoch=4, epochs=2, verbose=0, workers=2)
    assert history.epoch == [0, 1]
    assert history.params["steps"] == 4
    expected = model.evaluate(X, np.ones((20, 2)), verbose=0)
    assert model.evaluate_generator(batches(), steps=4) == pytest.approx(expected, rel=1e-5)
    found = model.predict_generator((x for x, _ in batches()), steps=4)
    np.testing.assert_allclose(found, model.predict(X), rtol=1e-5)


def test_samples_of_generators_become_steps(old):
    k = old("1")
    model = k.models.Sequential([k.layers.Dense(output_dim=2, input_dim=3)])
    model.compile("sgd", "mse")
    history = model.fit_generator(
        batches(),
        samples_per_epoch=18,
        nb_epoch=2,
        verbose=0,
        validation_data=batches(),
        nb_val_samples=10,
        max_q_size=2,
    )
    assert history.params["steps"] == 4
    assert len(history.history["val_loss"]) == 2
    expected = model.evaluate(X[:10], np.ones((10, 2)), verbose=0)
    assert model.evaluate_generator(batches(), val_samples=8) == pytest.approx(expected, rel=1e-5)


def test_nodes_can_be_asked_for(old):
    k = old("2")
    layer = k.layers.Dense(2)
    a, b = k.layers.Input((3,)), k.layers.Input((5, 3))
    x, y = layer(a), layer(b)
    assert layer.get_input_at(0) is a
    assert layer.get_input_at(1) is b
    assert layer.get_output_at(0) is x
    assert layer.get_output_at(1) is y
    assert layer.get_input_shape_at(1) == (None, 5, 3)
    assert layer.get_output_shape_at(1) == (None, 5, 2)
    assert (layer.input_shape, layer.output_shape) == ((None, 3), (None, 2))
    assert len(layer.inbound_nodes) == 2
    assert layer.outbound_nodes == []
    assert layer.input_mask is layer.output_mask is layer.get_input_mask_at(0) is None
    both = k.layers.concatenate([x, x])
    merged = both._keras_history.operation
    assert merged.input_shape == [(None, 2), (None, 2)]
    assert merged.get_output_mask_at(0) is None
    assert merged.input_mask == [None, None]


def test_layers_of_a_growing_model_have_the_shapes_of_keras(old):
    def shapes(k):
        model = k.models.Sequential()
        model.add(k.layers.InputLayer(shape=(3,)))
        for units in (4, 2, 1):
            model.add(k.layers.Dense(units))
        return [layer.output.shape for layer in model.layers]

    expected = shapes(oracle)
    k = old("2")
    assert shapes(k) == expected
    with pytest.raises(AttributeError, match="not called on a symbolic tensor"):
        _ = k.layers.Dense(1).output_shape


def test_layers_that_are_given_a_shape_have_it_in_their_configuration_alone(old):
    k = old("2")
    x = k.layers.Input((5, 6))
    for layer, inputs, shape, kept in (
        (k.layers.Lambda(ppul.ops.relu, output_shape=(5, 6)), (x,), (None, 5, 6), [5, 6]),
        (k.layers.EinsumDense("abc,cd->abd", (None, 3)), (x,), (None, 5, 3), [None, 3]),
        (k.layers.MultiHeadAttention(2, 3), (x, x), (None, 5, 6), None),
    ):
        layer(*inputs)
        assert layer.output_shape == shape
        found = layer.get_config()["output_shape"]
        assert (None if found is None else list(found)) == kept


def test_tables_of_words_are_counted(old):
    lookup = old("tf").layers.StringLookup(vocabulary=["a", "b"])
    assert lookup.vocab_size() == lookup.vocabulary_size() == 3


def test_layers_answer_as_they_did(old):
    k = old("2")

    class Counting(k.layers.Layer):
        def build(self, input_shape):
            self.count = self.add_weight(
                name="count", shape=(), initializer="zeros", trainable=False
            )

        def call(self, x):
            self.add_update([(self.count, self.count.value + 1)])
            return x

    layer = Counting()
    layer.apply(X)
    layer.apply(X)
    assert float(layer.count) == 2
    assert layer.updates == layer.get_updates_for(X) == layer.get_losses_for(X) == []
    assert not layer.dynamic
    assert not layer.stateful
    assert layer.get_output_shape_for((None, 3)) == (None, 3)
    assert layer.compute_output_signature(k.Input((3,))).shape == (None, 3)


def test_models_answer_as_they_did(model):
    assert model.model is model
    assert model.flattened_layers == model.layers
    assert model.to_yaml() == model.to_json()
    assert list(model.get_weight_paths().values()) == model.weights
    model.reset_states()
    assert model.state_updates == ()


def test_optimizers_and_metrics_answer_as_they_did(model, old):
    model.fit(X, np.ones((20, 2)), verbose=0)
    optimizer = model.optimizer
    assert [len(optimizer.weights), int(optimizer.get_weights()[0])] == [
        len(optimizer.variables),
        1,
    ]
    k = old("2")
    first, second = k.metrics.Mean(), k.metrics.Mean()
    first.update_state(1.0)
    second.update_state(4.0)
    first.merge_state([second])
    assert float(first.result()) == 2.5
    first.reset_states()
    assert float(first.result()) == 0
