"""A dozen whole paths in seconds: what must work before anything else is worth a look."""

import keras as oracle
import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

import ppul as keras
from ppul.cli.main import app

# What XLA may do in another order in a longer program.
ROUNDING = {"rtol": 2e-5, "atol": 1e-6}


def classes(n=96, features=8, count=3):
    """Points around `count` centres that a small network tells apart."""
    random = np.random.default_rng(0)
    y = np.arange(n) % count
    x = random.normal(size=(n, features)) + 4 * np.eye(features)[y]
    return x.astype("float32"), y.astype("int32")


def network(library=keras, name=None):
    layers = [
        library.layers.Input((8,)),
        library.layers.Dense(16, activation="relu"),
        library.layers.Dense(3, activation="softmax"),
    ]
    model = library.Sequential(layers, name=name)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def test_network_learns_and_tells_its_figures():
    x, y = classes()
    model = network()
    history = model.fit(x, y, epochs=30, batch_size=8, validation_split=0.25, verbose=0).history
    assert set(history) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert all(len(values) == 30 for values in history.values())
    assert model.evaluate(x, y, verbose=0)[1] > 0.95
    assert (model.predict(x, verbose=0).argmax(1) == y).mean() > 0.95


def test_convolutional_network_sees_where_a_spot_is():
    x = np.zeros((64, 8, 8, 1), "float32")
    y = np.arange(64) % 4
    for i, quarter in enumerate(y):
        x[i, 1 + 4 * (quarter // 2) + i % 3, 1 + 4 * (quarter % 2) + i % 2] = 1
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(4, 3, activation="relu", padding="same"),
            keras.layers.BatchNormalization(),
            keras.layers.MaxPooling2D(2),
            keras.layers.Dropout(0.1),
            keras.layers.Flatten(),
            keras.layers.Dense(4),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.02), loss, metrics=["accuracy"])
    model.fit(x, y, epochs=40, batch_size=16, verbose=0)
    assert model.evaluate(x, y, verbose=0)[1] > 0.9


def test_graph_with_two_inputs_and_two_outputs_trains():
    x, y = classes()
    wide, deep = keras.Input((3,), name="wide"), keras.Input((5,), name="deep")
    hidden = keras.layers.Dense(8, activation="relu")(deep)
    both = keras.layers.concatenate([wide, hidden])
    main = keras.layers.Dense(3, activation="softmax", name="main")(both)
    aside = keras.layers.Dense(1, name="aside")(hidden)
    model = keras.Model([wide, deep], {"main": main, "aside": aside})
    losses = {"main": "sparse_categorical_crossentropy", "aside": "mse"}
    model.compile("adam", losses, loss_weights={"main": 1.0, "aside": 0.1})
    targets = {"main": y, "aside": x[:, :1]}
    history = model.fit([x[:, :3], x[:, 3:]], targets, epochs=5, verbose=0).history
    assert history["loss"][-1] < history["loss"][0]
    outputs = model.predict({"wide": x[:4, :3], "deep": x[:4, 3:]}, verbose=0)
    assert {name: value.shape for name, value in outputs.items()} == {
        "main": (4, 3),
        "aside": (4, 1),
    }


def test_own_model_layer_loss_and_metric_train():
    class Scale(keras.Layer):
        def build(self, input_shape):
            self.factor = self.add_weight((input_shape[-1],), "ones", name="factor")

        def call(self, inputs):
            return inputs * self.factor

    class Line(keras.Model):
        def __init__(self):
            super().__init__()
            self.scale = Scale()
            self.out = keras.layers.Dense(1)

        def call(self, inputs, training=False):
            return self.out(self.scale(inputs))

    class Largest(keras.metrics.Metric):
        def __init__(self, name="largest"):
            super().__init__(name=name)
            self.value = self.add_variable((), "zeros", name="value")

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.value.assign(abs(y_true - y_pred).max())

        def result(self):
            return self.value.value

    def squared(y_true, y_pred):
        return (y_true - y_pred) ** 2

    x, _ = classes()
    y = x @ np.arange(8, dtype="float32")[:, None]
    model = Line()
    model.compile(keras.optimizers.SGD(0.01), squared, metrics=[Largest()])
    history = model.fit(x, y, epochs=20, verbose=0).history
    assert history["loss"][-1] < 0.1 * history["loss"][0]
    assert history["largest"][-1] < history["largest"][0]


