"""The writing on a picture, apart from what it is written on.

A picture of a digit may be a scan, a drawing or a photo, dark on light or light on dark, in any
colours. What they share: the border shows the background, and the writing differs from it in one
colour. So the background is estimated and taken away, what is left is measured along the one
colour in which it differs most, and noise, specks and frames are dropped.
"""

from __future__ import annotations

from typing import Any

import numpy as np

# Larger pictures are shrunk first: a digit that fills a 20th of the side still has 50 pixels.
LONGEST_SIDE = 1024
# Ink covers a pixel if it covers more than this part of it. Low, because what was shrunk once,
# as MNIST's digits were, has strokes that end in half-covered pixels.
COVERED = 0.25
# Less contrast than this, out of 255, cannot be told from what compression leaves.
FAINTEST = 6.0


def find_ink(picture: np.ndarray) -> np.ndarray:
    """Tell how much of each pixel is covered by writing.

    Args:
        picture: Colours, shape (height, width, 3), values 0..255.

    Returns:
        Array of shape (height, width), float32, 0 where there is none and 1 in the strokes.
        Pictures with a side of more than 1024 pixels come back smaller.

    Raises:
        ValueError: If nothing is found that stands out from the background.

    Example:
        >>> picture = np.full((40, 30, 3), 255, np.uint8)
        >>> picture[10:30, 14:17] = (200, 30, 30)  # a red stroke on white
        >>> ink = find_ink(picture)
        >>> ink_box(ink)
        (10, 30, 14, 17)
    """
    colours = _shrunk(picture)
    signal = _along_main_colour(_contrast(colours, _background(colours)))
    noise = border_level(signal)
    if noise > 0.03 * signal.max():
        from scipy.ndimage import gaussian_filter

        signal = gaussian_filter(signal, 1.0)
        noise = border_level(signal)
    level = _stroke_level(signal)
    if level < max(FAINTEST, 4 * noise):
        raise nothing_found(picture, level, max(FAINTEST, 4 * noise))
    floor = min(3 * noise, level / 3)
    return _without_specks(np.clip((signal - floor) / (level - floor), 0, 1).astype(np.float32))


