"""Train a network on handwritten digits, save it, and let it read pictures.

`make demo` runs this. Nothing is downloaded: the digits come with scikit-learn.
"""

import time
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import ppul as keras
from ppul.cli.pictures import picture_to_input, read_picture

SEED = 0
EPOCHS = 100
PICTURES = Path(__file__).parent / "pictures"
MODEL = Path(__file__).parents[1] / "build" / "demo" / "digits.keras"


def main() -> None:
    print("1. Data: 1,797 digits, handwritten and scanned to 8 x 8, from scikit-learn.")
    x, y = load_digits(return_X_y=True)
    x = x.reshape(-1, 8, 8, 1).astype("float32")
    y = keras.utils.to_categorical(y)
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.3, random_state=777)

    print(f"2. Training a convolutional network for {EPOCHS} epochs ...", flush=True)
    keras.utils.set_random_seed(SEED)
    model = build()
    start = time.perf_counter()
    model.fit(x_train, y_train, batch_size=50, epochs=EPOCHS, validation_split=0.2, verbose=0)
    seconds = time.perf_counter() - start
    _, accuracy = model.evaluate(x_test, y_test, verbose=0)
    print(f"   done in {seconds:.1f} s, with compiling; test accuracy {accuracy:.4f}")

    MODEL.parent.mkdir(parents=True, exist_ok=True)
    model.save(MODEL)
    print(f"3. Saved, and loaded again: {shown(MODEL)}")
    read_pictures(keras.models.load_model(MODEL), sorted(PICTURES.glob("*.*")))
    print(f"Test accuracy: {accuracy:.4f} on {len(x_test)} digits it has not seen.")
    print("Try next:")
    print(f"   .venv/bin/ppul predict {shown(MODEL)} PICTURE.png   with a digit you drew")
    print("   .venv/bin/ppul train digits --plot curves.png")
    print("   make test")


def build() -> keras.Model:
    """One convolution, pooling, and two fully connected layers."""
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(10, (3, 3), strides=(1, 1), padding="valid"),
            keras.layers.Activation("relu"),
            keras.layers.MaxPooling2D((2, 2)),
            keras.layers.Flatten(),
            keras.layers.Dense(50, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ],
        name="digits_cnn",
    )
    optimizer = keras.optimizers.Adam(learning_rate=0.001)
    model.compile(loss="categorical_crossentropy", optimizer=optimizer, metrics=["accuracy"])
    return model


def read_pictures(model: keras.Model, files: list[Path]) -> None:
    inputs = [picture_to_input(read_picture(file), model.input_shape, "digits") for file in files]
    rows = model.predict(np.stack(inputs), verbose=0)
    print(f"4. Reading {len(files)} pictures of {shown(PICTURES)}:")
    right = 0
    for file, row in zip(files, rows, strict=True):
        digit = int(row.argmax())
        is_right = file.name.startswith(str(digit))
        right += is_right
        answer = "right" if is_right else "WRONG"
        print(f"   {file.name:27} {digit}   {row[digit]:6.1%}   {answer}")
    print(f"   {right} of {len(files)} right.")


def shown(path: Path) -> Path:
    """Return a path as one would type it here."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


if __name__ == "__main__":
    main()
