"""docs/documents.md and its Korean version, from what runs of the documents gave."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.documents.catalogue import DOCUMENTS, Document, Figure
from benchmarks.documents.runs import groups
from benchmarks.report import number

WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
FILES = {"en": "documents.md", "ko": "documents.ko.md"}


def page(language: str, results: dict[str, Any]) -> str:
    """Return the page in a language, "en" or "ko".

    Args:
        language: Which.
        results: What `__main__` gathered, of the documents that were run.
    """
    words = WORDS[language]
    lines = [f"# {words['title']}", "", words["intro"].strip(), ""]
    lines += [f"{words['measured']}: {results['machine']}.", ""]
    for document in DOCUMENTS:
        if document.name in results["documents"]:
            lines += _section(document, results["documents"][document.name], words)
    return "\n".join(lines).rstrip() + "\n"


def _section(document: Document, found: dict[str, Any], words: Any) -> Iterator[str]:
    own = words["documents"][document.name]
    yield from (f"## {document.name}. {own['title']}", "")
    yield from (f"{own['what'].strip()} ({words['written_for']}: {document.keras})", "")
    yield from _figures(document, found["runs"], words)
    if "times" in found:
        yield from _times(document, found["times"], words)
    for name, files in found["pictures"].items():
        yield from (f"{words[name]}:", "")
        yield from (f"![{document.name} {file}](documents/{file})" for file in files)
        yield ""
    for said in found["said"]:
        yield from (f"{words[said['title']].format(**said)}:", "")
        yield from ("```text", said["text"].strip("\n"), "```", "")


def _figures(document: Document, runs: list[dict[str, Any]], words: Any) -> Iterator[str]:
    several = words["seeds"].format(seeds=len(runs)) if len(runs) > 1 else words["one_seed"]
    yield f"| {words['part']} | {words['figure']} | {words['printed']} | {words['ours']} | {words['must']} |"
    yield "| --- | --- | --- | --- | --- |"
    for part in document.parts:
        for figure in part.figures:
            values = [run[part.title]["figures"][figure.name] for run in runs]
            cells = [part.title, figure.name, figure.printed or "", shown(values), bound(figure)]
            yield f"| {' | '.join(cells)} |"
    yield from ("", f"({several})", "")


def shown(values: list[Any]) -> str:
    """Return values of several runs: their mean and range, or what they all are.

    Example:
        >>> shown([0.5, 0.7]), shown(["a", "a"]), shown([0.25])
        ('0.6000 (0.5000 to 0.7000)', 'a', '0.2500')
    """
    if not all(isinstance(value, float) for value in values):
        return " / ".join(sorted({str(value) for value in values}))
    if len(values) == 1:
        return _short(values[0])
    return f"{_short(mean(values))} ({_short(min(values))} to {_short(max(values))})"


def _short(value: float) -> str:
    return f"{value:.4f}" if value == 0 or abs(value) >= 1e-3 else f"{value:.1e}"


def bound(figure: Figure) -> str:
    """Return what must hold of a figure, in signs."""
    if figure.answer is not None:
        return figure.answer
    least = [f"≥ {figure.least:g}"] if figure.least is not None else []
    most = [f"≤ {figure.most:g}"] if figure.most is not None else []
    return ", ".join(least + most)


def holds(figure: Figure, values: list[Any]) -> bool:
    """Return whether a figure is what it must be, in the mean over seeds.

    Example:
        >>> holds(Figure("accuracy", "", least=0.6), [0.5, 0.8])
        True
    """
    if figure.answer is not None:
        return all(str(value) == figure.answer for value in values)
    middle = mean(values)
    return (figure.least is None or middle >= figure.least) and (
        figure.most is None or middle <= figure.most
    )


def _times(document: Document, times: dict[str, Any], words: Any) -> Iterator[str]:
    yield words["times"].format(rounds=times["rounds"]) + (
        f"; {words['cut'].format(cut=format(times['cut'], '.0%'))}:" if times["cut"] < 1 else ":"
    )
    yield from (
        "",
        f"| | {words['cold']} | {words['warm']} | {words['keras']} | {words['ratio']} |",
    )
    yield "| --- | --: | --: | --: | --: |"
    for name, _, _ in groups(document):
        seconds = times["seconds"][name]
        ways = [number(seconds[way], " s") for way in ("cold", "warm", "keras")]
        ratios = [number(seconds["keras"] / seconds[way]) for way in ("cold", "warm")]
        yield f"| {name} | {' | '.join(ways)} | {', '.join(ratios)} |"
    yield ""
