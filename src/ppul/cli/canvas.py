"""Pictures in the form of a data set's: MNIST's and scikit-learn's digits, Fashion-MNIST, CIFAR."""

from __future__ import annotations

from typing import Any

import numpy as np

from ppul.cli.ink import (
    FAINTEST,
    background_colour,
    border_level,
    find_ink,
    ink_box,
    nothing_found,
)

# Smaller canvases are filled, as scikit-learn's digits are, instead of centred, as MNIST's are.
SMALLEST_CENTRED = 16
# What follows was found by trying: an SVC trained on scikit-learn's digits then reads 85 % of
# MNIST's, and 62 % of them if they are cropped and shrunk alone.
# Widths of strokes, in parts of the digit's longer side, beyond which they are drawn anew.
MNIST_STROKES = (0.08, 0.26)
DIGITS_STROKES = (0.14, 0.40)
# Widths of whole digits, in parts of their height.
DIGITS_WIDTHS = (0.19, 0.69)
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
# Pixels along a digit while its shape is worked on.
WORKING_SIDE = 128


def digit_image(
    picture: np.ndarray, size: tuple[int, int], value_range: tuple[float, float]
) -> np.ndarray:
    """Bring a photo or drawing of one digit to the form of MNIST's or of scikit-learn's digits.

    Light on dark, whatever it was. A canvas of 16 pixels and more is laid out as MNIST's: the
    longer side of the digit is 20/28 of it, its centre of mass in the middle (LeCun et al. 1998,
    "Gradient-based learning applied to document recognition", III.A). A smaller one is filled as
    scikit-learn's: upright, of the usual width and stroke, over the whole height (Garris et al.
    1994, "NIST form-based handprint recognition system", NISTIR 5469, made the bitmaps whose
    pixels those digits count). Strokes much thinner or bolder than the data set's become as its.

    Args:
        picture: Colours, shape (height, width, 3), values 0..255.
        size: Height and width of the canvas in pixels.
        value_range: Values of background and ink, such as (0, 255).

    Returns:
        Array of shape `size`, float32.

    Raises:
        ValueError: If nothing is found on the picture.

    Example:
        >>> picture = np.full((60, 80, 3), 240, np.uint8)
        >>> picture[10:50, 20:26] = 30  # a stroke, dark on light
        >>> canvas = digit_image(picture, (28, 28), (0, 255))
        >>> canvas.shape, [float(canvas[row, 14]) for row in (2, 14, 26)]
        ((28, 28), [0.0, 255.0, 0.0])
    """
    ink = find_ink(picture)
    canvas = _filled(ink, size) if min(size) < SMALLEST_CENTRED else _centred(ink, size)
    return _in_range(canvas, value_range)


def color_image(
    picture: np.ndarray, size: tuple[int, int, int], value_range: tuple[float, float]
) -> np.ndarray:
    """Bring a photo of a thing to the form of CIFAR's (3 channels) or Fashion-MNIST's (1 channel).

    With 3 channels: the middle of the picture. With 1 channel: the thing alone, light on dark,
    cut out and fitted to the canvas (Xiao et al. 2017, "Fashion-MNIST", section 2).

    Args:
        picture: Colours, shape (height, width, 3), uint8.
        size: Height and width of the canvas in pixels, and channels: 3 or 1.
        value_range: Values of black and white, such as (0, 255).

    Returns:
        Array of shape `size`, float32.

    Raises:
        ValueError: If nothing is found on the picture, or for another number of channels.

    Example:
        >>> picture = np.zeros((30, 50, 3), np.uint8)
        >>> picture[:, 20:] = 255
        >>> color_image(picture, (4, 4, 3), (0, 1)).shape
        (4, 4, 3)
    """
    from PIL import Image, ImageOps

    height, width, channels = size
    if channels not in {1, 3}:
        raise ValueError(f"color_image: `size` must end in 1 or 3 channels; got {size}.")
    if channels == 1:
        return _in_range(_thing(picture, (height, width)), value_range)[..., None]
    if (picture == picture[0, 0]).all():
        raise ValueError(
            "nothing was found on the picture: all its pixels have the colour "
            f"{picture[0, 0].tolist()}. Give a picture that shows something."
        )
    fitted = ImageOps.fit(Image.fromarray(picture), (width, height), Image.Resampling.BICUBIC)
    return _in_range(np.asarray(fitted, np.float32) / 255, value_range)


def _in_range(canvas: np.ndarray, value_range: tuple[float, float]) -> np.ndarray:
    low, high = value_range
    # Bicubic resampling overshoots beside edges.
    return (low + (high - low) * np.clip(canvas, 0, 1)).astype(np.float32)


