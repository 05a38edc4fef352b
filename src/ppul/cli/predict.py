"""`ppul predict`: what a network sees in pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import numpy as np

BAR = 20
DOMAINS = "digits, mnist, fashion_mnist or cifar10"


def predict(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="A .keras file.")],
    pictures: Annotated[
        list[Path], typer.Argument(metavar="PICTURE", help="Pictures of any size and format.")
    ],
    domain: Annotated[
        str | None,
        typer.Option(
            metavar="DATASET",
            help=f"What the network was trained on: {DOMAINS}. By default what its name begins "
            "with, else what the shape of its input suggests.",
        ),
    ] = None,
    classes: Annotated[
        str | None,
        typer.Option(metavar="A,B,C", help="Names of the classes, in the order of the outputs."),
    ] = None,
    top: Annotated[
        int, typer.Option(min=1, metavar="N", help="Classes to show of a single picture.")
    ] = 3,
) -> None:
    """Tell the class of pictures.

    Light on dark or dark on light, any size, margins, colour, transparency: pictures are brought to
    the form the network was trained on.
    """
    import numpy as np

    from ppul.cli.pictures import read_picture

    colours = [read_picture(picture) for picture in pictures]
    from ppul.saving.model_files import load_model

    network = load_model(model, compile=False)
    domain = find_domain(domain, network.name)
    inputs = [
        _to_input(picture, pixels, network, domain)
        for picture, pixels in zip(pictures, colours, strict=True)
    ]
    rows = as_probabilities(network.predict(np.stack(inputs), verbose=0), str(model))
    names = class_names(classes, domain, rows.shape[1])
    if len(pictures) == 1:
        _print_one(pictures[0], rows[0], names, top)
    else:
        _print_many(pictures, rows, names)


def find_domain(given: str | None, name: str) -> str | None:
    """Return the data set whose pictures a network reads, if that is known.

    Args:
        given: What the user said, if anything.
        name: Name of the network; those of `ppul train` begin with the data set's.

    Raises:
        ValueError: If there is no such data set.

    Example:
        >>> find_domain(None, "fashion_mnist_cnn"), find_domain(None, "sequential")
        ('fashion_mnist', None)
    """
    from ppul.cli.pictures import DOMAINS
    from ppul.core.checks import one_of

    if given is not None:
        return one_of("predict", "--domain", given, list(DOMAINS))
    return next((d for d in DOMAINS if name == d or name.startswith(f"{d}_")), None)


def as_probabilities(outputs: Any, file: str) -> np.ndarray:
    """Return outputs, shape (n, classes), as probabilities; logits are put through a softmax.

    Raises:
        ValueError: If they are no scores of classes.
    """
    import numpy as np

    shape = getattr(outputs, "shape", None)
    if shape is None or len(shape) != 2 or shape[1] < 2:
        raise ValueError(
            f"predict: '{file}' must give one row of scores of two or more classes a picture; "
            f"it gives {'several outputs' if shape is None else f'shape {shape}'}."
        )
    rows = np.asarray(outputs, np.float64)
    if (rows >= 0).all() and np.allclose(rows.sum(1), 1, atol=1e-3):
        return rows
    rows = np.exp(rows - rows.max(1, keepdims=True))
    return rows / rows.sum(1, keepdims=True)


def class_names(given: str | None, domain: str | None, count: int) -> list[str]:
    """Return a name for each of the `count` outputs of a network: its number, if nothing is known.

    Raises:
        ValueError: If the names given are more or fewer.

    Example:
        >>> class_names("cat, dog", None, 2), class_names(None, "mnist", 10)[7]
        (['cat', 'dog'], '7')
    """
    from ppul.datasets import cifar10, fashion_mnist

    if given is not None:
        names = [name.strip() for name in given.split(",")]
        if len(names) != count:
            raise ValueError(
                f"predict: --classes names {len(names)} classes, the model has {count}."
            )
        return names
    known = {"fashion_mnist": fashion_mnist.CLASS_NAMES, "cifar10": cifar10.CLASS_NAMES}
    names = list(known.get(domain or "", ()))
    return names if len(names) == count else [str(i) for i in range(count)]


def _to_input(picture: Path, pixels: np.ndarray, network: Any, domain: str | None) -> np.ndarray:
    from ppul.cli.pictures import picture_to_input
    from ppul.layers.preprocessing.rescaling import Rescaling

    shape = getattr(network, "input_shape", None)
    if not isinstance(shape, tuple) or not all(n is None or isinstance(n, int) for n in shape):
        raise ValueError(
            f"predict: the model '{network.name}' must have one input of a known shape; it "
            f"has {shape}."
        )
    # A network that scales by itself wants pixels as they are in files.
    rescales = any(isinstance(layer, Rescaling) for layer in network.layers[:2])
    try:
        return picture_to_input(pixels, shape, domain, (0.0, 255.0) if rescales else None)
    except ValueError as error:
        raise ValueError(f"{picture}: {error}") from error


def _print_one(picture: Path, row: np.ndarray, names: list[str], top: int) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    order = row.argsort()[::-1][:top]
    typer.echo(f"{picture}: {names[order[0]]}")
    table = Table()
    table.add_column("class", overflow="fold")
    table.add_column("probability", justify="right")
    table.add_column("", min_width=BAR)
    for place, i in enumerate(order):
        style = "bold" if place == 0 else ""
        table.add_row(
            Text(names[i]), _percent(float(row[i])), "█" * round(BAR * float(row[i])), style=style
        )
    Console().print(table)


def _print_many(pictures: Sequence[Path], rows: np.ndarray, names: list[str]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    names_tell = len({picture.name for picture in pictures}) == len(pictures)
    table = Table()
    table.add_column("picture", overflow="fold")
    table.add_column("class", style="bold", overflow="fold")
    table.add_column("probability", justify="right")
    table.add_column("next", overflow="fold")
    for picture, row in zip(pictures, rows, strict=True):
        first, second = row.argsort()[::-1][:2]
        shown = picture.name if names_tell else str(picture)
        following = f"{names[second]} {_percent(row[second])}"
        table.add_row(Text(shown), Text(names[first]), _percent(row[first]), Text(following))
    Console().print(table)


def _percent(probability: float) -> str:
    return f"{100 * probability:.1f} %"
