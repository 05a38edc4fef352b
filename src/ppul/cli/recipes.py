"""What `ppul train` trains: data sets, and networks that suit them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ppul.core.checks import one_of
from ppul.datasets import california_housing, cifar10, fashion_mnist, mnist
from ppul.layers.base import Layer
from ppul.layers.convolutional.conv import Conv2D
from ppul.layers.core.activation import Activation
from ppul.layers.core.dense import Dense
from ppul.layers.core.input_layer import InputLayer
from ppul.layers.pooling.pooling import MaxPooling2D
from ppul.layers.reshaping.flatten import Flatten
from ppul.models.sequential import Sequential
from ppul.optimizers.adam import Adam
from ppul.optimizers.base import Optimizer
from ppul.optimizers.sgd import SGD

CLASSES = 10


@dataclass(frozen=True)
class Data:
    """Samples, shape (n, ...), and targets, shape (n,), to train and to test on.

    Attributes:
        validation: What `fit` is told to validate on, by its own argument.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    validation: dict[str, Any] = field(default_factory=dict)

    def shaped(self, shape: Sequence[int]) -> Data:
        """Return the same data with samples of another shape."""
        validation = dict(self.validation)
        if "validation_data" in validation:
            x, y = validation["validation_data"]
            validation["validation_data"] = x.reshape(len(x), *shape), y
        train = self.x_train.reshape(len(self.x_train), *shape)
        test = self.x_test.reshape(len(self.x_test), *shape)
        return Data(train, self.y_train, test, self.y_test, validation)


@dataclass(frozen=True)
class Network:
    """Layers, and how they are trained."""

    layers: Callable[[], list[Layer]]
    optimizer: Callable[[], Optimizer]
    epochs: int
    batch_size: int = 32


@dataclass(frozen=True)
class Recipe:
    """A data set and its networks by family, the first of which is the usual one."""

    load: Callable[[], Data]
    networks: Mapping[str, Network]
    loss: str = "sparse_categorical_crossentropy"
    metrics: tuple[str, ...] = ("accuracy",)

    def build(self, name: str, family: str) -> Sequential:
        """Return a network, compiled; its name says what it reads: `mnist_cnn`."""
        network = self.networks[family]
        model = Sequential(network.layers(), name=f"{name}_{family}")
        model.compile(optimizer=network.optimizer(), loss=self.loss, metrics=list(self.metrics))
        return model


def find_recipe(name: str, family: str | None) -> tuple[Recipe, str]:
    """Return the recipe of a data set, and the family of networks to train.

    Raises:
        ValueError: If there is none of that name; the closest one is given.
    """
    recipe = RECIPES[one_of("train", "DATASET", name, list(RECIPES))]
    families = list(recipe.networks)
    return recipe, one_of(f"train {name}", "--model", family or families[0], families)


def _digits() -> Data:
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    x, y = load_digits(return_X_y=True)
    parts: Any = train_test_split(x, y, test_size=0.3, random_state=777)
    x_train, x_test, y_train, y_test = parts
    x_train, x_test = x_train.astype("float32"), x_test.astype("float32")
    return Data(x_train, y_train, x_test, y_test, {"validation_split": 0.2})


def _mnist() -> Data:
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    return Data(_scaled(x_train), y_train, _scaled(x_test), y_test)


def _fashion_mnist() -> Data:
    (x, y), (x_test, y_test) = fashion_mnist.load_data()
    x, x_test = _scaled(x), _scaled(x_test)
    return Data(x[5000:], y[5000:], x_test, y_test, {"validation_data": (x[:5000], y[:5000])})


def _cifar10() -> Data:
    (x_train, y_train), (x_test, y_test) = cifar10.load_data()
    return Data(_scaled(x_train), y_train.ravel(), _scaled(x_test), y_test.ravel())


def _california_housing() -> Data:
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import StandardScaler

    seed = 113
    (x, y), _ = california_housing.load_data(test_split=0.0, seed=seed)
    # Back to the order of the file, so that the splits are those scikit-learn's users get.
    order = np.arange(len(x))
    np.random.RandomState(seed).shuffle(order)
    x[order], y[order] = x.copy(), y / 100_000
    parts: Any = train_test_split(x, y, random_state=42)
    x, x_test, y, y_test = parts
    parts = train_test_split(x, y, random_state=42)
    x_train, x_valid, y_train, y_valid = parts
    scaler = StandardScaler().fit(x_train)
    scaled: Any = [scaler.transform(part) for part in (x_train, x_valid, x_test)]
    return Data(scaled[0], y_train, scaled[2], y_test, {"validation_data": (scaled[1], y_valid)})


def _scaled(pictures: np.ndarray) -> np.ndarray:
    return pictures.astype("float32") / np.float32(255)


def _dense(shape: tuple[int, ...], *units: int) -> Callable[[], list[Layer]]:
    """Fully connected layers from pictures to classes."""

    def layers() -> list[Layer]:
        first: list[Layer] = [InputLayer(shape)]
        if len(shape) > 1:
            first.append(Flatten())
        hidden = [Dense(n, activation="relu") for n in units]
        return [*first, *hidden, Dense(CLASSES, activation="softmax")]

    return layers


def _digits_cnn() -> list[Layer]:
    return [
        InputLayer((8, 8, 1)),
        Conv2D(10, (3, 3), padding="valid"),
        Activation("relu"),
        MaxPooling2D((2, 2)),
        Flatten(),
        Dense(50, activation="relu"),
        Dense(CLASSES, activation="softmax"),
    ]


def _cnn(*shape: int) -> Callable[[], list[Layer]]:
    """Two convolutions, each followed by pooling."""
    return lambda: [
        InputLayer(shape),
        Conv2D(32, (3, 3), activation="relu"),
        MaxPooling2D((2, 2)),
        Conv2D(64, (3, 3), activation="relu"),
        MaxPooling2D((2, 2)),
        Flatten(),
        Dense(CLASSES, activation="softmax"),
    ]


def _regression() -> list[Layer]:
    return [InputLayer((8,)), Dense(30, activation="relu"), Dense(1)]


RECIPES = {
    "digits": Recipe(
        _digits,
        {
            "cnn": Network(_digits_cnn, Adam, epochs=100, batch_size=50),
            "mlp": Network(_dense((64,), 50), Adam, epochs=100, batch_size=50),
        },
    ),
    "mnist": Recipe(
        _mnist,
        {
            "mlp": Network(_dense((784,), 128, 84), Adam, epochs=20),
            "cnn": Network(_cnn(28, 28, 1), Adam, epochs=5, batch_size=128),
        },
    ),
    "fashion_mnist": Recipe(
        _fashion_mnist,
        {
            "mlp": Network(_dense((28, 28), 300, 100), SGD, epochs=30),
            "cnn": Network(_cnn(28, 28, 1), Adam, epochs=5, batch_size=128),
        },
    ),
    "cifar10": Recipe(
        _cifar10,
        {
            "mlp": Network(_dense((3072,), 512), Adam, epochs=10),
            "cnn": Network(_cnn(32, 32, 3), Adam, epochs=10, batch_size=128),
        },
    ),
    "california_housing": Recipe(
        _california_housing,
        {"mlp": Network(_regression, lambda: SGD(learning_rate=1e-3), epochs=20)},
        loss="mean_squared_error",
        metrics=(),
    ),
}
