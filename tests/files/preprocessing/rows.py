"""What Keras with TensorFlow was asked, and is answered here: layers that hash, look up, split text.

Keras without TensorFlow refuses to run these layers, so its answers are kept in a file, which
`write.py` makes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

WORDS = [["b", "a", "c"], ["a", "a", "d"], ["e", "f", "d"]]
TEXTS = [
    "The quick-brown fox, jumped! over",
    "the LAZY dog  dog\tfox",
    "don't _stop_ it's\u3000ÀÉ",
    "",
]
NUMBERS = [[5, 5, 7], [9, 7, 5], [10, -2, 10]]
LETTERS = [*"abcdefgh", "hello world how are you today my friend", "é", "한글"]


@dataclass
class Row:
    """A layer in one configuration, what it adapts to, and what it is called on.

    Args:
        layer: Name of the class.
        arguments: Constructor arguments.
        inputs: Nested lists; a tuple of them for several inputs.
        adapt: Nested lists, or None.
    """

    layer: str
    arguments: dict[str, Any]
    inputs: Any
    adapt: Any = None
    id: str = field(init=False)

    def __post_init__(self) -> None:
        given = ",".join(f"{k}={v}" for k, v in self.arguments.items())
        self.id = f"{self.layer}({given}){_shape(self.inputs)}{'' if self.adapt is None else '+'}"

    def run(self, layers: Any) -> tuple[Any, Any]:
        """Return the layer, made and adapted by a library, and what it returns."""
        layer = getattr(layers, self.layer)(**self.arguments)
        if self.adapt is not None:
            layer.adapt(np.array(self.adapt))
        return layer, layer(arrays(self.inputs))


def arrays(inputs: Any) -> Any:
    """Return inputs as arrays."""
    return tuple(map(np.array, inputs)) if isinstance(inputs, tuple) else np.array(inputs)


def _shape(inputs: Any) -> str:
    found = arrays(inputs)
    return str(found.shape if isinstance(found, np.ndarray) else [a.shape for a in found])


ROWS = [
    # Hashing.
    Row("Hashing", {"num_bins": 1000}, [*LETTERS, "", "x" * 70, "y" * 200]),
    Row("Hashing", {"num_bins": 1000}, [0, 1, -1, 9, 10, 12345678, 2**40, -(2**31)]),
    Row("Hashing", {"num_bins": 1000}, [1.5, 2.0, -3.25]),
    Row("Hashing", {"num_bins": 1000}, [True, False]),
    Row("Hashing", {"num_bins": 1000, "salt": [133, 137]}, LETTERS),
    Row("Hashing", {"num_bins": 1000, "salt": 133}, [0, 1, -1, 9, 10, 12345678, -(2**31)]),
    Row("Hashing", {"num_bins": 3, "mask_value": ""}, [["A"], ["B"], [""], ["C"], ["D"]]),
    Row("Hashing", {"num_bins": 3, "mask_value": 0, "output_mode": "count"}, [[0, 1, 2]]),
    Row("Hashing", {"num_bins": 3, "output_mode": "one_hot"}, [["A"], ["B"]]),
    Row("Hashing", {"num_bins": 3, "output_mode": "one_hot", "dtype": "int32"}, [["A", "B"]]),
    Row("Hashing", {"num_bins": 4, "output_mode": "multi_hot"}, [[0, 1, 2], [3, 4, 5]]),
    Row("Hashing", {"num_bins": 4, "output_mode": "multi_hot"}, ["a", "b"]),
    Row("Hashing", {"num_bins": 4, "output_mode": "count"}, [[0, 1], [3, 3]]),
    # HashedCrossing.
    Row("HashedCrossing", {"num_bins": 5}, (list("ABABA"), [101, 101, 101, 102, 102])),
    Row("HashedCrossing", {"num_bins": 2**31 - 1}, ([0, 1, 2, -1], [0, 0, 0, 5])),
    Row("HashedCrossing", {"num_bins": 2**31 - 1}, ([0, 2], ["", "hello"], ["b", "world"])),
    Row(
        "HashedCrossing",
        {"num_bins": 5, "output_mode": "one_hot"},
        ([["A"], ["x"]], [["B"], ["y"]]),
    ),
    Row("HashedCrossing", {"num_bins": 50, "dtype": "int32"}, ([["A"], ["x"]], [["B"], ["y"]])),
    # StringLookup.
    Row("StringLookup", {}, WORDS, WORDS),
    Row("StringLookup", {}, ["é", "x"], ["é", "z", "ab", "a", "한", "B"]),
    Row("StringLookup", {"mask_token": "", "max_tokens": 4}, [["a", "b", "", "q"]], WORDS),
    Row("StringLookup", {"mask_token": "a", "num_oov_indices": 2}, WORDS, WORDS),
    Row("StringLookup", {"vocabulary": ["a", "b", "c"], "num_oov_indices": 3}, LETTERS),
    Row("StringLookup", {"vocabulary": ["a"], "num_oov_indices": 4, "salt": 7}, LETTERS),
    Row("StringLookup", {"vocabulary": ["a"], "num_oov_indices": 4, "salt": [3, 4]}, LETTERS),
    Row("StringLookup", {"vocabulary": ["[UNK]", "a", "b"], "oov_token": "[UNK]"}, [["a", "z"]]),
    Row(
        "StringLookup",
        {"vocabulary": ["m", "x", "a"], "mask_token": "m", "oov_token": "x"},
        ["a", "m"],
    ),
    Row("StringLookup", {"vocabulary": ["a", "b"], "num_oov_indices": 0}, [["a", "b"]]),
    Row("StringLookup", {"vocabulary": ["a", "b"], "output_mode": "one_hot"}, [["a"], ["z"]]),
    Row(
        "StringLookup",
        {"vocabulary": ["a", "b"], "output_mode": "one_hot"},
        [["a", "z"], ["b", "b"]],
    ),
    Row(
        "StringLookup",
        {"vocabulary": ["a"], "mask_token": "m", "output_mode": "one_hot"},
        ["m", "a", "z"],
    ),
    Row(
        "StringLookup",
        {"vocabulary": ["a"], "mask_token": "m", "output_mode": "multi_hot", "num_oov_indices": 2},
        [["m", "a", "z"]],
    ),
    Row("StringLookup", {"output_mode": "count", "mask_token": ""}, [["a", "", "a", "q"]], WORDS),
    Row("StringLookup", {"vocabulary": ["a"], "output_mode": "count"}, [[["m", "a"], ["z", "z"]]]),
    Row("StringLookup", {"vocabulary": ["a"], "output_mode": "multi_hot"}, ["m", "a", "z"]),
    Row(
        "StringLookup",
        {"output_mode": "multi_hot", "max_tokens": 10, "pad_to_max_tokens": True},
        WORDS,
        WORDS,
    ),
    Row("StringLookup", {"output_mode": "tf_idf"}, WORDS, WORDS),
    Row("StringLookup", {"output_mode": "tf_idf"}, [["a", "b"]], ["a", "b", "a"]),
    Row(
        "StringLookup",
        {"vocabulary": ["a", "b"], "idf_weights": [0.2, 0.4], "output_mode": "tf_idf"}
        | {"max_tokens": 5, "pad_to_max_tokens": True},
        [["a", "a", "z"], ["b", "z", "z"]],
    ),
    # IntegerLookup.
    Row("IntegerLookup", {}, [[5, 7, 0]], NUMBERS),
    Row("IntegerLookup", {}, [10, 9], [10, 9, 100, -1, -10]),
    Row("IntegerLookup", {"mask_token": 5, "max_tokens": 4}, NUMBERS, NUMBERS),
    Row("IntegerLookup", {"vocabulary": [12, 36, 2**40]}, [[12, 2**40], [7, 36]]),
    Row("IntegerLookup", {"vocabulary": [12, 36], "num_oov_indices": 4}, list(range(-5, 5))),
    Row(
        "IntegerLookup",
        {"vocabulary": [12, 36], "num_oov_indices": 4, "oov_method": "farmhash"},
        list(range(10)),
    ),
    Row(
        "IntegerLookup",
        {"vocabulary": [12], "num_oov_indices": 4, "oov_method": "farmhash", "salt": [2, 3]},
        list(range(10)),
    ),
    Row("IntegerLookup", {"vocabulary": [12, 36], "num_oov_indices": 0}, [36, 12]),
    Row("IntegerLookup", {"vocabulary": [1, 2]}, [1.0, 2.5]),
    Row(
        "IntegerLookup",
        {"vocabulary": [12, 36], "invert": True, "oov_token": -7, "mask_token": 5},
        [0, 1, 2, 3, 4, -1],
    ),
    Row("IntegerLookup", {"output_mode": "one_hot"}, [[5], [0]], NUMBERS),
    Row("IntegerLookup", {"output_mode": "count", "mask_token": 7}, NUMBERS, NUMBERS),
    Row("IntegerLookup", {"output_mode": "tf_idf"}, NUMBERS, NUMBERS),
    # TextVectorization.
    Row("TextVectorization", {}, TEXTS, TEXTS),
    Row("TextVectorization", {}, [[text] for text in TEXTS], TEXTS),
    Row("TextVectorization", {"vocabulary": ["", "[UNK]", "the", "fox"]}, TEXTS),
    Row("TextVectorization", {"output_sequence_length": 3}, TEXTS, TEXTS),
    Row("TextVectorization", {"output_sequence_length": 8}, [[text] for text in TEXTS], TEXTS),
    Row("TextVectorization", {"ngrams": 2}, TEXTS, TEXTS),
    Row("TextVectorization", {"ngrams": (1, 3)}, TEXTS, TEXTS),
    Row("TextVectorization", {"max_tokens": 5}, TEXTS, TEXTS),
    Row("TextVectorization", {"split": "character"}, TEXTS, TEXTS),
    Row("TextVectorization", {"split": None}, TEXTS, TEXTS),
    Row("TextVectorization", {"split": None}, [["the", "fox"], ["a", "b"]], ["The", "FOX"]),
    Row(
        "TextVectorization",
        {"standardize": None},
        TEXTS,
        [*TEXTS, "a\u3000b\u00a0c\x0bd\x1ce\x85f\x0cg"],
    ),
    Row("TextVectorization", {"standardize": "lower"}, TEXTS, TEXTS),
    Row("TextVectorization", {"standardize": "strip_punctuation"}, TEXTS, TEXTS),
    Row(
        "TextVectorization",
        {"split": "character"},
        ["a.!"],
        ["“”…—¿ẞ!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'"],
    ),
    Row("TextVectorization", {"output_mode": "multi_hot"}, TEXTS, TEXTS),
    Row("TextVectorization", {"output_mode": "count"}, [[text] for text in TEXTS], TEXTS),
    Row("TextVectorization", {"output_mode": "tf_idf"}, TEXTS, TEXTS),
    Row(
        "TextVectorization",
        {"output_mode": "multi_hot", "max_tokens": 20, "pad_to_max_tokens": True},
        TEXTS,
        TEXTS,
    ),
    # Of numbers alone, but what they learn Keras takes from TensorFlow's data sets only.
    *(
        Row("Discretization", {"num_bins": count}, [0.5, 3.0], data)
        for count, data in (
            (4, list(map(float, range(1000)))),
            (3, [[1.0, 5.0, 2.0, 3.0, 9.0, 4.0]]),
            (10, [1.0, 2.0, 3.0]),
            (1, [1.0, 2.0, 3.0]),
            (7, np.random.RandomState(1).gamma(2.0, size=777).tolist()),
            (49, np.random.RandomState(2).normal(size=150).tolist()),
        )
    ),
    Row(
        "Discretization",
        {"num_bins": 5, "epsilon": 0.1},
        [0.5],
        np.random.RandomState(0).normal(size=5000).tolist(),
    ),
]


TABLE = {
    "age": [20.0, 30.0, 40.0],
    "size": [1.0, 2.0, 4.0],
    "depth": [1.0, 5.0, 9.0],
    "share": [0.1, 0.2, 0.3],
    "color": ["red", "blue", "red"],
    "shape": ["round", "flat", "odd"],
    "floor": [3, 1, 2],
    "door": [10, 20, 30],
}


def feature_space(space: Any, output_mode: str) -> Any:
    """Return a feature space of either library that has every kind of feature."""
    features = {
        "share": "float",
        "age": "float_normalized",
        "size": space.float_rescaled(scale=2.0, offset=1.0),
        "depth": space.float_discretized(num_bins=3),
        "color": "string_categorical",
        "shape": space.string_hashed(num_bins=4),
        "floor": space.integer_categorical(num_oov_indices=2),
        "door": "integer_hashed",
    }
    crosses = [("shape", "floor"), space.cross(("color", "door"), crossing_dim=5)]
    return space(features, output_mode, crosses, crossing_dim=6, hashing_dim=3)


PICTURES = {"birds": 3, "cats": 5, "dogs": 4}
DIRECTORIES: list[dict[str, Any]] = [
    {"shuffle": False},
    {"seed": 3, "validation_split": 0.3, "subset": "training"},
    {"seed": 3, "validation_split": 0.3, "subset": "validation"},
    {"shuffle": False, "validation_split": 0.3, "subset": "validation"},
    {"shuffle": False, "class_names": ["dogs", "cats"], "label_mode": "categorical"},
    {"shuffle": False, "class_names": ["dogs", "cats"], "label_mode": "binary"},
    {"shuffle": False, "labels": None, "interpolation": "nearest"},
    {"shuffle": False, "labels": list(range(12)), "interpolation": "area"},
    {"shuffle": False, "color_mode": "grayscale", "interpolation": "lanczos3"},
    {"shuffle": False, "color_mode": "rgba", "interpolation": "lanczos5"},
    {"shuffle": False, "interpolation": "gaussian"},
    {"shuffle": False, "interpolation": "mitchellcubic"},
    {"shuffle": False, "interpolation": "lanczos3", "crop_to_aspect_ratio": True},
    {"shuffle": False, "pad_to_aspect_ratio": True},
    {"shuffle": False, "interpolation": "bicubic", "data_format": "channels_first"},
]


def make_pictures(folder: Path) -> None:
    """Write small pictures into folders, one of each in a folder in it."""
    rng = np.random.RandomState(0)
    for name, count in PICTURES.items():
        (folder / name / "more").mkdir(parents=True)
        for i in range(count):
            height, width = rng.randint(4, 9, 2)
            pixels = rng.randint(0, 256, (height, width, 3)).astype("uint8")
            path = folder / name / ("more" if i == 1 else "") / f"{name}_{i}.png"
            Image.fromarray(pixels).save(path)


def directory_answer(function: Any, folder: Path, arguments: dict[str, Any]) -> dict[str, Any]:
    """What a library's `image_dataset_from_directory` says and yields, in order of the files."""
    data = function(folder, image_size=(3, 2), batch_size=None, verbose=False, **arguments)
    paths = [Path(path).relative_to(folder).as_posix() for path in data.file_paths]
    answer = {"file_paths": paths, "class_names": getattr(data, "class_names", None)}
    if arguments.get("shuffle", True):
        return answer
    elements = list(data)
    pairs = [e if isinstance(e, tuple) else (e, None) for e in elements]
    answer["pictures"] = [np.asarray(x).tolist() for x, _ in pairs]
    answer["labels"] = [None if y is None else np.asarray(y).tolist() for _, y in pairs]
    return answer