def ink_box(ink: np.ndarray) -> tuple[int, int, int, int]:
    """Return top, bottom, left and right of the pixels that are covered; the ends are exclusive.

    Example:
        >>> ink_box(np.eye(5)[1:, 1:])
        (0, 4, 0, 4)
    """
    rows = np.flatnonzero((ink > COVERED).any(axis=1))
    columns = np.flatnonzero((ink > COVERED).any(axis=0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def background_colour(picture: np.ndarray) -> np.ndarray:
    """Return the colour along the border, shape (3,), float.

    Example:
        >>> background_colour(np.full((9, 9, 3), 7, np.uint8)).tolist()
        [7.0, 7.0, 7.0]
    """
    return np.median(picture[_border(*picture.shape[:2])], axis=0).astype(np.float32)


def border_level(values: np.ndarray) -> float:
    """Return how far values usually are from 0 along the border: the standard deviation of noise.

    Example:
        >>> border_level(np.ones((9, 9)))
        1.4826
    """
    return 1.4826 * float(np.median(np.abs(values[_border(*values.shape)])))


def nothing_found(picture: np.ndarray, found: float, needed: float) -> ValueError:
    """Return the error for a picture on which nothing stands out from the background.

    Example:
        >>> str(nothing_found(np.zeros((2, 3, 3)), 1, 8))
        'nothing was found on the picture (3 x 2 pixels): ...'
    """
    return ValueError(
        f"nothing was found on the picture ({picture.shape[1]} x {picture.shape[0]} pixels): it "
        f"differs from its background by {found:.0f} of 255, and {needed:.0f} are needed. Give "
        "one with more contrast, or crop it to what it shows."
    )


def _shrunk(picture: np.ndarray) -> np.ndarray:
    """Average pixels until the longer side is at most LONGEST_SIDE."""
    from PIL import Image

    height, width = picture.shape[:2]
    factor = -(-max(height, width) // LONGEST_SIDE)
    if factor > 1:
        picture = np.asarray(Image.fromarray(picture).reduce(factor))
    return picture.astype(np.float32)


def _border(height: int, width: int) -> np.ndarray:
    """Mask of a band along the border, without the outermost pixels, where a frame may be."""
    side = min(height, width)
    outer = int(0.02 * side)
    inner = max(outer + 1, int(0.1 * side))
    band = np.zeros((height, width), bool)
    band[outer : height - outer, outer : width - outer] = True
    band[inner : height - inner, inner : width - inner] = False
    return band


def _background(colours: np.ndarray) -> np.ndarray:
    """Colour of the background: one, or where light and shadow lie on it one for each pixel."""
    from PIL import Image
    from scipy.ndimage import median_filter

    height, width = colours.shape[:2]
    colour = background_colour(colours)
    off = np.abs(colours[_border(height, width)] - colour).max(axis=1)
    if np.median(off) <= 2:
        return colour
    # A median over a window, larger than strokes are wide and smaller than shadows, of a
    # thumbnail: it follows light that falls off, and edges of shadows, better than polynomials.
    scale = 48 / max(height, width)
    small = (max(1, round(width * scale)), max(1, round(height * scale)))
    planes = []
    for plane in np.moveaxis(colours, 2, 0):
        thumbnail = np.asarray(Image.fromarray(plane).resize(small, Image.Resampling.BOX))
        smooth = Image.fromarray(median_filter(thumbnail, 17, mode="nearest"))
        planes.append(np.asarray(smooth.resize((width, height), Image.Resampling.BICUBIC)))
    return np.stack(planes, axis=2)


def _contrast(colours: np.ndarray, background: np.ndarray) -> np.ndarray:
    """Difference to the background, as a part of what it could be, times 255.

    Ink in the shade is as many times darker than the paper as in the light: so it is divided.
    Half of the range at least, or noise on a white background would weigh too much.
    """
    difference = colours - background
    possible = np.where(difference < 0, background, 255 - background)
    return 255 * difference / np.maximum(possible, 127.5)


def _along_main_colour(contrast: np.ndarray) -> np.ndarray:
    """Contrast, shape (height, width, 3), along its principal axis; positive where the ink is.

    In the unit of a single colour: gray that differs by 9 gives 9, not the distance in 3 colours.
    """
    flat = contrast.reshape(-1, 3)
    axis = np.linalg.eigh(flat.T @ flat)[1][:, -1]
    signal = contrast @ axis / np.sqrt(3)
    return -signal if (signal.astype(float) ** 3).sum() < 0 else signal


def _stroke_level(signal: np.ndarray) -> float:
    """Value of the signal inside the strokes: beyond Otsu's threshold, not the extreme."""
    if signal.max() <= 0:
        return 0.0
    counts, edges = np.histogram(np.maximum(signal, 0), 256)
    middles = (edges[1:] + edges[:-1]) / 2
    below, mass = np.cumsum(counts)[:-1], np.cumsum(counts * middles)
    above = counts.sum() - below
    between = (mass[:-1] * counts.sum() - mass[-1] * below) ** 2 / (below * above)
    inside = signal[signal > edges[1 + np.argmax(between)]]
    return float(np.percentile(inside, 60))


def _without_specks(ink: np.ndarray) -> np.ndarray:
    """Drop what is small, and what the picture's edge cuts, unless the writing itself is cut."""
    from scipy.ndimage import label, maximum_filter

    labelled: Any = label(ink > COVERED, np.ones((3, 3)))
    parts = labelled[0]
    areas = np.bincount(parts.ravel())
    areas[0] = 0
    kept = areas >= 0.03 * areas.max()
    cut = np.zeros_like(kept)
    cut[np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]])] = True
    if areas[kept & ~cut].sum() >= 0.1 * areas.max():
        kept &= ~cut
    kept[0] = False
    # Soft edges reach a little further than what counts as covered.
    reach = 2 * max(2, round(0.01 * max(ink.shape))) + 1
    return np.where(maximum_filter(kept[parts], reach), ink, 0)