def test_generator_trains_as_the_arrays_it_yields():
    x, y = classes()

    def batches():
        while True:
            for start in range(0, len(x), 32):
                yield x[start : start + 32], y[start : start + 32]

    first, second = network(), network()
    second.set_weights(first.get_weights())
    first.fit(x, y, batch_size=32, epochs=2, shuffle=False, verbose=0)
    second.fit(batches(), steps_per_epoch=3, epochs=2, verbose=0)
    for a, b in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_callback_that_looks_at_every_batch_changes_nothing():
    class Look(keras.callbacks.Callback):
        seen = 0

        def on_train_batch_end(self, batch, logs=None):
            self.seen += 1

    x, y = classes()
    look, results = Look(), []
    for callbacks in ([], [look]):
        keras.utils.set_random_seed(3)
        model = network()
        history = model.fit(x, y, batch_size=10, epochs=2, callbacks=callbacks, verbose=0)
        results.append((model.get_weights(), history.history))
    assert look.seen == 20
    (weights, history), (same, same_history) = results
    assert history == same_history
    assert all((a == b).all() for a, b in zip(weights, same, strict=True))


def test_callback_stops_a_run():
    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = epoch == 1

    x, y = classes()
    history = network().fit(x, y, epochs=9, callbacks=[Stop()], verbose=0)
    assert history.epoch == [0, 1]


@pytest.mark.thorough
def test_step_by_step_gives_what_compiled_gives():
    x, y = classes(12)
    compiled, eager = network(), network()
    eager.set_weights(compiled.get_weights())
    for model in (compiled, eager):
        model.compile("sgd", "sparse_categorical_crossentropy", run_eagerly=model is eager)
        model.fit(x, y, batch_size=6, shuffle=False, verbose=0)
    for a, b in zip(compiled.get_weights(), eager.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, **ROUNDING)


def test_single_batches_train():
    x, y = classes()
    model = network()
    losses = [model.train_on_batch(x, y, return_dict=True)["loss"] for _ in range(20)]
    assert losses[-1] < losses[0]
    assert model.predict_on_batch(x).shape == (96, 3)


def test_saved_model_predicts_the_same_here_and_in_keras_and_goes_on(tmp_path):
    x, y = classes()
    model = network()
    model.fit(x, y, epochs=2, verbose=0)
    model.save(tmp_path / "model.keras")
    expected = model.predict(x, verbose=0)
    loaded = keras.models.load_model(tmp_path / "model.keras")
    theirs = oracle.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.predict(x, verbose=0), expected)
    np.testing.assert_allclose(theirs(x), expected, **ROUNDING)
    again, same = (m.fit(x, y, shuffle=False, verbose=0).history for m in (model, loaded))
    assert again == same


def test_file_of_keras_goes_on_here(tmp_path):
    x, y = classes()
    theirs = network(oracle)
    theirs.fit(x, y, epochs=2, verbose=0)
    theirs.save(tmp_path / "theirs.keras")
    model = keras.models.load_model(tmp_path / "theirs.keras")
    arguments = {"epochs": 2, "shuffle": False, "verbose": 0}
    ours, expected = (m.fit(x, y, **arguments).history for m in (model, theirs))
    for name, values in expected.items():
        np.testing.assert_allclose(ours[name], values, **ROUNDING)


def test_command_line_tells_a_picture_and_shows_a_model(tmp_path):
    model = keras.Sequential(
        [keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10)], name="mnist_mlp"
    )
    model.save(tmp_path / "mnist.keras")
    picture = np.full((60, 50), 255, np.uint8)
    picture[10:50, 20:26] = 0
    Image.fromarray(picture).save(tmp_path / "one.png")
    for words, said in (
        (["predict", tmp_path / "mnist.keras", tmp_path / "one.png"], "probability"),
        (["info", tmp_path / "mnist.keras"], "mnist_mlp"),
    ):
        result = CliRunner().invoke(app, list(map(str, words)))
        assert result.exit_code == 0, result.output
        assert said in result.output
