"""`ppul train`: what it prints and writes is what Keras and scikit-learn find, too."""

import re

import keras
import pytest
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split


def figures(output):
    """The rows of the printed table, as a dict."""
    rows = re.findall(r"^│ (\S.*?) +│ +(\S.*?) │$", output, re.MULTILINE)
    return dict(rows)


def test_printed_results_are_those_keras_finds_in_the_saved_file(digits):
    x, y = load_digits(return_X_y=True)
    _, x, _, y = train_test_split(x, y, test_size=0.3, random_state=777)
    model = keras.models.load_model(digits.model)
    loss, accuracy = model.evaluate(x.reshape(-1, 8, 8, 1), y, verbose=0)
    table = figures(digits.output)
    assert table["parameters"] == f"{model.count_params():,}" == "5,160"
    assert table["test accuracy"] == f"{accuracy:.4f}"
    assert float(table["test loss"]) == pytest.approx(loss, abs=1e-4)
    assert (table["samples to train on"], table["samples to test on"]) == ("1,257", "540")
    assert table["epochs"] == "2"


def test_output_fits_80_columns_and_says_what_to_do_next(digits):
    assert max(map(len, digits.output.splitlines()[:-2])) <= 80
    assert digits.output.endswith(f"Try: ppul predict {digits.model} PICTURE.png\n")


def test_learning_curves_are_a_picture(digits):
    with Image.open(digits.plot) as image:
        assert image.format == "PNG"


def test_model_is_named_after_its_data(digits):
    assert keras.models.load_model(digits.model).name == "digits_cnn"


def test_same_seed_gives_the_same_network(ppul, tmp_path):
    weights = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        file = tmp_path / f"{name}.keras"
        ppul("train", "digits", "--epochs", 1, "--model", "mlp", "--seed", seed, "--save", file)
        weights.append(keras.models.load_model(file).get_weights())
    first, same, other = weights
    assert all((a == b).all() for a, b in zip(first, same, strict=True))
    assert (first[0] != other[0]).any()


def test_without_save_it_says_how_to_keep_the_network(ppul):
    result = ppul("train", "digits", "--epochs", 1, "--model", "mlp")
    assert result.exit_code == 0
    assert result.stdout.endswith("ppul train digits --save digits.keras\n")
    assert figures(result.stdout)["parameters"] == f"{64 * 50 + 50 + 50 * 10 + 10:,}"


def test_verbose_shows_every_epoch(ppul):
    result = ppul("train", "digits", "--epochs", 2, "--model", "mlp", "--verbose")
    assert "Epoch 1/2" in result.stdout
    assert "val_accuracy" in result.stdout


@pytest.mark.needs_files("california_housing.npz")
def test_regression_is_told_as_squared_error(ppul, data_dir, tmp_path):
    file = tmp_path / "california.keras"
    result = ppul("train", "california_housing", "--epochs", 1, "--save", file)
    assert "test mean squared error" in figures(result.stdout)
    assert result.stdout.endswith(f"Try: ppul info {file}\n")
