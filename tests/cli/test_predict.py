"""`ppul predict`: compared with what Keras predicts from the same file for the same input."""

import keras
import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from ppul.cli.pictures import picture_to_input, read_picture
from ppul.cli.predict import as_probabilities, class_names, find_domain
from ppul.cli.recipes import RECIPES
from ppul.datasets.fashion_mnist import CLASS_NAMES
from ppul.layers.core.dense import Dense
from ppul.layers.core.input_layer import Input
from ppul.layers.preprocessing.rescaling import Rescaling
from ppul.layers.reshaping.flatten import Flatten
from ppul.models.sequential import Sequential

# Percentages are printed with one decimal.
PRINTED = 0.051


@pytest.fixture
def pictures(tmp_path):
    """Scans of scikit-learn's digits 0 to 4, dark on light, 20 times as large."""
    files = []
    for i, scan in enumerate(load_digits().images[:5]):
        image = Image.fromarray((255 - scan * 15.9).astype(np.uint8)).resize((160, 160))
        files.append(tmp_path / f"{i}.png")
        image.save(files[-1])
    return files


def keras_percentages(model, pictures, shape, domain, value_range=None):
    inputs = [picture_to_input(read_picture(p), shape, domain, value_range) for p in pictures]
    return 100 * keras.models.load_model(model).predict(np.stack(inputs), verbose=0)


def cells(line):
    return [cell.strip() for cell in line.strip("│").split("│")]


def test_one_picture_gets_a_table_of_its_likeliest_classes(ppul, digits, pictures):
    result = ppul("predict", digits.model, pictures[3], "--top", 2)
    assert result.exit_code == 0, result.output
    (row,) = keras_percentages(digits.model, pictures[3:4], (8, 8, 1), "digits")
    shown = [cells(line)[:2] for line in result.stdout.splitlines() if line.startswith("│")]
    best = row.argsort()[::-1][:2]
    assert [name for name, _ in shown] == [str(i) for i in best]
    for (_, percentage), i in zip(shown, best, strict=True):
        assert float(percentage.removesuffix(" %")) == pytest.approx(row[i], abs=PRINTED)
    assert result.stdout.startswith(f"{pictures[3]}: {best[0]}\n")


def test_several_pictures_get_one_table(ppul, digits, pictures):
    result = ppul("predict", digits.model, *pictures)
    rows = keras_percentages(digits.model, pictures, (8, 8, 1), "digits")
    shown = [cells(line) for line in result.stdout.splitlines() if line.startswith("│")]
    assert "".join(name for name, *_ in shown).count(".png") == len(pictures)
    answers = [(name, share) for _, name, share, _ in shown if name]
    assert [name for name, _ in answers] == [str(i) for i in rows.argmax(1)]
    for (_, share), row in zip(answers, rows, strict=True):
        assert float(share.removesuffix(" %")) == pytest.approx(row.max(), abs=PRINTED)
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    ("name", "options", "names"),
    [
        ("fashion_mnist_mine", [], CLASS_NAMES),
        ("mine", [], "0123456789"),
        ("mine", ["--domain", "fashion_mnist"], CLASS_NAMES),
        ("fashion_mnist_mine", ["--domain", "mnist"], "0123456789"),
        ("mine", ["--classes", "a, b,c,d,e,f,g,h,i,j"], "abcdefghij"),
        ("cifar100", [], "0123456789"),
    ],
)
def test_classes_are_named_as_the_model_or_the_user_says(ppul, tmp_path, name, options, names):
    file = tmp_path / "model.keras"
    Sequential(
        [Input((28, 28)), Flatten(), Dense(10, activation="softmax", bias_initializer="ones")],
        name=name,
    ).save(file)
    picture = np.full((40, 40, 3), 255, np.uint8)
    picture[5:30, 12:20] = (200, 30, 30)
    Image.fromarray(picture).save(tmp_path / "thing.png")
    result = ppul("predict", file, tmp_path / "thing.png", *options, "--top", 10)
    shown = [cells(line)[0] for line in result.stdout.splitlines() if line.startswith("│")]
    assert sorted(shown) == sorted(names)


def test_network_that_rescales_gets_pixels_as_they_are(ppul, tmp_path, pictures):
    file = tmp_path / "model.keras"
    Sequential([Input((28, 28)), Rescaling(1 / 255), Flatten(), Dense(10)]).save(file)
    result = ppul("predict", file, pictures[0], "--top", 1)
    (scores,) = keras_percentages(file, pictures[:1], (28, 28), "mnist", (0, 255)) / 100
    shares = np.exp(scores) / np.exp(scores).sum()
    (shown,) = [cells(line) for line in result.stdout.splitlines() if line.startswith("│")]
    assert shown[0] == str(shares.argmax())
    assert float(shown[1].removesuffix(" %")) == pytest.approx(100 * shares.max(), abs=PRINTED)


def test_brackets_in_names_are_shown_as_they_are(ppul, tmp_path, pictures):
    file = tmp_path / "model.keras"
    Sequential([Input((28, 28)), Flatten(), Dense(2)]).save(file)
    picture = pictures[0].rename(tmp_path / "[red]x.png")
    result = ppul("predict", file, picture, "--classes", "[bold]a,[i]b")
    assert "[bold]a" in result.stdout
    assert "[i]b" in result.stdout
    assert "[red]x.png" in result.stdout.replace("\n", "")


@pytest.mark.parametrize("scale", [1.0, 1000.0])
def test_logits_become_probabilities(scale):
    scores = np.array([[1.0, -2.0, 0.5], [0.0, 0.0, 0.0]]) * scale
    shares = as_probabilities(scores, "x.keras")
    expected = np.asarray(keras.ops.softmax(keras.ops.convert_to_tensor(scores)))
    np.testing.assert_allclose(shares, expected, atol=1e-6)


def test_probabilities_stay_as_they_are():
    rows = np.array([[0.25, 0.75], [1.0, 0.0]], np.float32)
    np.testing.assert_array_equal(as_probabilities(rows, "x.keras"), rows)


@pytest.mark.parametrize("outputs", [np.ones((2, 1)), np.ones((2, 3, 3)), [np.ones((2, 3))] * 2])
def test_what_are_no_scores_of_classes_is_refused(outputs):
    with pytest.raises(ValueError, match=r"x\.keras"):
        as_probabilities(outputs, "x.keras")


@pytest.mark.parametrize("domain", ["digits", "mnist", "fashion_mnist", "cifar10"])
def test_name_that_train_gives_tells_the_domain(domain):
    for family in RECIPES[domain].networks:
        assert find_domain(None, f"{domain}_{family}") == domain


def test_numbers_stand_for_classes_where_the_count_is_another():
    assert class_names(None, "cifar10", 3) == ["0", "1", "2"]
