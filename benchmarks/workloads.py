"""The workloads: seven small networks, each defined once for every library.

`build` and `compile_args` are given the library as users import it (`import ppul as keras`),
`gemms` is what the floor computes, `mlp` is the network as scikit-learn knows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from benchmarks import data


class Gemm(NamedTuple):
    """One layer's product: (rows, inputs) x (inputs, outputs)."""

    rows: int
    inputs: int
    outputs: int


class MLP(NamedTuple):
    """A network of `sklearn.neural_network`: its hidden layers and its constant rate."""

    hidden: tuple[int, ...]
    rate: float


@dataclass(frozen=True)
class Workload:
    """A network, its training data and how it is trained."""

    name: str
    title: str
    batch: int
    optimizer: Literal["adam", "sgd"]
    gemms: tuple[Gemm, ...]
    data: Callable[[], data.Data]
    build: Callable[[Any], Any]
    compile_args: Callable[[Any], dict[str, Any]]
    mlp: MLP | None = None


def compiled(workload: Workload, keras: Any, steps_per_execution: int = 1) -> Any:
    """Return the workload's model, compiled; `steps_per_execution` only where it is not 1."""
    model = workload.build(keras)
    args = workload.compile_args(keras)
    if steps_per_execution > 1:
        args["steps_per_execution"] = steps_per_execution
    model.compile(**args)
    return model


def _dense_gemms(batch: int, *sizes: int) -> tuple[Gemm, ...]:
    return tuple(Gemm(batch, a, b) for a, b in pairwise(sizes))


def _mnist_mlp(keras: Any) -> Any:
    return keras.Sequential(
        [
            keras.Input((784,)),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(84, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


def _fashion_mlp(keras: Any) -> Any:
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(300, activation="relu"),
            keras.layers.Dense(100, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


def _california_mlp(keras: Any) -> Any:
    return keras.Sequential(
        [keras.Input((8,)), keras.layers.Dense(30, activation="relu"), keras.layers.Dense(1)]
    )


def _cifar_mlp(keras: Any) -> Any:
    return keras.Sequential(
        [
            keras.Input((3072,)),
            keras.layers.Dense(512, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


def _mnist_bn(keras: Any) -> Any:
    model = keras.Sequential([keras.Input((784,))])
    for _ in range(4):
        model.add(keras.layers.Dense(50, kernel_initializer="he_normal"))
        model.add(keras.layers.BatchNormalization())
        model.add(keras.layers.Activation("relu"))
        model.add(keras.layers.Dropout(0.2))
    model.add(keras.layers.Dense(10, kernel_initializer="he_normal"))
    model.add(keras.layers.Activation("softmax"))
    return model


def _digits_cnn(keras: Any) -> Any:
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(10, (3, 3), strides=(1, 1), padding="valid"),
            keras.layers.Activation("relu"),
            keras.layers.MaxPooling2D((2, 2)),
            keras.layers.Flatten(),
            keras.layers.Dense(50, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


def _mnist_cnn(keras: Any) -> Any:
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(32, (3, 3), activation="relu"),
            keras.layers.MaxPooling2D((2, 2)),
            keras.layers.Conv2D(64, (3, 3), activation="relu"),
            keras.layers.MaxPooling2D((2, 2)),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


def _one_hot_adam(_: Any) -> dict[str, Any]:
    return {"loss": "categorical_crossentropy", "optimizer": "adam", "metrics": ["accuracy"]}


def _sparse_adam(_: Any) -> dict[str, Any]:
    return {
        "loss": "sparse_categorical_crossentropy",
        "optimizer": "adam",
        "metrics": ["accuracy"],
    }


def _sparse_sgd(_: Any) -> dict[str, Any]:
    return {
        "loss": "sparse_categorical_crossentropy",
        "optimizer": "sgd",
        "metrics": ["accuracy"],
    }


def _squared_error_sgd(keras: Any) -> dict[str, Any]:
    return {
        "loss": "mean_squared_error",
        "optimizer": keras.optimizers.SGD(learning_rate=1e-3),
    }


WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload(
            name="mnist_mlp",
            title="MNIST 784-128-84-10, Adam, 32",
            batch=32,
            optimizer="adam",
            gemms=_dense_gemms(32, 784, 128, 84, 10),
            data=data.mnist_vectors,
            build=_mnist_mlp,
            compile_args=_one_hot_adam,
            mlp=MLP((128, 84), 1e-3),
        ),
        Workload(
            name="fashion_mlp",
            title="Fashion 784-300-100-10, SGD, 32",
            batch=32,
            optimizer="sgd",
            gemms=_dense_gemms(32, 784, 300, 100, 10),
            data=data.fashion_pictures,
            build=_fashion_mlp,
            compile_args=_sparse_sgd,
            mlp=MLP((300, 100), 1e-2),
        ),
        Workload(
            name="california_mlp",
            title="California 8-30-1, SGD, 32",
            batch=32,
            optimizer="sgd",
            gemms=_dense_gemms(32, 8, 30, 1),
            data=data.california_rows,
            build=_california_mlp,
            compile_args=_squared_error_sgd,
            mlp=MLP((30,), 1e-3),
        ),
        Workload(
            name="cifar_mlp",
            title="CIFAR-10 3072-512-10, Adam, 32",
            batch=32,
            optimizer="adam",
            gemms=_dense_gemms(32, 3072, 512, 10),
            data=data.cifar_vectors,
            build=_cifar_mlp,
            compile_args=_one_hot_adam,
            mlp=MLP((512,), 1e-3),
        ),
        Workload(
            name="mnist_bn",
            title="MNIST 4 x (50, BN, dropout), Adam, 32",
            batch=32,
            optimizer="adam",
            gemms=_dense_gemms(32, 784, 50, 50, 50, 50, 10),
            data=data.mnist_vectors,
            build=_mnist_bn,
            compile_args=_one_hot_adam,
        ),
        Workload(
            name="digits_cnn",
            title="Digits CNN, Adam, 50",
            batch=50,
            optimizer="adam",
            gemms=(Gemm(50 * 6 * 6, 9, 10), *_dense_gemms(50, 90, 50, 10)),
            data=data.digits_pictures,
            build=_digits_cnn,
            compile_args=_one_hot_adam,
        ),
        Workload(
            name="mnist_cnn",
            title="MNIST CNN, 20,000 pictures, Adam, 128",
            batch=128,
            optimizer="adam",
            gemms=(
                Gemm(128 * 26 * 26, 9, 32),
                Gemm(128 * 11 * 11, 9 * 32, 64),
                Gemm(128, 5 * 5 * 64, 10),
            ),
            data=data.mnist_pictures,
            build=_mnist_cnn,
            compile_args=_sparse_adam,
        ),
    )
}
