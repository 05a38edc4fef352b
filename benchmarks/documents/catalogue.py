"""The five documents as data: their parts, the figures their authors printed, and what must hold."""

from __future__ import annotations

from dataclasses import dataclass

_FASHION = "float(model.evaluate(X_test, y_test, verbose=0)[1])"
_GAP = "float(abs(total_loss - 0.9 * main_loss - 0.1 * aux_loss))"


@dataclass(frozen=True)
class Figure:
    """A number, or a word, that a part of a document gives.

    Args:
        name: What it is.
        expression: What it is in the names of the program, at the end of the part.
        printed: What its author printed, None where the page shows none.
        least: What the mean over seeds must reach, None for no such bound.
        most: What it must not exceed, likewise.
        answer: The one right answer, of figures that do not move with the seed.
    """

    name: str
    expression: str
    printed: str | None = None
    least: float | None = None
    most: float | None = None
    answer: str | None = None


@dataclass(frozen=True)
class Part:
    """A part of a document.

    Args:
        title: What it is about.
        start: How its first line begins; that of the first part is the program's.
        figures: What it gives.
        faster: How many times faster than Keras it must be, as a part of `group`.
        group: Parts that are timed together; by default a part of its own.
    """

    title: str
    start: str = ""
    figures: tuple[Figure, ...] = ()
    faster: float | None = None
    group: str | None = None


@dataclass(frozen=True)
class Document:
    """A document.

    Args:
        name: Its number, the name of its program in examples/documents.
        keras: The Keras it was written for.
        seeds: Over how many seeds its figures are averaged.
        parts: Its parts.
        curves: The history to draw learning curves of, as an expression at the end of the first part.
        cut: The part of the epochs that is enough to compare times.
    """

    name: str
    keras: str
    seeds: int
    parts: tuple[Part, ...]
    curves: str | None = None
    cut: float = 1.0


def _california(title: str, start: str, *figures: Figure) -> Part:
    return Part(title, start, figures, 3.0, "California")


DOCUMENTS = (
    Document(
        "000",
        "Keras 2.1",
        3,
        (
            Part(
                "The ensemble",
                figures=(
                    Figure(
                        "test accuracy", "float(accuracy_score(y_pred, y_test))", "0.9801", 0.979
                    ),
                ),
                faster=1.5,
            ),
        ),
        cut=0.04,
    ),
    Document(
        "001",
        "Keras 2.1",
        5,
        (
            Part(
                "Digits CNN",
                figures=(Figure("test accuracy", "float(results[1])", "0.972222222222", 0.972),),
                faster=3.0,
            ),
        ),
        curves="history.history",
    ),
    Document(
        "002",
        "tf.keras 2.0",
        3,
        (
            Part("Perceptron", figures=(Figure("prediction", "int(y_pred[0])", "1", answer="1"),)),
            Part(
                "Fashion-MNIST",
                "fashion_mnist =",
                (
                    Figure("test accuracy", _FASHION, None, 0.88),
                    Figure(
                        "three pictures",
                        "', '.join(class_names[i] for i in y_pred)",
                        "Ankle boot, Pullover, Trouser",
                        answer="Ankle boot, Pullover, Trouser",
                    ),
                ),
                1.3,
            ),
            _california(
                "California, one hidden layer",
                "from sklearn.datasets import fetch_california_housing",
                Figure("test error", "float(mse_test)", None, 0.41, 0.44),
            ),
            _california(
                "Wide & deep",
                "input_A =",
                Figure("test error", "float(mse_test)", None, 0.40, 0.43),
            ),
            _california(
                "Two outputs", "input_A =", Figure("total - 0.9 main - 0.1 aux", _GAP, most=1e-4)
            ),
            _california(
                "Subclassed",
                "class WideAndDeepModel",
                Figure("total - 0.9 main - 0.1 aux", _GAP, most=1e-4),
            ),
            _california(
                "Two hidden layers, saved",
                "model = keras.models.Sequential([",
                Figure("test error", "float(mse_test)", None, 0.435, 0.485),
            ),
            _california("Checkpoints", "model = keras.models.Sequential(["),
            _california(
                "Early stopping",
                'model.compile(loss="mse"',
                # Keras stops after 17 to 51 epochs of 100, at 0.358 to 0.418 over eight seeds; what
                # goes on to the end reaches 0.334 to 0.343.
                Figure("test error", "float(mse_test)", None, 0.33, 0.38),
            ),
            _california("TensorBoard", "class PrintValTrainRatioCallback"),
            _california(
                "KerasRegressor", "def build_model", Figure("score", "float(mse_test)", None)
            ),
            Part(
                "Randomized search",
                "from scipy.stats import reciprocal",
                (
                    Figure(
                        "best score",
                        "float(rnd_search_cv.best_score_)",
                        "-0.3189570407072703",
                        -0.36,
                    ),
                ),
                3.0,
            ),
        ),
        cut=0.1,
    ),
    Document(
        "003",
        "Keras 2.3",
        1,
        (
            Part(
                "CIFAR-10",
                figures=(
                    Figure(
                        "accuracy on the test pictures",
                        "float(hist.history['val_accuracy'][-1])",
                        None,
                        0.47,
                    ),
                ),
                faster=1.3,
            ),
        ),
        curves="hist.history",
        cut=0.06,
    ),
    Document(
        "004",
        "tf.keras 1.x",
        3,
        (
            Part(
                "MNIST",
                figures=(
                    Figure("training accuracy", "float(train_acc)", "0.99736667"),
                    Figure("test accuracy", "float(test_acc)", "0.9775", 0.9775),
                ),
                faster=1.3,
                group="MNIST",
            ),
            Part(
                "MNIST with L2",
                "from tensorflow.keras import regularizers",
                (
                    Figure("training accuracy", "float(train_acc_l2)", "0.9907"),
                    Figure("test accuracy", "float(test_acc_l2)", "0.9783", 0.9755),
                    Figure("the picture shown", "int(result)", "0", answer="0"),
                ),
                1.3,
                "MNIST",
            ),
        ),
        curves="hist.history",
        cut=0.2,
    ),
)
BY_NAME = {document.name: document for document in DOCUMENTS}
