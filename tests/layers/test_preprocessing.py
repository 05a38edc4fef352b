"""Layers that prepare data: what they learn, how they run in and ahead of programs, their files."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import jax
import keras
import numpy as np
import pytest
from jax.experimental import sparse

import ppul
from ppul import layers
from ppul.datasets.dataset import Dataset
from ppul.layers.preprocessing import quantiles
from ppul.layers.preprocessing.buckets import bins_of, crossed_bins

RNG = np.random.default_rng(0)
TEXTS = np.array(["the fox", "a dog and the fox", "dog", "a fox", "the dog"] * 4)
LABELS = np.arange(20.0)[:, None] % 2
NUMBERS = np.array([0, 1, -1, 9, 10, 99, -100, 12345678, 2**31 - 1, -(2**31)], "int32")

# What they learn from data.


@pytest.mark.parametrize("axis", [(1, 2), None, pytest.param(0, marks=pytest.mark.thorough)])
def test_mean_and_variance_are_those_of_keras(axis: Any) -> None:
    data = RNG.normal(3.0, 2.0, (10, 3, 4)).astype("float32")
    ours, theirs = (k.layers.Normalization(axis=axis) for k in (ppul, keras))
    for layer in (ours, theirs):
        layer.adapt(data)
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5)
    for name in ("mean", "variance"):
        assert getattr(ours, name).shape == getattr(theirs, name).shape
    np.testing.assert_allclose(ours(data), theirs(data), rtol=1e-4, atol=1e-5)


def test_batches_of_any_size_give_the_mean_and_variance_of_all() -> None:
    data = RNG.normal(100.0, 2.0, (50, 3))
    layer = layers.Normalization()
    layer.adapt(iter(np.split(data, [7, 8, 30])))
    np.testing.assert_allclose(layer.mean, data.mean(0, keepdims=True), rtol=1e-6)
    np.testing.assert_allclose(layer.variance, data.var(0, keepdims=True), rtol=1e-5)


def test_boundaries_of_batches_are_those_of_keras() -> None:
    data = RNG.gamma(2.0, size=900).astype("float32")
    ours, theirs = (k.layers.Discretization(num_bins=7, epsilon=0.02) for k in (ppul, keras))
    for layer in (ours, theirs):
        for part in np.split(data, [300, 310, 600]):
            layer.update_state(part)
        layer.finalize_state()
    np.testing.assert_allclose(ours.bin_boundaries, theirs.bin_boundaries, rtol=1e-5)
    shares = np.bincount(ours(data)) / len(data)
    assert np.abs(shares - 1 / 7).max() < 2 * 0.02


def test_a_summary_stands_for_all_numbers() -> None:
    parts = [quantiles.summarized(RNG.normal(size=n), 0.05) for n in (500, 300)]
    both = quantiles.merged(*parts, 0.05)
    assert both.shape[1] <= 21
    np.testing.assert_allclose(both[1].sum(), 800, rtol=1e-5)
    assert (np.diff(both[0]) >= 0).all()


def test_what_is_learnt_in_batches_is_learnt_at_once() -> None:
    words = np.array([["a", "b"], ["b", "c"], ["b", ""]])
    whole, parts = (layers.StringLookup(output_mode="tf_idf") for _ in range(2))
    whole.adapt(words)
    parts.adapt(iter(np.split(words, [1])))
    assert whole.get_vocabulary() == parts.get_vocabulary() == ["[UNK]", "b", "c", "a", ""]
    np.testing.assert_array_equal(whole.idf_weights, parts.idf_weights)
    first = layers.StringLookup()
    first.adapt(iter(np.split(words, [1])), steps=1)
    assert first.get_vocabulary() == ["[UNK]", "b", "a"]
    texts = layers.TextVectorization()
    texts.adapt(np.array(["a b", "b", "c"]), batch_size=1, steps=2)
    assert texts.get_vocabulary() == ["", "[UNK]", "b", "a"]


def test_functions_may_standardize_and_split() -> None:
    layer = layers.TextVectorization(
        standardize=lambda texts: [text.upper() for text in texts],
        split=lambda texts: [text.split("-") for text in texts],
    )
    layer.adapt(["a-b", "b"])
    assert layer.get_vocabulary() == ["", "[UNK]", "B", "A"]
    assert layer(["b-c"]).tolist() == [[2, 1]]


def test_vocabularies_come_from_files_and_columns(tmp_path: Path) -> None:
    import pandas as pd

    (tmp_path / "words.txt").write_text("é\nb\n", "utf-8")
    (tmp_path / "numbers.txt").write_text("10\n-3\n")
    words = layers.StringLookup(vocabulary=str(tmp_path / "words.txt"))
    assert words.get_vocabulary() == ["[UNK]", "é", "b"]
    assert words.get_config()["vocabulary"] is None  # it goes into the file of the model
    numbers = layers.IntegerLookup(vocabulary=tmp_path / "numbers.txt")
    assert numbers.get_vocabulary() == [-1, 10, -3]
    assert words(pd.Series(["b", "x"])).tolist() == [2, 0]
    assert words(np.array([b"b", "é".encode()])).tolist() == [2, 1]


def test_numbers_are_turned_back_into_words() -> None:
    layer = layers.StringLookup(vocabulary=["a", "b"], mask_token="-", invert=True)  # noqa: S106  (no password)
    assert layer(np.array([[0, 1], [2, 3], [9, -1]])).tolist() == [
        ["-", "[UNK]"],
        ["a", "b"],
        ["[UNK]", "[UNK]"],
    ]


def test_a_model_that_is_called_may_return_words() -> None:
    numbers = ppul.Input((2,))
    words = layers.StringLookup(vocabulary=["a"], invert=True)(numbers)
    assert ppul.Model(numbers, words)(np.array([[0.0, 1.0]])).tolist() == [["[UNK]", "a"]]


# Inside of programs.


@pytest.mark.parametrize("salt", [None, (3, 4)])
def test_whole_numbers_are_hashed_alike_in_a_trace(salt: Any) -> None:
    traced = jax.jit(lambda x: bins_of(x, 1000, salt))(NUMBERS)
    assert traced.tolist() == bins_of(NUMBERS, 1000, salt).tolist()
    small = np.arange(256).astype("uint8")
    traced = jax.jit(lambda x: bins_of(x, 1000, salt))(small)
    assert traced.tolist() == bins_of(small, 1000, salt).tolist()


def test_whole_numbers_are_crossed_alike_in_a_trace() -> None:
    pair = [NUMBERS, NUMBERS[::-1].copy()]
    traced = jax.jit(lambda a, b: crossed_bins([a, b], 1000))(*pair)
    assert traced.tolist() == crossed_bins(pair, 1000).tolist()


@pytest.mark.rows(2)
@pytest.mark.parametrize(
    "layer",
    [
        layers.IntegerLookup(vocabulary=[5, 2**40, -3], num_oov_indices=3, mask_token=7),
        layers.IntegerLookup(vocabulary=[5, 3], output_mode="tf_idf", idf_weights=[0.1, 0.2]),
        layers.IntegerLookup(vocabulary=[5, 3], invert=True, mask_token=0),
        layers.Hashing(9, mask_value=5, output_mode="count"),
        layers.Hashing(9, output_mode="multi_hot"),
    ],
    ids=lambda layer: f"{type(layer).__name__}-{layer.output_mode}",
)
def test_layers_for_whole_numbers_do_in_a_program_what_they_do_outside(layer: Any) -> None:
    numbers = np.array([[5, 3, 7], [-3, 0, 1]])
    np.testing.assert_allclose(jax.jit(layer.__call__)(numbers), layer(numbers), rtol=1e-6)


def network(library: Any) -> Any:
    inputs = library.Input((3,), name="numbers")
    codes = library.Input((2,), dtype="int32", name="codes")
    scaled = library.layers.Normalization(mean=[1.0, 2.0, 3.0], variance=4.0 * np.ones(3))(inputs)
    bins = library.layers.Discretization([0.0, 1.0], output_mode="one_hot")(inputs)
    counts = library.layers.CategoryEncoding(4, "count")(codes)
    flat = library.layers.Flatten()(bins)
    joined = library.layers.Concatenate()([scaled, flat, counts])
    model = library.Model(
        [inputs, codes], library.layers.Dense(1, kernel_initializer="ones")(joined)
    )
    model.compile("sgd", "mse")
    return model


def test_epochs_are_those_of_keras() -> None:
    x = [RNG.normal(size=(12, 3)).astype("float32"), RNG.integers(0, 4, (12, 2)).astype("int32")]
    y = RNG.normal(size=(12, 1)).astype("float32")
    given = {"batch_size": 4, "epochs": 2, "shuffle": False, "verbose": 0}
    ours, theirs = (
        network(library).fit(x, y, **given).history["loss"] for library in (ppul, keras)
    )
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)


def test_what_is_adapted_anew_takes_effect_in_programs() -> None:
    layer = layers.IntegerLookup()
    layer.adapt([1, 2])
    model = ppul.Sequential([ppul.Input((1,), dtype="int32"), layer])
    codes = np.array([[3], [1]], "int32")
    assert model.predict(codes, verbose=0).tolist() == [[0], [2]]
    layer.adapt([3, 3, 1])
    assert model.predict(codes, verbose=0).tolist() == [[1], [2]]


@pytest.mark.thorough
@pytest.mark.parametrize(
    "mode",
    ["count", *(pytest.param(m, marks=pytest.mark.thorough) for m in ("one_hot", "multi_hot"))],
)
def test_sparse_vectors_have_the_values_of_dense_ones(mode: str) -> None:
    numbers = np.array([[0, 2, 2], [1, 3, 9]])
    dense, thin = (layers.CategoryEncoding(4, mode, sparse=s)(numbers) for s in (False, True))
    assert isinstance(thin, sparse.BCOO)
    np.testing.assert_array_equal(thin.todense(), dense)


# Ahead of programs.


def texts_net(vectors: Any) -> Any:
    ppul.utils.set_random_seed(1)
    first = [ppul.Input((), dtype="string"), vectors] if vectors else [ppul.Input((4,))]
    model = ppul.Sequential([*first, layers.Embedding(9, 3), layers.Flatten(), layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


@pytest.fixture(scope="module")
def vectors() -> Any:
    layer = layers.TextVectorization(output_sequence_length=4)
    layer.adapt(TEXTS)
    return layer


def test_training_on_texts_is_training_on_their_numbers(vectors: Any) -> None:
    ours, theirs, numbers = texts_net(vectors), texts_net(None), np.asarray(vectors(TEXTS))
    given = {"batch_size": 8, "epochs": 2, "shuffle": False, "validation_split": 0.2, "verbose": 0}
    expected = theirs.fit(numbers, LABELS, **given).history
    assert ours.fit(TEXTS, LABELS, **given).history == expected
    assert ours.evaluate(TEXTS, LABELS, verbose=0) == theirs.evaluate(numbers, LABELS, verbose=0)
    found = ours.predict(TEXTS.tolist(), verbose=0)
    np.testing.assert_array_equal(found, theirs.predict(numbers, verbose=0))
    np.testing.assert_allclose(ours(TEXTS), found, rtol=1e-6)


@pytest.mark.thorough
def test_single_batches_may_be_texts(vectors: Any) -> None:
    ours, theirs, numbers = texts_net(vectors), texts_net(None), np.asarray(vectors(TEXTS))
    found = ours.predict_on_batch(TEXTS)
    np.testing.assert_array_equal(found, theirs.predict_on_batch(numbers))
    assert ours.train_on_batch(TEXTS, LABELS) == theirs.train_on_batch(numbers, LABELS)
    assert ours.test_on_batch(TEXTS, LABELS) == theirs.test_on_batch(numbers, LABELS)


@pytest.fixture(scope="module")
def expected(vectors: Any) -> Any:
    numbers = np.asarray(vectors(TEXTS))
    return texts_net(None).fit(numbers, LABELS, batch_size=8, shuffle=False, verbose=0).history


class Batches(ppul.utils.PyDataset):
    def __len__(self) -> int:
        return 3

    def __getitem__(self, index: int) -> Any:
        return TEXTS[index * 8 : index * 8 + 8], LABELS[index * 8 : index * 8 + 8]


@pytest.mark.parametrize(
    "batches",
    [
        lambda: (batch for batch in Batches()),
        pytest.param(lambda: iter(list(Batches())), marks=pytest.mark.thorough),
        Batches,
        lambda: Dataset.of((TEXTS, LABELS)).batch(8),
    ],
    ids=["generator", "iterator", "PyDataset", "Dataset"],
)
def test_texts_may_come_in_batches(batches: Any, expected: Any, vectors: Any) -> None:
    given = {"shuffle": False, "validation_data": Batches(), "verbose": 0}
    found = texts_net(vectors).fit(batches(), **given).history
    assert found["loss"] == expected["loss"]


def test_texts_may_be_mapped_to_numbers(expected: Any, vectors: Any) -> None:
    data = Dataset.of((TEXTS, LABELS)).batch(8).map(lambda x, y: (vectors(x), y))
    found = texts_net(None).fit(data, verbose=0).history
    assert found["loss"] == expected["loss"]


def table_net() -> Any:
    word = ppul.Input((1,), dtype="string", name="word")
    code = ppul.Input((1,), dtype="int64", name="code")
    number = ppul.Input((1,), name="number")
    parts = [
        layers.StringLookup(vocabulary=["x", "y"], output_mode="one_hot")(word),
        layers.IntegerLookup(vocabulary=[3, 2**40], output_mode="one_hot")(code),
        layers.HashedCrossing(5, output_mode="one_hot")([word, code]),
        number,
    ]
    return ppul.Model([word, code, number], layers.Concatenate()(parts))


def test_columns_of_text_and_of_long_numbers_run_ahead() -> None:
    table = {
        "word": np.array(["x", "q", "y"]),
        "code": np.array([3, 2**40, 5]),
        "number": np.array([0.5, 1.0, 2.0]),
    }
    model = table_net()
    crossed = layers.HashedCrossing(5, output_mode="one_hot")([table["word"], table["code"]])
    expected = np.concatenate(
        [np.eye(3)[[1, 0, 2]], np.eye(3)[[1, 2, 0]], crossed, table["number"][:, None]], axis=1
    )
    for inputs in (table, list(table.values()), {k: v.tolist() for k, v in table.items()}):
        np.testing.assert_array_equal(model.predict(inputs, verbose=0), expected)


# Files.


def test_each_library_loads_what_the_other_adapted(tmp_path: Path) -> None:
    data = RNG.normal(2.0, 3.0, (30, 2)).astype("float32")
    for source, target in ((ppul, keras), (keras, ppul)):
        scale = source.layers.Normalization()
        scale.adapt(data)
        bins = source.layers.Discretization(num_bins=3, output_mode="one_hot")
        bins.update_state(data)
        bins.finalize_state()
        model = source.Sequential(
            [source.Input((2,)), scale, bins, source.layers.Flatten(), source.layers.Dense(1)]
        )
        model.save(tmp_path / "model.keras")
        other = target.saving.load_model(tmp_path / "model.keras")
        np.testing.assert_allclose(
            other.predict(data, verbose=0), model.predict(data, verbose=0), rtol=1e-5
        )


def adapted_file(path: Path) -> Any:
    layer = layers.StringLookup(output_mode="count")
    layer.adapt(["b", "a", "b"])
    model = ppul.Sequential([ppul.Input((2,), dtype="string"), layer])
    model.save(path)
    return model


def test_vocabularies_travel_with_copies(tmp_path: Path) -> None:
    import pickle

    model = adapted_file(tmp_path / "a.keras")
    for again in (ppul.saving.load_model(tmp_path / "a.keras"), pickle.loads(pickle.dumps(model))):
        assert again.layers[0].get_vocabulary() == ["[UNK]", "b", "a"]
        assert again.predict(np.array([["b", "b"]]), verbose=0).tolist() == [[0, 2, 0]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[UNK]\nb", "has made vectors of 3 elements"),
        (b"[UNK]\nb\n\xff", "are damaged, or not its own.*utf-8"),
    ],
)
def test_damaged_vocabularies_are_named(content: bytes, words: str, tmp_path: Path) -> None:
    adapted_file(tmp_path / "a.keras")
    with pytest.raises(ValueError, match=rf"b\.keras': the files of StringLookup.*{words}"):
        rewritten(tmp_path, {"assets/layers/string_lookup/vocabulary.txt": content})


def test_files_outside_of_the_archive_are_not_reached(tmp_path: Path) -> None:
    adapted_file(tmp_path / "a.keras")
    for name in ("assets/layers/string_lookup/../../../x", "/assets/x"):
        with pytest.raises(ValueError, match="points outside of the archive"):
            rewritten(tmp_path, {name: b"x"})
    config = json.loads(zipfile.ZipFile(tmp_path / "a.keras").read("config.json"))
    config["config"]["layers"][1]["config"]["vocabulary"] = "/etc/hostname"
    with pytest.raises(ValueError, match="takes its vocabulary from the file '/etc/hostname'"):
        rewritten(tmp_path, {"config.json": json.dumps(config).encode()})


def rewritten(folder: Path, members: dict[str, bytes]) -> Any:
    """Load a.keras with some members replaced or added."""
    with zipfile.ZipFile(folder / "a.keras") as archive:
        content = {name: archive.read(name) for name in archive.namelist()} | members
    with zipfile.ZipFile(folder / "b.keras", "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return ppul.saving.load_model(folder / "b.keras")


def test_feature_spaces_are_drawn_into_models() -> None:
    space = ppul.utils.FeatureSpace(
        {"age": "float_normalized", "color": "string_categorical"}, crosses=None
    )
    table = {"age": np.array([20.0, 40.0]), "color": np.array(["red", "blue"])}
    space.adapt([{k: v[i] for k, v in table.items()} for i in range(2)])
    encoded = space.get_encoded_features()
    trained = ppul.Model(encoded, layers.Dense(1)(encoded))
    trained.compile("sgd", "mse")
    data = Dataset.of((table, np.ones(2))).batch(2).map(lambda x, y: (space(x), y))
    trained.fit(data, verbose=0)
    whole = ppul.Model(space.get_inputs(), trained.output)
    expected = trained.predict(space(table), verbose=0)
    np.testing.assert_allclose(whole.predict(table, verbose=0), expected, rtol=1e-6)
    assert space({"age": 20.0, "color": "red"}).tolist() == [-1.0, 0.0, 1.0, 0.0]
    assert encoded.shape == (None, 4)
