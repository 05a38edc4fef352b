"""`ppul info`: what is in a model file."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Annotated, Any

import typer


def info(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="A .keras file.")],
) -> None:
    """Show what is in a model file.

    Layers, shapes, optimizer, versions. Nothing in a file is ever run: it may come from anybody.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from ppul.models.summary import summary_lines
    from ppul.saving.model_files import load_model

    loaded = load_model(model, compile=False)
    config, metadata = _read(model, "config.json"), _read(model, "metadata.json")
    for line in summary_lines(loaded):
        typer.echo(_printable(line))
    table = Table(show_header=False)
    table.add_column()
    table.add_column(overflow="fold")
    for name, value in (
        ("input shape", _shape(loaded, "input_shape")),
        ("output shape", _shape(loaded, "output_shape")),
        ("optimizer", _optimizer(config)),
        ("loss", _loss(config)),
        ("file", str(model)),
        ("size", f"{model.stat().st_size:,} bytes"),
        ("format of Keras", str(metadata.get("keras_version", "not said"))),
        ("saved on", str(metadata.get("date_saved", "not said")).replace("@", " ")),
    ):
        table.add_row(name, Text(_printable(value)))
    Console().print(table)


def _read(file: Path, member: str) -> dict[str, Any]:
    with zipfile.ZipFile(file) as archive:
        if member not in archive.namelist():
            return {}
        content = json.loads(archive.read(member))
    return content if isinstance(content, dict) else {}


def _shape(model: Any, name: str) -> str:
    try:
        return str(getattr(model, name))
    except AttributeError:
        return "not known before it is called"


def _optimizer(config: dict[str, Any]) -> str:
    optimizer = (config.get("compile_config") or {}).get("optimizer")
    if not isinstance(optimizer, dict):
        return str(optimizer or "none: the model was not compiled")
    rate = (optimizer.get("config") or {}).get("learning_rate")
    if isinstance(rate, dict):
        rate = rate.get("class_name", "a schedule")
    elif isinstance(rate, float):
        rate = f"{rate:.6g}"  # float32, as weights are: more digits are none of its own
    return f"{optimizer.get('class_name')}, learning rate {rate}"


def _loss(config: dict[str, Any]) -> str:
    loss = (config.get("compile_config") or {}).get("loss")
    if isinstance(loss, dict) and "class_name" in loss:
        loss = loss["class_name"]
    return "none" if loss is None else str(loss)


def _printable(text: str) -> str:
    """Names come from the file: none of them may move the cursor."""
    return "".join(c if c.isprintable() else "?" for c in text)
