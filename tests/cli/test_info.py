"""`ppul info`: what it shows is what Keras and the file system say."""

import json
import zipfile

import keras
import pytest


@pytest.mark.thorough
def test_model_of_train_is_shown(ppul, digits):
    result = ppul("info", digits.model)
    assert result.exit_code == 0, result.output
    model = keras.models.load_model(digits.model)
    for words in (
        'Model: "digits_cnn"',
        *(layer.name for layer in model.layers),
        f"{model.count_params():,}",
        str(model.input_shape),
        str(model.output_shape),
        "Adam, learning rate 0.001",
        model.loss,
        f"{digits.model.stat().st_size:,} bytes",
        "3.15.1",
    ):
        assert words in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_model_that_keras_saved_is_shown(ppul, tmp_path):
    file = tmp_path / "theirs.keras"
    layers = keras.layers
    model = keras.Sequential([layers.Input((5,)), layers.Dense(3, name="[red]only")])
    model.compile(keras.optimizers.SGD(0.5), keras.losses.MeanSquaredError())
    model.save(file)
    result = ppul("info", file)
    for words in ("[red]only", "(None, 5)", "SGD, learning rate 0.5", "MeanSquaredError"):
        assert words in result.stdout
    assert keras.__version__ in result.stdout


def test_model_that_was_not_compiled_is_shown(ppul, tmp_path):
    file = tmp_path / "plain.keras"
    keras.Sequential([keras.layers.Input((5,)), keras.layers.Dense(3)]).save(file)
    assert "not compiled" in ppul("info", file).stdout


@pytest.fixture
def tampered(tmp_path, digits):
    """Return a function that copies the model with another text in its configuration."""

    def make(old, new):
        file = tmp_path / "tampered.keras"
        with zipfile.ZipFile(digits.model) as source, zipfile.ZipFile(file, "w") as target:
            for name in source.namelist():
                content = source.read(name)
                if name == "config.json":
                    content = content.replace(json.dumps(old).encode(), json.dumps(new).encode())
                target.writestr(name, content)
        return file

    return make


def test_names_in_a_file_cannot_move_the_cursor(ppul, tampered):
    result = ppul("info", tampered("digits_cnn", "\x1b[2Jevil"))
    assert "evil" in result.output
    assert "\x1b" not in result.output


def test_class_that_is_not_known_is_one_line(ppul, tampered):
    result = ppul("info", tampered("MaxPooling2D", "MaxPooling2E"))
    assert result.exit_code == 2
    assert "MaxPooling2E" in result.stderr
    assert result.stderr.count("\n") == 1
