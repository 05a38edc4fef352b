"""Pictures as people have them, made into what a model was trained on."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ppul.cli.canvas import SMALLEST_CENTRED, color_image, digit_image
from ppul.core.checks import one_of

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True)
class Domain:
    """How the pictures of a data set look: shape, and the values `ppul train` feeds."""

    shape: tuple[int, int, int]
    value_range: tuple[float, float]


DOMAINS = {
    "digits": Domain((8, 8, 1), (0.0, 16.0)),
    "mnist": Domain((28, 28, 1), (0.0, 1.0)),
    "fashion_mnist": Domain((28, 28, 1), (0.0, 1.0)),
    "cifar10": Domain((32, 32, 3), (0.0, 1.0)),
}


def read_picture(path: str | PathLike[str]) -> np.ndarray:
    """Read a picture of any format and mode that Pillow reads.

    Rotated as its EXIF data say; the first frame, if it moves; what is transparent is filled with
    the background's colour where there is one, else with black or white, whichever differs more
    from what is drawn.

    Args:
        path: File to read.

    Returns:
        Colours, shape (height, width, 3), uint8.

    Raises:
        FileNotFoundError: If there is no such file.
        IsADirectoryError: If it is a folder.
        ValueError: If the file is empty, damaged, no picture, or has too many pixels.

    Example:
        >>> import tempfile
        >>> from PIL import Image
        >>> file = Path(tempfile.mkdtemp(), "red.png")
        >>> Image.new("RGB", (4, 3), "red").save(file)
        >>> read_picture(file).shape
        (3, 4, 3)
    """
    from PIL import Image, ImageOps

    file = Path(path)
    if file.is_dir():
        raise IsADirectoryError(f"{file} is a folder. Name the pictures in it: {file}/*.png")
    if not file.exists():
        raise FileNotFoundError(f"There is no picture {file} (looked in {Path.cwd()}).")
    if not file.stat().st_size:
        raise ValueError(f"{file} is empty (0 bytes): was it fully written or downloaded?")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file) as image:
                return _colours(ImageOps.exif_transpose(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError(f"{file} has too many pixels ({error}) Shrink it first.") from error
    except Image.UnidentifiedImageError as error:
        raise ValueError(
            f"{file} is no picture that can be read (it starts with {_start(file)!r}). "
            "Give a PNG, JPEG, GIF, BMP, TIFF or WebP file."
        ) from error
    except PermissionError:
        raise
    # What decoders raise on damaged files is not only OSError.
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError) as error:
        raise ValueError(
            f"{file} is damaged: {error}. Save or download the picture again."
        ) from error


def picture_to_input(
    picture: str | PathLike[str] | np.ndarray,
    input_shape: Sequence[int | None],
    domain: str | None = None,
    value_range: tuple[float, float] | None = None,
) -> np.ndarray:
    """Make a picture into one sample for a model.

    Args:
        picture: File to read; or colours, shape (height, width, 3), uint8.
        input_shape: Of the model, with or without the batch dimension, which is None:
            (None, 28, 28, 1), (28, 28) or (784,), for example. Unknown sizes become the data set's.
        domain: Data set that the model was trained on: "digits", "mnist", "fashion_mnist" or
            "cifar10". None tells it from the shape: up to 15 pixels a side are "digits", one
            channel is "mnist", three are "cifar10".
        value_range: Smallest and largest value. None is what `ppul train` feeds: 0..16 for
            "digits", 0..1 for the others.

    Returns:
        Array of the input's shape without the batch dimension, float32.

    Raises:
        FileNotFoundError: If there is no such file.
        IsADirectoryError: If it is a folder.
        ValueError: If the file is no picture, if nothing is found on it, if the model does not
            take pictures of this kind, or for an unknown domain.

    Example:
        >>> picture = np.full((60, 80, 3), 240, np.uint8)
        >>> picture[10:50, 20:26] = 30
        >>> picture_to_input(picture, (784,), "mnist").shape
        (784,)
    """
    shape = _sample_shape(tuple(input_shape))
    height, width, channels = _canvas(shape, domain)
    if domain is None:
        small = min(height, width) < SMALLEST_CENTRED
        domain = "cifar10" if channels == 3 else "digits" if small else "mnist"
    if value_range is None:
        value_range = DOMAINS[domain].value_range
    colours = picture if isinstance(picture, np.ndarray) else read_picture(picture)
    try:
        if domain in {"digits", "mnist"}:
            sample = digit_image(colours, (height, width), value_range)
        else:
            sample = color_image(colours, (height, width, channels), value_range)
    except ValueError as error:
        if isinstance(picture, np.ndarray):
            raise
        raise ValueError(f"{picture}: {error}") from error
    return sample.reshape(-1 if len(shape) == 1 else (height, width, channels)[: len(shape)])


def _sample_shape(shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
    """Without the batch dimension; (None, None, 3) has none, its sizes are unknown."""
    if len(shape) == 4 or (len(shape) > 1 and shape[0] is None and None not in shape[1:]):
        return shape[1:]
    return shape


def _canvas(shape: tuple[int | None, ...], domain: str | None) -> tuple[int, int, int]:
    """Height, width and channels that an input's shape means."""
    names = list(DOMAINS) if domain is None else [one_of("predict", "domain", domain, [*DOMAINS])]
    for known in (DOMAINS[name].shape for name in names):
        if len(shape) == 1 and shape[0] in {None, int(np.prod(known))}:
            return known
        if len(shape) in {2, 3}:
            height, width, channels = (n or k for n, k in zip((*shape, 1)[:3], known, strict=True))
            if channels == known[2]:
                return height, width, channels
    wanted = " or ".join(f"{DOMAINS[name].shape} ({name})" for name in names)
    raise ValueError(
        f"the model's input has the shape {shape}, which is none of pictures like {wanted}. "
        "Give a model that reads such pictures, or say which data set it was trained on."
    )


def _colours(image: Image) -> np.ndarray:
    """An opened image as RGB, shape (height, width, 3), uint8."""
    if image.mode == "F" or image.mode.startswith("I"):
        return np.repeat(_eight_bits(np.asarray(image))[..., None], 3, axis=2)
    if not image.has_transparency_data:
        return np.asarray(image.convert("RGB"))
    drawn = np.asarray(image.convert("RGBA"), np.float32)
    colours, alpha = drawn[..., :3], drawn[..., 3:] / 255
    visible = colours[alpha[..., 0] > 0.5]
    if len(visible) > 2 / 3 * alpha.size:  # a cut-out with a background of its own
        fill = np.median(visible, axis=0)
    else:
        fill = 0.0 if len(visible) and visible.mean() > 127 else 255.0
    return np.rint(colours * alpha + fill * (1 - alpha)).astype(np.uint8)


def _eight_bits(gray: np.ndarray) -> np.ndarray:
    """16-bit, 32-bit and float gray as uint8, by the range that its values show."""
    values = np.nan_to_num(gray.astype(np.float64), posinf=0.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    if gray.dtype.kind == "f" and low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    elif low < 0 or high > 65535:
        pass
    else:
        low, high = 0.0, 255.0 if high <= 255 and gray.dtype != np.uint16 else 65535.0
    return np.rint(255 * (values - low) / max(high - low, 1e-12)).astype(np.uint8)


def _start(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(12)
