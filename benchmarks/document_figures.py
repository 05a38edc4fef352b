"""The figures of the documents' networks on their test sets, over several seeds.

Run: `PPUL_DATA_DIR=FOLDER python -m benchmarks.document_figures [--seeds 3] [--library keras]`.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np

from benchmarks.command import progress
from benchmarks.report import Table, show
from benchmarks.workloads import WORKLOADS, compiled

Arrays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Figure:
    """A network, how long it trains, and what its test set must give.

    Args:
        title: Of the document and its network.
        workload: Which of the workloads' networks it is.
        epochs: Epochs of training.
        data: Function that returns x_train, y_train, x_test, y_test.
        least: The accuracy it must reach, or
        most: the squared error it must not exceed.
        fit: Further arguments of `fit`.
    """

    title: str
    workload: str
    epochs: int
    data: Callable[[], Arrays]
    least: float | None = None
    most: float | None = None
    fit: tuple[tuple[str, Any], ...] = ()

    def holds(self, value: float) -> bool:
        """Return whether the mean over seeds is good enough."""
        return value >= self.least if self.least is not None else value <= (self.most or 0)


def mnist(scale: float) -> Arrays:
    """Return MNIST as rows of 784, divided by `scale`, with one-hot labels."""
    from ppul.datasets import mnist

    (x, y), (x_test, y_test) = mnist.load_data()
    rows = [(a.reshape(len(a), -1) / scale).astype("float32") for a in (x, x_test)]
    return rows[0], np.eye(10)[y], rows[1], np.eye(10)[y_test]


def fashion() -> Arrays:
    """Return Fashion-MNIST without the 5,000 pictures that document 002 validates on."""
    from ppul.datasets import fashion_mnist

    (x, y), (x_test, y_test) = fashion_mnist.load_data()
    return x[5000:] / 255.0, y[5000:], x_test / 255.0, y_test


def cifar() -> Arrays:
    """Return CIFAR-10 as rows of 3072 in 0..1, with one-hot labels."""
    from ppul.datasets import cifar10

    (x, y), (x_test, y_test) = cifar10.load_data()
    rows = [a.reshape(len(a), -1) / 255.0 for a in (x, x_test)]
    return rows[0], np.eye(10)[y.ravel()], rows[1], np.eye(10)[y_test.ravel()]


def california() -> Arrays:
    """Return California housing, split and standardized as document 002 does."""
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import StandardScaler

    with np.load(Path(os.environ["PPUL_DATA_DIR"]) / "california_housing.npz") as arrays:
        x, x_test, y, y_test = train_test_split(arrays["x"], arrays["y"], random_state=42)
    x, _, y, _ = train_test_split(x, y, random_state=42)
    scaler = StandardScaler().fit(x)
    return scaler.transform(x), y, scaler.transform(x_test), y_test


def digits() -> Arrays:
    """Return scikit-learn's digits, split as document 001 does."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    data = load_digits()
    x, y = data.images[..., None], np.eye(10)[data.target]
    x, x_test, y, y_test = train_test_split(x, y, test_size=0.3, random_state=777)
    return x, y, x_test, y_test


FIGURES = [
    Figure("004 MNIST MLP", "mnist_mlp", 20, lambda: mnist(255.0), least=0.9775),
    Figure("002 Fashion MLP", "fashion_mlp", 30, fashion, least=0.88),
    Figure("001 digits CNN", "digits_cnn", 100, digits, 0.972, fit=(("validation_split", 0.2),)),
    Figure("002 California, one hidden layer", "california_mlp", 20, california, most=0.44),
    Figure("003 CIFAR MLP", "cifar_mlp", 10, cifar, least=0.45),
    Figure("000 a member of the ensemble", "mnist_bn", 100, lambda: mnist(1.0), least=0.975),
]


def trained(keras: Any, figure: Figure, arrays: Arrays, seed: int) -> float:
    """Return the test accuracy, or squared error, of a network trained from a seed."""
    x, y, x_test, y_test = arrays
    keras.utils.set_random_seed(seed)
    workload = WORKLOADS[figure.workload]
    model = compiled(workload, keras)
    fit = {"batch_size": workload.batch, "epochs": figure.epochs, "verbose": 0}
    model.fit(x, y, **fit, **dict(figure.fit))
    figures = model.evaluate(x_test, y_test, verbose=0)
    return figures[1] if figure.least is not None else figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Train all, print the table; 1 if a mean is not good enough."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--library", choices=("ppul", "keras"), default="ppul")
    parser.add_argument("--only", help="part of the titles to do")
    given = parser.parse_args(arguments)
    if given.library == "keras":
        os.environ["KERAS_BACKEND"] = "jax"
        import keras
    else:
        import ppul as keras
    rows, good = [], True
    for figure in FIGURES:
        if given.only and given.only not in figure.title:
            continue
        arrays = figure.data()
        values = []
        for seed in range(given.seeds):
            values.append(float(trained(keras, figure, arrays, seed)))
            progress(f"{figure.title}, {figure.epochs} epochs, seed {seed}: {values[-1]:.4f}")
        good &= figure.holds(mean(values))
        bound = f">= {figure.least}" if figure.least is not None else f"<= {figure.most}"
        each = " ".join(f"{value:.4f}" for value in values)
        rows.append([figure.title, str(figure.epochs), each, f"{mean(values):.4f}", bound])
    columns = ["network", "epochs", "each seed", "mean", "asked"]
    show(Table(f"Figures on the test sets: {given.library}", columns, rows))
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
