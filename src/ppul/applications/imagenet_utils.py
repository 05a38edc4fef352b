"""Pixels as networks trained on ImageNet expect them, and their classes by name."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from ppul.core.checks import one_of
from ppul.core.dtypes import is_float_dtype
from ppul.core.settings import IMAGE_FORMATS, floatx, image_data_format
from ppul.core.symbolic import KerasTensor
from ppul.datasets.get_file import get_file

Preprocessing: TypeAlias = Callable[..., Any]

# Of ImageNet's pictures: red, green, blue, of 0 to 1; and blue, green, red, of 0 to 255.
_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_MEAN_OF_PIXELS = (103.939, 116.779, 123.68)
_MODES = ("caffe", "tf", "torch")
_CLASS_INDEX = "https://storage.googleapis.com/download.tensorflow.org/data/"


def preprocess_input(x: Any, data_format: str | None = None, mode: str = "caffe") -> Any:
    """Return pixels of 0 to 255 as a network was trained on them.

    A NumPy array of floats is written over, as Keras does; give a copy of what you still need.

    Args:
        x: Pictures, or one, with the channels red, green, blue: an array or a symbolic tensor.
        data_format: "channels_last" or "channels_first"; as `image_data_format` says by default.
        mode: "caffe" for blue, green, red less their means; "tf" for values of -1 to 1; "torch" for
            values of 0 to 1, less their means and divided by their standard deviations.

    Returns:
        The pixels, as floats.

    Raises:
        ValueError: If `mode` or `data_format` is another one.

    Example:
        >>> preprocess_input(np.array([[[0, 127.5, 255]]]), mode="tf").tolist()
        [[[-1.0, 0.0, 1.0]]]
    """
    return _preprocessed(x, data_format, mode)


def decode_predictions(preds: Any, top: int = 5) -> list[list[tuple[str, str, float]]]:
    """Return the most probable classes of ImageNet by name.

    The names are downloaded once, into `models` in Keras's cache.

    Args:
        preds: Probabilities of the 1000 classes, a row a picture.
        top: How many classes to return for each.

    Returns:
        For each picture `(WordNet's number, name, probability)`, the most probable first.

    Raises:
        ValueError: If `preds` has another shape.
        FileNotFoundError: If the names are not here and cannot be downloaded.
    """
    preds = np.asarray(preds)
    if preds.ndim != 2 or preds.shape[1] != 1000:
        raise ValueError(
            "decode_predictions: `preds` must be probabilities of ImageNet's 1000 classes, of shape "
            f"(pictures, 1000); got shape {preds.shape}."
        )
    names = _class_names()
    best = np.argsort(preds, axis=1)[:, ::-1][:, :top]
    return [[(*names[i], row[i]) for i in chosen] for row, chosen in zip(preds, best, strict=True)]


def preprocessing(mode: str | None) -> Preprocessing:
    """Return `preprocess_input` of one mode; with None, pixels are left as they are."""

    def preprocess_input(x: Any, data_format: str | None = None) -> Any:
        return x if mode is None else _preprocessed(x, data_format, mode)

    what = (
        "That is, as they are: the model begins with what they need."
        if mode is None
        else f"As `ppul.applications.imagenet_utils.preprocess_input` with mode='{mode}'."
    )
    preprocess_input.__doc__ = (
        f"Return pixels of 0 to 255 as the network was trained on them.\n\n{what}\n\nArgs:\n"
        "    x: Pictures, or one: an array or a symbolic tensor.\n"
        '    data_format: "channels_last" or "channels_first".'
    )
    return preprocess_input


def _preprocessed(x: Any, data_format: str | None, mode: str) -> Any:
    where = "preprocess_input"
    one_of(where, "mode", mode, _MODES)
    data_format = one_of(where, "data_format", data_format or image_data_format(), IMAGE_FORMATS)
    if not isinstance(x, (KerasTensor, jax.Array)):
        x = np.asarray(x)
        x = x if x.dtype.kind == "f" else x.astype(floatx())
    axis = x.ndim - (1 if data_format == "channels_last" else 3)
    return _scaled(x, axis, mode)


def _scaled(x: Any, axis: int, mode: str) -> Any:
    """Pixels in a mode; NumPy's arrays are written over, others are not."""
    if mode == "tf":
        x /= 127.5
        x -= 1.0
        return x
    if mode == "torch":
        x /= 255.0
        x -= _along(axis, _MEAN, x)
        x /= _along(axis, _DEVIATION, x)
        return x
    x = x[(slice(None),) * axis + (slice(None, None, -1),)]
    x -= _along(axis, _MEAN_OF_PIXELS, x)
    return x


def _along(axis: int, figures: tuple[float, ...], x: Any) -> np.ndarray:
    """One figure a channel, in a shape that fits pictures."""
    dtype = x.dtype if is_float_dtype(x.dtype) else floatx()
    return np.asarray(figures, jnp.dtype(dtype)).reshape([-1] + [1] * (x.ndim - 1 - axis))


@functools.cache
def _class_names() -> dict[int, tuple[str, str]]:
    path = get_file(
        "imagenet_class_index.json",
        f"{_CLASS_INDEX}imagenet_class_index.json",
        cache_subdir="models",
        file_hash="c2c37ea517e94d9795004a39431a14cb",
    )
    entries = json.loads(Path(path).read_text(encoding="utf-8"))
    return {int(number): (code, name) for number, (code, name) in entries.items()}
