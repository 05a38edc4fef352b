"""Many pictures side by side."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ppul.core.checks import one_of
from ppul.core.settings import IMAGE_FORMATS, image_data_format
from ppul.reports.drawing import draw_bounding_boxes, draw_segmentation_masks
from ppul.reports.plots import plot_format
from ppul.saving.atomic import replacing


def plot_image_gallery(
    images: Any,
    y_true: Any = None,
    y_pred: Any = None,
    label_map: Mapping[int, str] | None = None,
    rows: int | None = None,
    cols: int | None = None,
    value_range: Sequence[float] = (0, 255),
    scale: float = 2,
    path: str | os.PathLike[str] | None = None,
    show: bool | None = None,
    transparent: bool = True,
    dpi: int = 60,
    legend_handles: Sequence[Any] | None = None,
    data_format: str | None = None,
) -> None:
    """Show pictures side by side, or save them so.

    Args:
        images: (batch, height, width, channels), or with the channels first; one channel or three.
        y_true: Class numbers, (batch,), written above the pictures.
        y_pred: Predicted class numbers, likewise.
        label_map: Names of classes; needed with `y_true` and `y_pred`.
        rows: Number of rows; by default as many as columns, about.
        cols: Number of columns, likewise.
        value_range: The lowest and the highest value of a pixel.
        scale: Height and width of a picture, in inches.
        path: Where to save the gallery; the ending (`.png`, `.svg`, `.pdf`) says as what.
        show: Whether to show it; by default where it is not saved. Shown or not, it is the current
            figure of `matplotlib.pyplot` then.
        transparent: Whether a saved one is transparent between the pictures.
        dpi: Pixels an inch of a saved one.
        legend_handles: What matplotlib is to explain in a legend.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.

    Raises:
        ValueError: If `images` is no batch, names are missing, or both `path` and `show` are given.

    Example:
        >>> plot_image_gallery(np.zeros((4, 8, 8, 3)), show=False)
        >>> from matplotlib import pyplot as plt
        >>> len(plt.gcf().axes)
        4
        >>> plt.close()
    """
    from matplotlib import pyplot as plt

    pictures = _in_bytes("plot_image_gallery", images, value_range, data_format)
    titles = _titles(len(pictures), y_true, y_pred, label_map)
    if path is not None and show:
        raise ValueError(
            f"plot_image_gallery: a gallery is saved or shown; got path={str(path)!r} and show=True."
        )
    kind = None if path is None else plot_format(path)
    if cols is None:
        rows = rows or math.ceil(math.sqrt(len(pictures)))
        cols = math.ceil(len(pictures) / rows)
    rows = rows or math.ceil(len(pictures) / cols)
    figure, grid = plt.subplots(
        rows, cols, figsize=(cols * scale, rows * scale), layout="tight", squeeze=False
    )
    for axes in grid.flat:
        axes.axis("off")
    for axes, picture, title in zip(grid.flat, pictures, titles, strict=False):
        axes.imshow(picture.squeeze(), cmap="gray", vmin=0, vmax=255)
        if title:
            axes.set_title(title, fontsize=8)
    if legend_handles is not None:
        figure.legend(handles=list(legend_handles), loc="lower center")
    if path is not None:
        with replacing(path) as temporary:
            figure.savefig(temporary, format=kind, dpi=dpi, transparent=transparent)
        plt.close(figure)
    elif show is None or show:
        plt.show()


def plot_bounding_box_gallery(
    images: Any,
    bounding_box_format: str,
    y_true: Any = None,
    y_pred: Any = None,
    value_range: Sequence[float] = (0, 255),
    true_color: Sequence[int] = (0, 188, 212),
    pred_color: Sequence[int] = (255, 235, 59),
    line_thickness: int = 2,
    font_scale: float = 1.0,
    text_thickness: int | None = None,
    class_mapping: Mapping[int, str] | None = None,
    ground_truth_mapping: Mapping[int, str] | None = None,
    prediction_mapping: Mapping[int, str] | None = None,
    legend: bool = False,
    legend_handles: Sequence[Any] | None = None,
    rows: int | None = None,
    cols: int | None = None,
    data_format: str | None = None,
    **kwargs: Any,
) -> None:
    """Show pictures with true and predicted boxes side by side; see `plot_image_gallery`.

    Args:
        images: (batch, height, width, channels), or with the channels first; one channel or three.
        bounding_box_format: What the numbers of boxes mean; see `utils.bounding_boxes`.
        y_true: True boxes; see `draw_bounding_boxes`.
        y_pred: Predicted boxes.
        value_range: The lowest and the highest value of a pixel.
        true_color: Red, green and blue of true boxes, in [0, 255].
        pred_color: Likewise of predicted ones.
        line_thickness: Thickness of the lines, in pixels.
        font_scale: Size of the letters.
        text_thickness: Thickness of their strokes; that of the lines by default.
        class_mapping: Names of labels.
        ground_truth_mapping: Names of labels of true boxes, if they have others.
        prediction_mapping: Likewise of predicted ones.
        legend: Whether to explain the colours.
        legend_handles: What matplotlib is to explain in a legend instead.
        rows: Number of rows.
        cols: Number of columns.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        **kwargs: More for `plot_image_gallery`.

    Raises:
        ValueError: If `images` is no batch, or both `legend` and `legend_handles` are given.

    Example:
        >>> boxes = {"boxes": [[[1, 1, 5, 5]]], "labels": [[0]]}
        >>> plot_bounding_box_gallery(np.zeros((1, 8, 8, 3)), "xyxy", boxes, show=False)
        >>> from matplotlib import pyplot as plt
        >>> plt.close()
    """
    from matplotlib.patches import Patch

    where = "plot_bounding_box_gallery"
    if legend and legend_handles is not None:
        raise ValueError(
            f"{where}: give `legend=True` for a legend of the colours, or `legend_handles` for "
            "another one, not both."
        )
    pictures = _in_bytes(where, images, value_range, data_format)
    drawn = (
        ("Ground Truth", y_true, ground_truth_mapping, true_color),
        ("Prediction", y_pred, prediction_mapping, pred_color),
    )
    for _, boxes, names, color in drawn:
        if boxes is not None:
            pictures = draw_bounding_boxes(
                pictures,
                boxes,
                bounding_box_format,
                class_mapping if names is None else names,
                color,
                line_thickness,
                line_thickness if text_thickness is None else text_thickness,
                font_scale,
                "channels_last",
            )
    if legend:
        legend_handles = [
            Patch(color="#{:02x}{:02x}{:02x}".format(*color), label=label)
            for label, boxes, _, color in drawn
            if boxes is not None
        ]
    plot_image_gallery(
        pictures,
        rows=rows,
        cols=cols,
        legend_handles=legend_handles,
        data_format="channels_last",
        **kwargs,
    )


def plot_segmentation_mask_gallery(
    images: Any,
    num_classes: int | None,
    value_range: Sequence[float] = (0, 255),
    y_true: Any = None,
    y_pred: Any = None,
    color_mapping: Mapping[int, Sequence[int]] | None = None,
    blend: bool = True,
    alpha: float = 0.8,
    ignore_index: int = -1,
    data_format: str | None = None,
    **kwargs: Any,
) -> None:
    """Show pictures, and beside each its true and predicted classes; see `plot_image_gallery`.

    Args:
        images: (batch, height, width, channels), or with the channels first; one channel or three.
        num_classes: Classes 1 to this one are drawn.
        value_range: The lowest and the highest value of a pixel.
        y_true: True masks; see `draw_segmentation_masks`.
        y_pred: Predicted masks.
        color_mapping: Red, green and blue of classes, in [0, 255].
        blend: Whether colours are mixed with the picture.
        alpha: How much of the colour, in [0, 1].
        ignore_index: A class that is not drawn.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        **kwargs: More for `plot_image_gallery`.

    Raises:
        ValueError: If `images` is no batch.

    Example:
        >>> masks = np.ones((1, 8, 8), "int32")
        >>> plot_segmentation_mask_gallery(np.zeros((1, 8, 8, 3)), 1, y_true=masks, show=False)
        >>> from matplotlib import pyplot as plt
        >>> len(plt.gcf().axes)
        2
        >>> plt.close()
    """
    where = "plot_segmentation_mask_gallery"
    pictures = _in_bytes(where, images, value_range, data_format)
    columns = [pictures]
    columns += [
        draw_segmentation_masks(
            pictures,
            masks,
            num_classes,
            color_mapping,
            alpha,
            blend,
            ignore_index,
            "channels_last",
        )
        for masks in (y_true, y_pred)
        if masks is not None
    ]
    beside = np.stack(columns, axis=1).reshape(-1, *pictures.shape[1:])
    given: dict[str, Any] = {
        "rows": len(pictures),
        "cols": len(columns),
        "data_format": "channels_last",
    } | kwargs
    plot_image_gallery(beside, **given)


def _in_bytes(
    where: str, images: Any, value_range: Sequence[float], data_format: str | None
) -> np.ndarray:
    """Pictures with values in [0, 255] and the channels last."""
    layout = one_of(where, "data_format", data_format or image_data_format(), IMAGE_FORMATS)
    pictures = np.asarray(images)
    if pictures.ndim != 4:
        raise ValueError(
            f"{where}: `images` must be a batch of pictures, with four axes; got the shape "
            f"{pictures.shape}."
        )
    if layout == "channels_first":
        pictures = np.moveaxis(pictures, 1, -1)
    low, high = value_range
    levels = (pictures.astype("float32") - low) / (high - low) * 255
    return np.clip(np.rint(levels), 0, 255).astype("uint8")


def _titles(count: int, y_true: Any, y_pred: Any, label_map: Mapping[int, str] | None) -> list[str]:
    """What stands above each picture."""
    parts = [("Label", y_true), ("Pred", y_pred)]
    given = [(name, np.asarray(labels)) for name, labels in parts if labels is not None]
    if given and label_map is None:
        raise ValueError(
            "plot_image_gallery: `label_map` must say the names of the classes in `y_true` and "
            "`y_pred`, for instance {0: 'cat', 1: 'dog'}."
        )
    names = label_map or {}
    return [
        "  ".join(f"{name}: {names.get(int(y[i]), int(y[i]))}" for name, y in given)
        for i in range(count)
    ]