def _centred(ink: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Ink on a canvas as MNIST's, centred by mass to whole pixels."""
    ink = _with_usual_strokes(ink, MNIST_STROKES)
    top, bottom, left, right = ink_box(ink)
    scale = 20 / 28 * min(size) / max(bottom - top, right - left)
    inside = ink[top:bottom, left:right]
    below = inside.sum(axis=1) @ (np.arange(bottom - top) + 0.5) / inside.sum() * scale
    beside = inside.sum(axis=0) @ (np.arange(right - left) + 0.5) / inside.sum() * scale
    # MNIST's centre of mass lies in the pixel after the middle: (14, 14), counted from 0.
    row, column = round(size[0] / 2 + 0.5 - below), round(size[1] / 2 + 0.5 - beside)
    return _resampled(ink, (top - row / scale, left - column / scale), scale, size)


def _filled(ink: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Ink over the whole height of a canvas, as scikit-learn's digits."""
    # Hairlines would be lost when the digit is shrunk.
    bold = _with_usual_strokes(ink, (DIGITS_STROKES[0] / 2, 1))
    digit = _upright(_cropped(bold))
    narrowest, widest = DIGITS_WIDTHS
    width = np.clip(1.1 * digit.shape[1] / digit.shape[0], narrowest, widest)
    target = (WORKING_SIDE, round(width * WORKING_SIDE))
    digit = _stretched(digit, target)
    digit = _stretched(_cropped(_with_usual_strokes(digit, DIGITS_STROKES)), target)
    return _blocks(digit, size)


def _cropped(ink: np.ndarray) -> np.ndarray:
    top, bottom, left, right = ink_box(ink)
    return ink[top:bottom, left:right]


def _stretched(ink: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    from PIL import Image

    image = Image.fromarray(ink).resize((size[1], size[0]), Image.Resampling.BICUBIC)
    return np.clip(np.asarray(image), 0, 1)


def _resampled(
    ink: np.ndarray, corner: tuple[float, float], scale: float, size: tuple[int, int]
) -> np.ndarray:
    """The canvas whose upper left corner lies at `corner` of the ink, which may be outside."""
    from PIL import Image

    height, width = size[0] / scale, size[1] / scale
    margin = int(np.ceil(max(height, width))) + 1
    top, left = corner[0] + margin, corner[1] + margin
    image = Image.fromarray(np.pad(ink, margin))
    box = (left, top, left + width, top + height)
    return np.asarray(image.resize((size[1], size[0]), Image.Resampling.BICUBIC, box))


def _upright(digit: np.ndarray) -> np.ndarray:
    """Shear a digit until it begins at the same column in its uppermost and lowest eighth."""
    from PIL import Image

    digit = _stretched(
        digit, (WORKING_SIDE, max(1, round(digit.shape[1] * WORKING_SIDE / digit.shape[0])))
    )
    eighth = WORKING_SIDE // 8
    first, last = (
        int(np.argmax((part > 0.5 * part.max()).any(axis=0)))
        for part in (digit[:eighth], digit[-eighth:])
    )
    slant = float(np.clip((last - first) / WORKING_SIDE, -1, 1))
    margin = WORKING_SIDE // 2 + 1
    image = Image.fromarray(np.pad(digit, ((0, 0), (margin, margin))))
    shear = (1, slant, -slant * WORKING_SIDE / 2, 0, 1, 0)
    image = image.transform(image.size, Image.Transform.AFFINE, shear, Image.Resampling.BILINEAR)
    return _cropped(np.asarray(image))


def _blocks(digit: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Average blocks of a digit in the middle of a canvas."""
    from PIL import Image

    height, width = digit.shape
    margin = (round(height * size[1] / size[0]) - width) / 2
    sides = (int(np.floor(margin)), int(np.ceil(margin)))
    image = Image.fromarray(np.pad(digit, ((0, 0), sides)))
    return np.asarray(image.resize((size[1], size[0]), Image.Resampling.BOX))


def _with_usual_strokes(ink: np.ndarray, widths: tuple[float, float]) -> np.ndarray:
    """Draw strokes bolder or thinner that are out of the usual range."""
    from scipy.ndimage import distance_transform_edt

    digit = _cropped(ink)
    longest = max(digit.shape)
    if longest < WORKING_SIDE:  # too few pixels to measure
        scale = WORKING_SIDE / longest
        digit = _stretched(digit, (round(digit.shape[0] * scale), round(digit.shape[1] * scale)))
        longest = max(digit.shape)
    digit = np.pad(digit, longest // 4)
    stroke = digit > 0.5 * digit.max()
    inside: Any = distance_transform_edt(stroke)
    depth = inside - 0.5
    # A stroke's pixels lie, on average, a quarter of its width below its edge.
    found = 4 * float(depth[stroke].mean()) / longest
    wanted = float(np.clip(found, *widths))
    if wanted == found:
        return ink
    # The digit grows with its strokes, and is scaled back later.
    growth = (wanted - found) / (1 - wanted) * longest / 2
    outside: Any = distance_transform_edt(~stroke)
    depth = np.where(stroke, depth, 0.5 - outside)
    return np.clip(depth + growth + 0.5, 0, 1).astype(np.float32)


def _thing(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """What a picture shows, light on dark, its longer side as long as the canvas."""
    from PIL import Image

    image = Image.fromarray(picture)
    image = image.reduce(max(1, max(image.size) // 256))
    colours = np.asarray(image, np.float32)
    ground = background_colour(colours)
    off = np.abs(colours - ground).max(axis=2)
    least = max(FAINTEST, 4 * border_level(off))
    if off.max() <= least:
        raise nothing_found(picture, off.max(), least)
    # As the luma of JPEG, and of Pillow's mode L, weighs the colours.
    gray, paper = colours @ LUMA, float(ground @ LUMA)
    shade = (paper - gray) / paper if paper > 127 else (gray - paper) / (255 - paper)
    top, bottom, left, right = ink_box(off > least)
    scale = min(size) / max(bottom - top, right - left)
    # Fashion-MNIST's things of an odd width have the wider margin to the left and above.
    row = int((size[0] - (bottom - top) * scale) / 2 + 0.5)
    column = int((size[1] - (right - left) * scale) / 2 + 0.5)
    shade = np.where(off > least, shade, 0).astype(np.float32)
    return _resampled(shade, (top - row / scale, left - column / scale), scale, size)
