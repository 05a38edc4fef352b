"""`ppul train`: train a network on a data set everybody knows."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from ppul.callbacks.base import Callback
    from ppul.cli.recipes import Data
    from ppul.models.model import Model

DATASETS = "digits, mnist, fashion_mnist, cifar10 or california_housing"


def train(
    dataset: Annotated[str, typer.Argument(metavar="DATASET", help=f"{DATASETS}.")],
    family: Annotated[
        str | None,
        typer.Option(
            "--model",
            metavar="FAMILY",
            help="Family of networks: mlp, or cnn for pictures. What suits the data by default.",
        ),
    ] = None,
    epochs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Times to go through the training data.")
    ] = None,
    batch_size: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Samples a step.")
    ] = None,
    seed: Annotated[
        int,
        typer.Option(min=0, max=2**32 - 1, metavar="N", help="The same seed, the same network."),
    ] = 0,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE.keras", help="Where to save the network.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Where to draw the learning curves.")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show every epoch.")] = False,
) -> None:
    """Train a network on a well-known data set and test it.

    digits comes with scikit-learn; the others are looked for in the folder PPUL_DATA_DIR, then in
    Keras's cache, then downloaded.
    """
    from ppul.cli.recipes import find_recipe
    from ppul.random.session import set_random_seed

    recipe, family = find_recipe(dataset, family)
    _check_files(save, plot)
    network = recipe.networks[family]
    data = recipe.load()
    # Only now: libraries that loading imports draw random numbers, too.
    set_random_seed(seed)
    model = recipe.build(dataset, family)
    data = data.shaped(model.input_shape[1:])
    epochs = epochs or network.epochs
    start = time.perf_counter()
    with _Progress(dataset, epochs, hidden=verbose) as progress:
        history = model.fit(
            data.x_train,
            data.y_train,
            epochs=epochs,
            batch_size=batch_size or network.batch_size,
            verbose="auto" if verbose else 0,
            callbacks=[progress.callback()],
            **data.validation,
        )
    seconds = time.perf_counter() - start
    results = model.evaluate(data.x_test, data.y_test, verbose=0, return_dict=True)
    if save is not None:
        model.save(save)
    if plot is not None:
        from ppul.reports.plots import plot_history

        plot_history(history, plot, title=f"{dataset}, {family}")
    _print_results(dataset, family, model, data, epochs, seconds, results)
    _print_next(dataset, save, plot, is_picture=bool(recipe.metrics))


def _check_files(save: Path | None, plot: Path | None) -> None:
    """Refuse names that could not be written, before the time for training is spent."""
    if save is not None and save.suffix != ".keras":
        raise ValueError(f"--save: '{save}' must end in '.keras'.")
    for option, file in (("--save", save), ("--plot", plot)):
        if file is not None and not file.parent.is_dir():
            raise FileNotFoundError(f"{option}: the folder '{file.parent}' does not exist.")
    if plot is not None:
        from ppul.reports.plots import plot_format

        plot_format(plot)


class _Progress:
    """One bar over all epochs, gone when they are done; at a terminal only."""

    def __init__(self, title: str, epochs: int, *, hidden: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
        from rich.progress import TimeRemainingColumn as TimeLeftColumn

        console = Console(stderr=True)
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TimeLeftColumn(),
            TextColumn("{task.fields[figures]}"),
            console=console,
            transient=True,
            disable=hidden or not console.is_terminal,
        )
        self.task = self.bar.add_task(title, total=epochs, figures="first epoch")

    def __enter__(self) -> _Progress:
        self.bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.bar.stop()

    def callback(self) -> Callback:
        """Return what moves the bar on at the end of an epoch."""
        from ppul.callbacks.base import Callback
        from ppul.training.screen import format_metrics

        bar, task = self.bar, self.task

        class Advance(Callback):
            def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
                shown = {k: v for k, v in (logs or {}).items() if not k.startswith("val_")}
                bar.update(task, advance=1, figures="  ".join(format_metrics(shown)))

        return Advance()


def _print_results(
    dataset: str,
    family: str,
    model: Model,
    data: Data,
    epochs: int,
    seconds: float,
    results: dict[str, float],
) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{dataset}, {family}", show_header=False, title_justify="left")
    table.add_column()
    table.add_column(justify="right")
    table.add_row("parameters", f"{model.count_params():,}")
    table.add_row("samples to train on", f"{len(data.x_train):,}")
    table.add_row("samples to test on", f"{len(data.x_test):,}")
    table.add_row("epochs", f"{epochs}")
    table.add_row("training, with compiling", f"{seconds:.1f} s")
    loss = "mean squared error" if "accuracy" not in results else "loss"
    table.add_row(f"test {loss}", f"{results['loss']:.4f}")
    if "accuracy" in results:
        table.add_row("test accuracy", f"{results['accuracy']:.4f}", style="bold")
    Console().print(table)


def _print_next(dataset: str, save: Path | None, plot: Path | None, *, is_picture: bool) -> None:
    if plot is not None:
        typer.echo(f"Learning curves: {plot}")
    if save is None:
        typer.echo(f"To keep the network: ppul train {dataset} --save {dataset}.keras")
        return
    typer.echo(f"Saved: {save}")
    command = f"predict {save} PICTURE.png" if is_picture else f"info {save}"
    typer.echo(f"Try: ppul {command}")
