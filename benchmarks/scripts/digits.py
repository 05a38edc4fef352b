"""Document 001's script: a convolutional network on scikit-learn's digits, 30 epochs.

Run: `python -m benchmarks.scripts.digits LIBRARY`.
"""

from __future__ import annotations

import sys

from benchmarks.scripts.parts import Parts


def main(name: str) -> None:
    """Import, train, evaluate, answer with the test accuracy."""
    parts = Parts()
    from sklearn import datasets
    from sklearn.model_selection import train_test_split

    parts.end("import scikit-learn")
    from benchmarks import library

    keras = library.load(name)
    parts.end("import")

    data = datasets.load_digits()
    x = data.images.reshape((*data.images.shape, 1))
    y = keras.utils.to_categorical(data.target)
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.3, random_state=777)
    parts.end("data")

    model = keras.Sequential()
    model.add(keras.Input((8, 8, 1)))
    model.add(keras.layers.Conv2D(10, (3, 3), strides=(1, 1), padding="valid"))
    model.add(keras.layers.Activation("relu"))
    model.add(keras.layers.MaxPooling2D((2, 2)))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(50, activation="relu"))
    model.add(keras.layers.Dense(10, activation="softmax"))
    model.compile(
        loss="categorical_crossentropy",
        optimizer=keras.optimizers.Adam(learning_rate=0.001),
        metrics=["accuracy"],
    )
    parts.end("build")

    model.fit(x_train, y_train, batch_size=50, validation_split=0.2, epochs=30, verbose=0)
    parts.end("fit")

    accuracy = model.evaluate(x_test, y_test, verbose=0)[1]
    parts.end("evaluate")
    parts.answer(accuracy)


if __name__ == "__main__":
    main(*sys.argv[1:])
