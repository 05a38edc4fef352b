"""Answers as text and as JSON."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MISSING = "-"


@dataclass
class Table:
    """Rows of text under a title; the first column is left-aligned, the others right."""

    title: str
    columns: list[str]
    rows: list[list[str]]
    notes: list[str] = field(default_factory=list)


@dataclass
class Answer:
    """What one question gave: tables to read, figures to keep, what could not be measured."""

    name: str
    tables: list[Table]
    figures: dict[str, Any]
    failures: list[str] = field(default_factory=list)


def number(value: float | None, unit: str = "") -> str:
    """Return `value` with three significant digits, without an exponent.

    Example:
        >>> number(0.012345), number(1234.5, " ms"), number(None)
        ('0.0123', '1234 ms', '-')
    """
    if value is None:
        return MISSING
    if value == 0 or not math.isfinite(value):
        return f"{value:g}{unit}"
    decimals = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:.{decimals}f}{unit}"


def plain(table: Table) -> str:
    """Return the table in aligned columns of plain text."""
    lines = [table.columns, *table.rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(table.columns))]
    text = ["", table.title]
    for line in lines:
        first, *rest = (
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        text.append("  ".join([first, *rest]).rstrip())
    return "\n".join([*text, *table.notes])


def show(table: Table) -> None:
    """Print the table: with rich at a terminal, if it is installed, else as plain text."""
    try:
        from rich.console import Console
        from rich.table import Table as RichTable
    except ImportError:
        print(plain(table))
        return
    if not sys.stdout.isatty():
        print(plain(table))
        return
    rich_table = RichTable(title=table.title, title_justify="left", caption_justify="left")
    rich_table.caption = "\n".join(table.notes) or None
    for i, column in enumerate(table.columns):
        rich_table.add_column(column, justify="right" if i else "left")
    for row in table.rows:
        rich_table.add_row(*row)
    Console().print(rich_table)


def write_json(path: Path, machine: dict[str, Any], answers: list[Answer]) -> None:
    """Write the machine and all figures."""
    content = {
        "machine": machine,
        "answers": {answer.name: answer.figures for answer in answers},
        "failures": {answer.name: answer.failures for answer in answers if answer.failures},
    }
    path.write_text(json.dumps(content, indent=1) + "\n")
