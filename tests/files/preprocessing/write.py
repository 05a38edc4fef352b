"""Writes what Keras with TensorFlow answers, for the tests of layers that it cannot run without.

In an environment with `keras==3.15.1 tensorflow-cpu==2.21.0 jax==0.10.2`, from this folder:

    KERAS_BACKEND=jax python write.py
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from rows import (
    DIRECTORIES,
    ROWS,
    TABLE,
    TEXTS,
    WORDS,
    directory_answer,
    feature_space,
    make_pictures,
)

FOLDER = Path(__file__).parent


def answers() -> dict[str, Any]:
    """What each row's layer returns, learnt and says of itself."""
    found = {}
    for row in ROWS:
        layer, output = row.run(keras.layers)
        output = np.asarray(output)
        found[row.id] = {
            "output": output.tolist(),
            "dtype": str(output.dtype),
            "config": _plain(layer.get_config()),
        }
        for name in ("get_vocabulary", "bin_boundaries"):
            value = getattr(layer, name, None)
            if value is not None:
                found[row.id][name] = _plain(value() if callable(value) else value)
    return found


def model() -> Any:
    """A model whose vocabularies are in its file."""
    layers = keras.layers
    text = keras.Input((), dtype="string", name="text")
    words = keras.Input((3,), dtype="string", name="words")
    number = keras.Input((1,), dtype="int64", name="number")
    vectors = layers.TextVectorization(output_mode="tf_idf")
    vectors.adapt(np.array(TEXTS))
    order = layers.TextVectorization(output_sequence_length=4)
    order.adapt(np.array(TEXTS))
    lookup = layers.StringLookup(output_mode="count", num_oov_indices=2)
    lookup.adapt(np.array(WORDS))
    masked = layers.StringLookup(mask_token="<mask>")  # noqa: S106  (no password)
    masked.adapt(np.array(WORDS))
    numbers = layers.IntegerLookup(output_mode="one_hot")
    numbers.adapt(np.array([[3, 4], [4, 2**40]]))
    given = layers.IntegerLookup(vocabulary=[8, 3], output_mode="one_hot")
    outputs = [
        vectors(text),
        order(text),
        lookup(words),
        masked(words),
        numbers(number),
        given(number),
    ]
    return keras.Model(
        [text, words, number], layers.Concatenate()([layers.Rescaling(1)(o) for o in outputs])
    )


def spaces() -> dict[str, Any]:
    """What feature spaces return; the one of vectors is saved, too."""
    table = {name: np.array(values) for name, values in TABLE.items()}
    found = {}
    for mode in ("concat", "dict"):
        space = feature_space(keras.utils.FeatureSpace, mode)
        space.adapt(tf.data.Dataset.from_tensor_slices(table).batch(2))
        found[mode] = keras.tree.map_structure(lambda a: np.asarray(a).tolist(), space(table))
        if mode == "concat":
            space.save(FOLDER / "feature_space.keras")
    return found


def directories() -> list[Any]:
    """What data sets of a folder of pictures are."""
    with tempfile.TemporaryDirectory() as folder:
        make_pictures(Path(folder))
        function = keras.utils.image_dataset_from_directory
        return [directory_answer(function, Path(folder), given) for given in DIRECTORIES]


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=lambda v: v.item()))


if __name__ == "__main__":
    found = answers() | {"FeatureSpace": spaces(), "directories": directories()}
    (FOLDER / "answers.json").write_text(json.dumps(found, ensure_ascii=False, indent=0) + "\n")
    model().save(FOLDER / "vocabularies.keras")
