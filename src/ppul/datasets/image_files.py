"""Pictures as files, as objects of Pillow and as arrays."""

from __future__ import annotations

import io
import os
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from ppul.core.checks import one_of
from ppul.core.settings import IMAGE_FORMATS, floatx, image_data_format

if TYPE_CHECKING:
    from PIL.Image import Image

COLORS = {"grayscale": "L", "rgb": "RGB", "rgba": "RGBA"}
_MODES = {1: "L", 3: "RGB", 4: "RGBA"}
_INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos")


def load_img(
    path: Any,
    color_mode: str = "rgb",
    target_size: tuple[int, int] | None = None,
    interpolation: str = "nearest",
    keep_aspect_ratio: bool = False,
) -> Image:
    """Return a picture from a file, as an object of Pillow.

    Args:
        path: The file, or its content in a `BytesIO`.
        color_mode: "grayscale", "rgb" or "rgba".
        target_size: Height and width to bring it to.
        interpolation: "nearest", "bilinear", "bicubic", "hamming", "box" or "lanczos".
        keep_aspect_ratio: Whether what does not have the ratio of `target_size` is cut off first.

    Raises:
        FileNotFoundError: If there is no such file.
        TypeError: If `path` is neither.
        ValueError: If an argument is not one that can be.

    Example:
        >>> import tempfile
        >>> path = f"{tempfile.mkdtemp()}/white.png"
        >>> save_img(path, 255 * np.ones((3, 4, 1)), scale=False)
        >>> load_img(path, target_size=(6, 8)).size
        (8, 6)
    """
    from PIL import Image

    one_of("load_img", "color_mode", color_mode, tuple(COLORS))
    one_of("load_img", "interpolation", interpolation, _INTERPOLATIONS)
    if isinstance(path, (str, os.PathLike)):
        with open(path, "rb") as file:  # noqa: PTH123  (takes any path-like)
            path = io.BytesIO(file.read())
    if not isinstance(path, io.BytesIO):
        raise TypeError(
            f"load_img: `path` must be a path or a `BytesIO`; got {path!r} of type "
            f"{type(path).__name__}."
        )
    with Image.open(path) as found:
        image = found if found.mode == COLORS[color_mode] else found.convert(COLORS[color_mode])
        image.load()
    if target_size is None:
        return image
    height, width = target_size
    method = Image.Resampling[interpolation.upper()]
    if not keep_aspect_ratio:
        return image if image.size == (width, height) else image.resize((width, height), method)
    return image.resize((width, height), method, box=middle_box(image.size, (width, height)))


def img_to_array(img: Any, data_format: str | None = None, dtype: Any = None) -> np.ndarray:
    """Return a picture as an array.

    Args:
        img: A picture of Pillow's, or an array.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        dtype: Dtype of the array; the default float type.

    Returns:
        Array of (height, width, channels), or with the channels first.

    Raises:
        ValueError: If it has neither two nor three axes.

    Example:
        >>> img_to_array(np.zeros((3, 4))).shape
        (3, 4, 1)
    """
    layout = _layout("img_to_array", data_format)
    array = np.asarray(img, dtype=dtype or floatx())
    if array.ndim == 2:
        return array[None] if layout == "channels_first" else array[..., None]
    if array.ndim != 3:
        raise ValueError(
            f"img_to_array: a picture has the axes height, width and perhaps channels; got shape "
            f"{array.shape}."
        )
    is_picture = not isinstance(img, np.ndarray)
    return array.transpose(2, 0, 1) if is_picture and layout == "channels_first" else array


def array_to_img(
    x: Any, data_format: str | None = None, scale: bool = True, dtype: Any = None
) -> Image:
    """Return an array as a picture of Pillow's.

    Args:
        x: One picture: (height, width, channels), or with the channels first; 1, 3 or 4 channels.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        scale: Whether its smallest value becomes 0 and its largest 255.
        dtype: Dtype to compute in; the default float type.

    Raises:
        ValueError: If it has another number of axes or channels.

    Example:
        >>> array_to_img(np.ones((3, 4, 3))).mode
        'RGB'
    """
    from PIL import Image

    layout = _layout("array_to_img", data_format)
    array = np.asarray(x, dtype=dtype or floatx())
    if array.ndim != 3:
        raise ValueError(
            f"array_to_img: one picture has three axes; got shape {array.shape}. Of a batch, give "
            "one at a time."
        )
    if layout == "channels_first":
        array = array.transpose(1, 2, 0)
    channels = array.shape[2]
    if channels not in _MODES:
        raise ValueError(
            f"array_to_img: a picture has 1, 3 or 4 channels; got {channels} in shape {array.shape} "
            f"({layout})."
        )
    if scale:
        array = array - array.min()
        largest = array.max()
        array = array / largest * 255 if largest else array
    if channels == 1 and array.max() > 255:
        return Image.fromarray(array[..., 0].astype("int32"))
    plain = array[..., 0] if channels == 1 else array
    return Image.fromarray(plain.astype("uint8"), _MODES[channels])


def save_img(
    path: Any,
    x: Any,
    data_format: str | None = None,
    file_format: str | None = None,
    scale: bool = True,
    **kwargs: Any,
) -> None:
    """Write an array as a picture's file.

    Args:
        path: Where to.
        x: One picture, as for `array_to_img`.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        file_format: Pillow's name of a format; by the path's ending without it.
        scale: Whether its smallest value becomes 0 and its largest 255.
        **kwargs: What Pillow's `save` takes for the format.

    Raises:
        ValueError: If no format of that name or ending is known.
    """
    from PIL import Image

    image = array_to_img(x, data_format=data_format, scale=scale)
    ending = os.path.splitext(os.fspath(path))[1].lower() if file_format is None else ""  # noqa: PTH122  (takes any path-like)
    name = file_format or Image.registered_extensions().get(ending)
    if name is None:
        raise ValueError(
            f"save_img: Pillow knows no format of the ending {ending!r} of '{path}'. Give "
            "`file_format`, such as 'png'."
        )
    if image.mode == "RGBA" and name.upper() in ("JPG", "JPEG"):
        warnings.warn("JPEG has no transparency: the picture is saved as RGB.", stacklevel=2)
        image = image.convert("RGB")
    image.save(path, format=_FORMATS.get(name.upper(), name), **kwargs)


def middle_box(size: tuple[int, int], target: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the corners of the middle of a picture, as large as can be in another one's ratio.

    Args:
        size: Width and height of the picture, or height and width.
        target: Those of the other, in the same order.

    Example:
        >>> middle_box((14, 10), (5, 5))
        (2, 0, 12, 10)
    """
    kept = [min(size[i], int(size[1 - i] * target[i] / target[1 - i])) for i in range(2)]
    first, second = ((size[i] - kept[i]) // 2 for i in range(2))
    return first, second, first + kept[0], second + kept[1]


def _layout(where: str, data_format: str | None) -> str:
    if data_format is None:
        return image_data_format()
    return one_of(where, "data_format", data_format, IMAGE_FORMATS)


_FORMATS = {"JPG": "JPEG"}
