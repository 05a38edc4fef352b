"""Recipes: the documents' data and networks, computed anew with scikit-learn and by hand."""

from itertools import pairwise

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from ppul.cli.recipes import RECIPES, find_recipe
from ppul.cli.train import DATASETS

# The loader keeps float32, the standardization of float64 values differs by its rounding.
FLOAT32_FEATURES = {"rtol": 1e-4, "atol": 1e-4}


def dense(*sizes):
    return sum(a * b + b for a, b in pairwise(sizes))


def cnn(channels, flat):
    return 9 * channels * 32 + 32 + 9 * 32 * 64 + 64 + dense(flat, 10)


PARAMETERS = {
    ("digits", "cnn"): 9 * 10 + 10 + dense(90, 50, 10),
    ("digits", "mlp"): dense(64, 50, 10),
    ("mnist", "mlp"): dense(784, 128, 84, 10),
    ("mnist", "cnn"): cnn(1, 5 * 5 * 64),
    ("fashion_mnist", "mlp"): dense(784, 300, 100, 10),
    ("fashion_mnist", "cnn"): cnn(1, 5 * 5 * 64),
    ("cifar10", "mlp"): dense(3072, 512, 10),
    ("cifar10", "cnn"): cnn(3, 6 * 6 * 64),
    ("california_housing", "mlp"): dense(8, 30, 1),
}


@pytest.mark.parametrize(("name", "family"), PARAMETERS)
def test_networks_have_as_many_parameters_as_their_sizes_give(name, family):
    model = RECIPES[name].build(name, family)
    assert model.count_params() == PARAMETERS[name, family]
    assert model.name == f"{name}_{family}"


def test_every_network_is_in_the_table_above():
    assert {(n, f) for n, recipe in RECIPES.items() for f in recipe.networks} == set(PARAMETERS)


def test_help_names_every_data_set():
    assert DATASETS.replace(" or ", ", ").split(", ") == list(RECIPES)


@pytest.mark.parametrize("name", RECIPES)
def test_first_family_is_the_usual_one(name):
    recipe, family = find_recipe(name, None)
    assert recipe is RECIPES[name]
    assert family == next(iter(recipe.networks))


def test_digits_are_split_as_scikit_learn_splits_them():
    bunch = load_digits()
    x, x_test, y, y_test = train_test_split(
        bunch.images, bunch.target, test_size=0.3, random_state=777
    )
    data = RECIPES["digits"].load().shaped((8, 8, 1))
    assert data.validation == {"validation_split": 0.2}
    for ours, theirs in ((data.x_train, x[..., None]), (data.x_test, x_test[..., None])):
        np.testing.assert_array_equal(ours, theirs)
        assert ours.dtype == np.float32
    np.testing.assert_array_equal(data.y_train, y)
    np.testing.assert_array_equal(data.y_test, y_test)


@pytest.mark.needs_files("california_housing.npz")
def test_california_is_split_and_scaled_as_scikit_learn_does(data_dir):
    with np.load(data_dir / "california_housing.npz") as file:
        x, y = file["x"], file["y"]
    x, x_test, y, y_test = train_test_split(x, y, random_state=42)
    x_train, x_valid, y_train, y_valid = train_test_split(x, y, random_state=42)
    scaler = StandardScaler().fit(x_train)
    data = RECIPES["california_housing"].load()
    valid = data.validation["validation_data"]
    for ours, theirs in (
        (data.x_train, scaler.transform(x_train)),
        (data.x_test, scaler.transform(x_test)),
        (valid[0], scaler.transform(x_valid)),
        (data.y_train, y_train),
        (data.y_test, y_test),
        (valid[1], y_valid),
    ):
        np.testing.assert_allclose(ours, theirs, **FLOAT32_FEATURES)


@pytest.mark.needs_files("fashion_mnist.npz")
def test_fashion_keeps_the_first_5000_for_validation(data_dir):
    with np.load(data_dir / "fashion_mnist.npz") as file:
        x, y = file["x_train"], file["y_train"]
    data = RECIPES["fashion_mnist"].load()
    x_valid, y_valid = data.validation["validation_data"]
    assert (len(x_valid), len(data.x_train)) == (5000, 55000)
    np.testing.assert_array_equal(np.rint(x_valid[:10] * 255), x[:10])
    np.testing.assert_array_equal(np.rint(data.x_train[:10] * 255), x[5000:5010])
    np.testing.assert_array_equal(y_valid, y[:5000])


@pytest.mark.rows(1)
@pytest.mark.parametrize("name", ["mnist", "cifar10"])
def test_pictures_are_scaled_to_one_and_classes_are_a_vector(data_dir, name):
    if name == "mnist" and not (data_dir / "mnist.npz").is_file():
        pytest.skip("needs mnist.npz")
    if name == "cifar10" and not list(data_dir.glob("cifar*10*")):
        pytest.skip("needs CIFAR-10")
    data = RECIPES[name].load()
    assert (data.x_train.min(), data.x_train.max()) == (0, 1)
    assert data.y_train.shape == (len(data.x_train),)
    assert data.y_test.max() == 9
