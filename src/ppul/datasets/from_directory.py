"""Data sets of the pictures, texts or sounds below a folder."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ppul.core.checks import int_tuple, one_of
from ppul.core.settings import IMAGE_FORMATS, image_data_format
from ppul.datasets.image_files import COLORS, load_img
from ppul.datasets.labelled_files import Request, datasets_of
from ppul.datasets.resampling import INTERPOLATIONS, cropped, fitted, resampled
from ppul.datasets.sound_files import filled, read_wav

_PICTURES = (".bmp", ".gif", ".jpeg", ".jpg", ".png")


def image_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    color_mode: str = "rgb",
    batch_size: int | None = 32,
    image_size: tuple[int, int] | int = (256, 256),
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    interpolation: str = "bilinear",
    follow_links: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    data_format: str | None = None,
    format: str = "tf",
    verbose: bool = True,
) -> Any:
    """Return a data set of the pictures below a folder, which has a folder for each class.

    Args:
        directory: The folder.
        labels: "inferred": by the folder a picture is in; None; or one label a picture, in the order
            of their paths.
        label_mode: "int", "categorical" (one-hot), "binary" or None.
        class_names: Names of the folders, in the order of their labels; alphabetical by default.
        color_mode: "grayscale", "rgb" or "rgba".
        batch_size: Samples a batch; None for single samples.
        image_size: Height and width that pictures are brought to.
        shuffle: Whether the order is one of chance, another one in each pass.
        seed: Seed of the order.
        validation_split: Share of the pictures that are for validation.
        subset: "training", "validation" or "both", which gives two data sets.
        interpolation: "bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian" or
            "mitchellcubic".
        follow_links: Whether folders that are links are entered.
        crop_to_aspect_ratio: Whether to cut off what does not have the ratio of `image_size` first.
        pad_to_aspect_ratio: Whether to keep the ratio of a picture, and fill up with black.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        format: "tf" or "grain", for Keras's signature: the data set is ppul's own for both.
        verbose: Whether to say how many files were found.

    Returns:
        A `Dataset` of pictures, or of pictures and labels: floats from 0 to 255, (batch, height,
        width, channels). Its `class_names` and `file_paths` are what they say.

    Raises:
        FileNotFoundError: If there is no such folder.
        ValueError: If an argument is not one that can be, or there are no pictures.
    """
    where = "image_dataset_from_directory"
    one_of(where, "color_mode", color_mode, tuple(COLORS))
    one_of(where, "interpolation", interpolation, INTERPOLATIONS)
    layout = one_of(where, "data_format", data_format or image_data_format(), IMAGE_FORMATS)
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ValueError(
            f"{where}: only one of `crop_to_aspect_ratio` and `pad_to_aspect_ratio` can be true."
        )
    size = int_tuple(where, "image_size", image_size, 2)

    def read(path: str) -> np.ndarray:
        picture = np.asarray(load_img(path, color_mode), np.float32)
        picture = picture[..., None] if picture.ndim == 2 else picture
        if crop_to_aspect_ratio:
            picture = cropped(picture, size)
        resized = fitted if pad_to_aspect_ratio else resampled
        picture = resized(picture, size, interpolation)
        return picture.transpose(2, 0, 1) if layout == "channels_first" else picture

    request = Request(
        where=where,
        directory=directory,
        labels=labels,
        label_mode=label_mode,
        class_names=class_names,
        batch_size=batch_size,
        shuffle=shuffle,
        seed=seed,
        validation_split=validation_split,
        subset=subset,
        follow_links=follow_links,
        verbose=verbose,
        format=format,
    )
    return datasets_of(request, _PICTURES, read)


def text_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    batch_size: int | None = 32,
    max_length: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    format: str = "tf",
    verbose: bool = True,
) -> Any:
    """Return a data set of the `.txt` files below a folder, which has a folder for each class.

    Args:
        directory: The folder.
        labels: "inferred": by the folder a text is in; None; or one label a text, in the order of
            their paths.
        label_mode: "int", "categorical" (one-hot), "binary" or None.
        class_names: Names of the folders, in the order of their labels; alphabetical by default.
        batch_size: Samples a batch; None for single samples.
        max_length: Bytes of a text that are kept; all by default.
        shuffle: Whether the order is one of chance, another one in each pass.
        seed: Seed of the order.
        validation_split: Share of the texts that are for validation.
        subset: "training", "validation" or "both", which gives two data sets.
        follow_links: Whether folders that are links are entered.
        format: "tf" or "grain", for Keras's signature: the data set is ppul's own for both.
        verbose: Whether to say how many files were found.

    Returns:
        A `Dataset` of texts, or of texts and labels; a batch is an array of strings.

    Raises:
        FileNotFoundError: If there is no such folder.
        ValueError: If an argument is not one that can be, or there are no texts.
    """

    def read(path: str) -> str:
        return Path(path).read_bytes()[:max_length].decode("utf-8", "ignore")

    request = Request(
        where="text_dataset_from_directory",
        directory=directory,
        labels=labels,
        label_mode=label_mode,
        class_names=class_names,
        batch_size=batch_size,
        shuffle=shuffle,
        seed=seed,
        validation_split=validation_split,
        subset=subset,
        follow_links=follow_links,
        verbose=verbose,
        format=format,
    )
    return datasets_of(request, (".txt",), read)


def audio_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    batch_size: int | None = 32,
    sampling_rate: int | None = None,
    output_sequence_length: int | None = None,
    ragged: bool = False,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    verbose: bool = True,
) -> Any:
    """Return a data set of the `.wav` files below a folder, which has a folder for each class.

    Args:
        directory: The folder.
        labels: "inferred": by the folder a file is in; None; or one label a file, in the order of
            their paths.
        label_mode: "int", "categorical" (one-hot), "binary" or None.
        class_names: Names of the folders, in the order of their labels; alphabetical by default.
        batch_size: Samples a batch; None for single samples.
        sampling_rate: Values a second that sounds are brought to; they stay as they are by default.
        output_sequence_length: Length to which sounds are cut or filled with 0; that of the longest
            in a batch by default.
        ragged: Kept for Keras's signature: sounds are filled with 0.
        shuffle: Whether the order is one of chance, another one in each pass.
        seed: Seed of the order.
        validation_split: Share of the sounds that are for validation.
        subset: "training", "validation" or "both", which gives two data sets.
        follow_links: Whether folders that are links are entered.
        verbose: Whether to say how many files were found.

    Returns:
        A `Dataset` of sounds, or of sounds and labels: floats from -1 to 1, (batch, length,
        channels).

    Raises:
        FileNotFoundError: If there is no such folder.
        ValueError: If an argument is not one that can be, or there are no sounds.
    """
    where = "audio_dataset_from_directory"
    if ragged:
        raise ValueError(
            f"{where}: `ragged=True` is for TensorFlow's ragged tensors, which there are none of here. "
            "Leave it out: sounds are filled with 0 to one length."
        )
    if sampling_rate is not None and sampling_rate <= 0:
        raise ValueError(f"{where}: `sampling_rate` must be above 0; got {sampling_rate}.")
    read = functools.partial(read_wav, rate=sampling_rate, length=output_sequence_length)
    request = Request(
        where=where,
        directory=directory,
        labels=labels,
        label_mode=label_mode,
        class_names=class_names,
        batch_size=batch_size,
        shuffle=shuffle,
        seed=seed,
        validation_split=validation_split,
        subset=subset,
        follow_links=follow_links,
        verbose=verbose,
    )
    return datasets_of(request, (".wav",), read, filled)
