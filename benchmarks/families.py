"""One network for each family of layers, as users write them, each defined once for every library.

`build` is given the library as users import it (`import ppul as keras`) and returns a compiled
model. The data are made up: what counts is that both libraries get the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

_WORDS, _LENGTH = 200, 40


@dataclass(frozen=True)
class Family:
    """A network, the data it trains on and whether chance has a part in its training.

    Args:
        name: Its name.
        title: Its layers.
        data: Function of a number of samples that returns x and y.
        build: Function of a library that returns the model, compiled.
        random: Whether it draws random numbers.
        batch: Samples a step.
    """

    name: str
    title: str
    data: Callable[[int], tuple[Any, Any]]
    build: Callable[[Any], Any]
    random: bool = False
    batch: int = 32


def _rng() -> np.random.Generator:
    return np.random.default_rng(0)


# Data.


def _sentences(count: int) -> tuple[Any, Any]:
    """Rows of word numbers, ended by zeros; whether the smaller half of the words prevails."""
    rng = _rng()
    x = rng.integers(1, _WORDS, (count, _LENGTH))
    lengths = rng.integers(_LENGTH // 4, _LENGTH + 1, count)
    x[np.arange(_LENGTH) >= lengths[:, None]] = 0
    small = ((x > 0) & (x < _WORDS // 2)).sum(1)
    return x.astype("int32"), (small * 2 > lengths).astype("float32")[:, None]


def _pictures(count: int) -> tuple[Any, Any]:
    """Pictures with a bright square, and the number of the quarter it is in."""
    rng = _rng()
    x = rng.uniform(0, 0.3, (count, 24, 24, 3)).astype("float32")
    y = rng.integers(0, 4, count)
    for picture, quarter in zip(x, y, strict=True):
        top, left = 12 * (quarter // 2) + 3, 12 * (quarter % 2) + 3
        picture[top : top + 6, left : left + 6] += 0.6
    return x, y.astype("int32")


def _pictures_twice(count: int) -> tuple[Any, Any]:
    x, _ = _pictures(count)
    return x, x


def _rows(count: int) -> np.ndarray:
    return _rng().normal(size=(count, 16)).astype("float32")


def _pairs(count: int) -> tuple[Any, Any]:
    """Two rows, and whether the second is the first with a little noise."""
    first, noise = _rows(count), _rng().normal(size=(count, 16))
    same = np.arange(count) % 2
    second = np.where(same[:, None] == 1, first + 0.1 * noise, noise[::-1])
    return [first, second.astype("float32")], same.astype("float32")[:, None]


def _rows_twice(count: int) -> tuple[Any, Any]:
    return _rows(count), _rows(count)


def _rows_alone(count: int) -> tuple[Any, Any]:
    return _rows(count), None


def _tasks(count: int) -> tuple[Any, Any]:
    """Two inputs and two targets by name."""
    rows = _rows(count)
    x = {"wide": rows, "deep": rows[:, :4] ** 2}
    return x, {"sum": rows.sum(1, keepdims=True), "sign": (rows[:, 0] > 0).astype("int32")}


# Networks.


def _recurrent(keras: Any) -> Any:
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((_LENGTH,), dtype="int32"),
            layers.Embedding(_WORDS, 16, mask_zero=True),
            layers.Bidirectional(layers.GRU(16, return_sequences=True)),
            layers.LSTM(32),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def _text_convolution(keras: Any) -> Any:
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((_LENGTH,), dtype="int32"),
            layers.Embedding(_WORDS, 32),
            layers.Conv1D(64, 5, activation="relu"),
            layers.GlobalMaxPooling1D(),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def _separable(keras: Any) -> Any:
    layers = keras.layers
    model = keras.Sequential([keras.Input((24, 24, 3))])
    for filters in (16, 32):
        model.add(layers.SeparableConv2D(filters, 3, padding="same", use_bias=False))
        model.add(layers.BatchNormalization())
        model.add(layers.Activation("relu"))
        model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    model.add(layers.Dense(4, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def _transformer(keras: Any) -> Any:
    layers = keras.layers
    words = keras.Input((_LENGTH,), dtype="int32")
    x = layers.Embedding(_WORDS, 32)(words)
    x = layers.LayerNormalization()(x + layers.MultiHeadAttention(4, 8)(x, x))
    inner = layers.Dense(32)(layers.Dense(64, activation="gelu")(x))
    x = layers.LayerNormalization()(x + inner)
    x = layers.GlobalAveragePooling1D()(x)
    model = keras.Model(words, layers.Dense(1, activation="sigmoid")(x))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def _autoencoder(keras: Any) -> Any:
    layers = keras.layers
    options = {"strides": 2, "padding": "same", "activation": "relu"}
    model = keras.Sequential(
        [
            keras.Input((24, 24, 3)),
            layers.Conv2D(16, 3, **options),
            layers.Conv2D(8, 3, **options),
            layers.Conv2DTranspose(16, 3, **options),
            layers.Conv2DTranspose(3, 3, strides=2, padding="same", activation="sigmoid"),
        ]
    )
    model.compile("adam", "mse")
    return model


def _siamese(keras: Any) -> Any:
    layers = keras.layers
    first, second = keras.Input((16,)), keras.Input((16,))
    shared = keras.Sequential([layers.Dense(32, activation="relu"), layers.Dense(16)])
    distance = layers.Lambda(lambda pair: keras.ops.abs(pair[0] - pair[1]))
    output = layers.Dense(1, activation="sigmoid")(distance([shared(first), shared(second)]))
    model = keras.Model([first, second], output)
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def _variational(keras: Any) -> Any:
    layers, ops = keras.layers, keras.ops

    class Sampling(layers.Layer):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.seeds = keras.random.SeedGenerator(0)

        def call(self, inputs: Any) -> Any:
            mean, log_variance = inputs
            self.add_loss(
                -0.005 * ops.mean(1 + log_variance - ops.square(mean) - ops.exp(log_variance))
            )
            noise = keras.random.normal(ops.shape(mean), seed=self.seeds)
            return mean + ops.exp(0.5 * log_variance) * noise

    x = keras.Input((16,))
    hidden = layers.Dense(32, activation="relu")(x)
    code = Sampling()([layers.Dense(4)(hidden), layers.Dense(4)(hidden)])
    model = keras.Model(x, layers.Dense(16)(layers.Dense(32, activation="relu")(code)))
    model.compile(keras.optimizers.Adam(0.01), "mse")
    return model


def _several_tasks(keras: Any) -> Any:
    layers = keras.layers
    inputs = {"wide": keras.Input((16,), name="wide"), "deep": keras.Input((4,), name="deep")}
    hidden = layers.Dense(32, activation="relu")(inputs["deep"])
    x = layers.Concatenate()([inputs["wide"], hidden])
    outputs = {
        "sum": layers.Dense(1, name="sum")(x),
        "sign": layers.Dense(2, activation="softmax", name="sign")(x),
    }
    model = keras.Model(inputs, outputs)
    losses = {"sum": "mse", "sign": "sparse_categorical_crossentropy"}
    metrics = {"sum": ["mae"], "sign": ["accuracy"]}
    model.compile("adam", losses, loss_weights={"sum": 0.1, "sign": 1.0}, metrics=metrics)
    return model


def _adversarial(keras: Any) -> Any:
    layers, ops = keras.layers, keras.ops

    class Noise(layers.Layer):
        """As many rows of noise as there are samples."""

        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.seeds = keras.random.SeedGenerator(0)

        def call(self, inputs: Any) -> Any:
            return keras.random.normal((ops.shape(inputs)[0], 8), seed=self.seeds)

    class Adversarial(keras.Model):
        """A generator and a discriminator, each trained by its own loss in the same step."""

        def __init__(self) -> None:
            super().__init__()
            dense = layers.Dense
            self.generator = keras.Sequential(
                [keras.Input((16,)), Noise(), dense(32, activation="relu"), dense(16)]
            )
            self.discriminator = keras.Sequential(
                [keras.Input((16,)), dense(32, activation="relu"), dense(1)]
            )
            self.figures = [
                keras.metrics.Mean(name=name) for name in ("generator", "discriminator")
            ]
            self.built = True

        @property
        def metrics(self) -> Any:
            return self.figures

        def train_step(self, state: Any, data: Any) -> Any:
            trainable, rest, slots, figures = state
            count = len(self.generator.trainable_variables)
            first, second = trainable[:count], trainable[count:]

            def judged(weights: Any, rows: Any) -> Any:
                return self.discriminator.stateless_call(weights, [], rows)[0]

            def generate(weights: Any) -> Any:
                made, seeds = self.generator.stateless_call(weights, rest, data)
                return ops.mean(ops.softplus(-judged(second, made))), (made, seeds)

            def discriminate(weights: Any, made: Any) -> Any:
                real = ops.mean(ops.softplus(-judged(weights, data)))
                return real + ops.mean(ops.softplus(judged(weights, made)))

            (loss, (made, rest)), by_first = jax.value_and_grad(generate, has_aux=True)(first)
            other, by_second = jax.value_and_grad(discriminate)(second, made)
            trainable, slots = self.optimizer.stateless_apply(
                slots, [*by_first, *by_second], trainable
            )
            kept: list[Any] = []
            logs = {}
            for metric, value in zip(self.metrics, (loss, other), strict=True):
                own = figures[len(kept) : len(kept) + len(metric.variables)]
                own = metric.stateless_update_state(own, value)
                logs[metric.name] = metric.stateless_result(own)
                kept += own
            return logs, (trainable, rest, slots, kept)

    model = Adversarial()
    model.compile(keras.optimizers.Adam(1e-3))
    return model


_ALL = (
    Family("recurrent", "Embedding, masks, Bidirectional GRU, LSTM", _sentences, _recurrent),
    Family("text_convolution", "Embedding, Conv1D", _sentences, _text_convolution),
    Family("separable", "SeparableConv2D, BatchNormalization", _pictures, _separable),
    Family("transformer", "MultiHeadAttention, LayerNormalization", _sentences, _transformer),
    Family("autoencoder", "Conv2D, Conv2DTranspose", _pictures_twice, _autoencoder),
    Family("siamese", "shared layers, Lambda", _pairs, _siamese),
    Family("variational", "add_loss, a sampling layer", _rows_twice, _variational, random=True),
    Family("adversarial", "an own train_step", _rows_alone, _adversarial, random=True),
    Family("several_tasks", "dicts of inputs and outputs", _tasks, _several_tasks),
)


FAMILIES = {family.name: family for family in _ALL}
