"""Data sets of the files below a folder are those of Keras."""

from __future__ import annotations

import json
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.io import wavfile

from ppul import layers, utils
from tests.files.preprocessing.rows import DIRECTORIES, directory_answer, make_pictures

ANSWERS = json.loads(
    (Path(__file__).parents[1] / "files/preprocessing/answers.json").read_text("utf-8")
)["directories"]


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: Any) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    make_pictures(folder)
    return folder


@pytest.fixture(scope="module")
def texts(tmp_path_factory: Any) -> Path:
    folder = tmp_path_factory.mktemp("texts")
    for name in ("neg", "pos"):
        (folder / name).mkdir()
        for i in range(5):
            (folder / name / f"{i}.txt").write_text(f"{name} é {i}", "utf-8")
        (folder / name / "notes.md").write_text("no text")
    return folder


@pytest.mark.parametrize("number", range(len(DIRECTORIES)), ids=lambda i: str(DIRECTORIES[i]))
def test_pictures_are_those_of_keras(number: int, pictures: Path) -> None:
    given, theirs = DIRECTORIES[number], ANSWERS[number]
    ours = directory_answer(utils.image_dataset_from_directory, pictures, given)
    assert ours.keys() == theirs.keys()
    for name in ours.keys() - {"pictures"}:
        assert ours[name] == theirs[name]
    # TensorFlow takes the cubic's weights from a table, and rounds greys as libpng does.
    rough = given.get("interpolation") == "bicubic" or given.get("color_mode") == "grayscale"
    tolerance = 1.5 if rough else 1e-3
    for a, b in zip(ours.get("pictures", ()), theirs.get("pictures", ()), strict=True):
        np.testing.assert_allclose(a, b, atol=tolerance)


def test_both_subsets_are_all_files(pictures: Path, capsys: Any) -> None:
    first, second = utils.image_dataset_from_directory(
        pictures, seed=1, validation_split=0.25, subset="both", image_size=4, batch_size=5
    )
    assert len({*first.file_paths, *second.file_paths}) == 12
    assert [len(x) for x, _ in first] == [5, 4]
    assert capsys.readouterr().out == (
        "Found 12 files belonging to 3 classes.\n"
        "Using 9 files for training.\nUsing 3 files for validation.\n"
    )


def test_each_pass_has_another_order_and_a_seed_gives_it_again(pictures: Path) -> None:
    def labels() -> list[list[int]]:
        data = utils.image_dataset_from_directory(
            pictures, labels=list(range(12)), seed=5, image_size=2, verbose=False
        )
        return [np.concatenate([y for _, y in data]).tolist() for _ in range(3)]

    passes = labels()
    assert passes == labels()
    assert len({tuple(order) for order in passes}) == 3
    assert all(sorted(order) == list(range(12)) for order in passes)


def test_texts_are_batches_of_strings(texts: Path) -> None:
    data = utils.text_dataset_from_directory(texts, shuffle=False, batch_size=4, verbose=False)
    batches = list(data)
    assert [len(x) for x, _ in batches] == [4, 4, 2]
    assert batches[0][0].tolist() == [f"neg é {i}" for i in range(4)]
    assert np.concatenate([y for _, y in batches]).tolist() == [0] * 5 + [1] * 5
    cut = utils.text_dataset_from_directory(
        texts, label_mode=None, shuffle=False, max_length=5, verbose=False
    )
    assert next(iter(cut))[0] == "neg "  # and half a letter
    layer = layers.TextVectorization(max_tokens=4)
    layer.adapt(data.map(lambda x, y: x))
    assert layer.get_vocabulary() == ["", "[UNK]", "é", "pos"]


def test_sounds_are_what_the_wave_module_wrote(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    written = {}
    for name, count in (("high", 40), ("low", 30)):
        (tmp_path / name).mkdir()
        written[name] = rng.integers(-(2**15), 2**15, (count, 2), dtype=np.int16)
        with wave.open(str(tmp_path / name / "0.wav"), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(8000)
            file.writeframes(written[name].tobytes())
    given = {"shuffle": False, "verbose": False}
    ((x, y),) = utils.audio_dataset_from_directory(tmp_path, **given)
    assert x.shape == (2, 40, 2)
    assert y.tolist() == [0, 1]
    np.testing.assert_array_equal(x[0], written["high"] / np.float32(2**15))
    np.testing.assert_array_equal(x[1, 30:], 0)
    ((x, _),) = utils.audio_dataset_from_directory(tmp_path, output_sequence_length=35, **given)
    np.testing.assert_array_equal(x[0], written["high"][:35] / np.float32(2**15))
    ((x, _),) = utils.audio_dataset_from_directory(tmp_path, sampling_rate=4000, **given)
    assert x.shape == (2, 20, 2)


@pytest.mark.parametrize("dtype", ["uint8", "int32", "float32"])
def test_sounds_of_every_width_lie_between_ones(dtype: str, tmp_path: Path) -> None:
    wave_ = np.sin(np.arange(50) / 3)
    scaled = {"uint8": wave_ * 127 + 128, "int32": wave_ * (2**31 - 1), "float32": wave_}[dtype]
    (tmp_path / "a").mkdir()
    wavfile.write(tmp_path / "a" / "a.wav", 8000, scaled.astype(dtype))
    (sound,) = utils.audio_dataset_from_directory(tmp_path, label_mode=None, verbose=False)
    np.testing.assert_allclose(sound[0, :, 0], wave_, atol=0.02)


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"label_mode": "x"}, ValueError, "`label_mode` must be one of.*got 'x'"),
        ({"label_mode": "binary"}, ValueError, r"two classes; found \['birds', 'cats', 'dogs'\]"),
        ({"labels": [1, 2]}, ValueError, "got 2 labels and 12 files"),
        ({"class_names": ["cat"]}, ValueError, r"must be folders.*got \['cat'\]"),
        ({"subset": "training"}, ValueError, "`subset` and `validation_split` go together"),
        ({"subset": "both", "validation_split": 0.2}, ValueError, "give a `seed`"),
        ({"subset": "both", "validation_split": 2}, ValueError, "between 0 and 1; got 2"),
        ({"interpolation": "x"}, ValueError, "`interpolation` must be one of"),
        ({"format": "torch"}, ValueError, "`format` must be one of 'tf', 'grain'"),
        (
            {"crop_to_aspect_ratio": True, "pad_to_aspect_ratio": True},
            ValueError,
            "only one of `crop_to_aspect_ratio`",
        ),
    ],
)
def test_bad_arguments(given: dict[str, Any], error: Any, words: str, pictures: Path) -> None:
    with pytest.raises(error, match=words):
        utils.image_dataset_from_directory(pictures, verbose=False, **given)


def test_folders_without_files(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        utils.text_dataset_from_directory(tmp_path / "none")
    with pytest.raises(ValueError, match=r"no file found in .*\.txt"):
        utils.text_dataset_from_directory(tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "a.wav").write_text("no sound")
    with pytest.raises(ValueError, match=r"a\.wav' is not a WAV file"):
        next(iter(utils.audio_dataset_from_directory(tmp_path, verbose=False)))
