"""Pictures of a training run."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ppul.core.checks import one_of
from ppul.saving.atomic import replacing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Two hues that stay apart in print and for readers who confuse red and green.
TRAINING, VALIDATION = "#1f6fb4", "#e07b00"
PANEL_INCHES = (4.6, 3.4)
MOST_COLUMNS = 3
# Fewer epochs than this are marked: a line through one point is not seen.
MARKED_BELOW = 12


def plot_history(
    history: Any, file: str | os.PathLike[str] | None = None, *, title: str | None = None
) -> Figure:
    """Draw the learning curves of a run: one panel a figure, training beside validation.

    Args:
        history: What `fit` returned, or a dict of lists with one value an epoch, in which
            `val_loss` is drawn beside `loss`.
        file: Where to save it; the ending (`.png`, `.svg`, `.pdf`) says as what.
        title: Stands above the panels.

    Returns:
        The figure, to be changed or shown.

    Raises:
        ValueError: If there is no epoch to draw, or the ending is none that can be drawn.
        FileNotFoundError: If the folder of `file` does not exist.

    Example:
        >>> figure = plot_history({"loss": [0.9, 0.4], "val_loss": [1.0, 0.5]})
        >>> figure.axes[0].get_title()
        'loss'
    """
    # Not pyplot: it would keep every figure open and choose a window system.
    from matplotlib.figure import Figure

    curves: Mapping[str, Sequence[float]] = getattr(history, "history", history)
    names = [n for n in curves if not n.startswith("val_") or n.removeprefix("val_") not in curves]
    names.sort(key=lambda name: name != "loss")
    if not any(len(curves[name]) for name in names):
        raise ValueError(
            f"plot_history: there is no epoch to draw; the history is {dict(curves)!r}. "
            "Train the model first."
        )
    kind = None if file is None else plot_format(file)
    columns = min(len(names), MOST_COLUMNS)
    rows = -(-len(names) // columns)
    size = (PANEL_INCHES[0] * columns, PANEL_INCHES[1] * rows)
    figure = Figure(figsize=size, layout="constrained")
    for i, name in enumerate(names, start=1):
        _draw(figure.add_subplot(rows, columns, i), name, curves, _epochs(history, curves[name]))
    if title is not None:
        figure.suptitle(title)
    if file is not None:
        with replacing(file) as temporary:
            figure.savefig(temporary, format=kind, dpi=150)
    return figure


def plot_format(file: str | os.PathLike[str]) -> str:
    """Return the format that the ending of a file says, or raise a ValueError.

    Example:
        >>> plot_format("curves.png")
        'png'
    """
    from matplotlib.backend_bases import FigureCanvasBase

    ending = Path(file).suffix.removeprefix(".").lower()
    known = sorted(FigureCanvasBase.get_supported_filetypes())
    return one_of(f"plot '{file}'", "ending", ending, known)


def _epochs(history: Any, values: Sequence[float]) -> list[int]:
    """Numbers of the epochs, from 1; a dict does not tell, nor does a figure left out at times."""
    epochs = getattr(history, "epoch", ())
    if len(epochs) != len(values):
        epochs = range(len(values))
    return [epoch + 1 for epoch in epochs]


def _draw(
    axes: Axes, name: str, curves: Mapping[str, Sequence[float]], epochs: Sequence[int]
) -> None:
    from matplotlib.ticker import MaxNLocator

    marker = "o" if len(epochs) < MARKED_BELOW else None
    validated = curves.get(f"val_{name}", ())
    # With `validation_freq=3` there is one for every third epoch.
    every = len(epochs) // len(validated) if len(validated) else 1
    for label, x, y, colour in (
        ("training", epochs, curves[name], TRAINING),
        ("validation", epochs[every - 1 :: every][: len(validated)], validated, VALIDATION),
    ):
        if len(y):
            axes.plot(x, y, color=colour, marker=marker, markersize=4, label=f"{label} {y[-1]:.4g}")
    axes.set_title(name)
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, title="last value", alignment="left")
