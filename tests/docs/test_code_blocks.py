"""Every code block of the README and of docs/ is run, or names commands that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

BLOCK = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def _blocks(page: Path, *languages: str) -> list[tuple[int, str]]:
    """Return the line and the text of each block of `page` in one of `languages`."""
    text = page.read_text(encoding="utf-8")
    return [
        (text.count("\n", 0, block.start(2)), block[2])
        for block in BLOCK.finditer(text)
        if block[1] in languages
    ]


def _commands(page: Path) -> list[list[str]]:
    """Return the words of each command of `page`, without options and settings.

    In a `console` block commands stand after a prompt, in a script every line is one.
    """
    prompted = [
        line.removeprefix("$ ")
        for _, text in _blocks(page, "console")
        for line in text.splitlines()
        if line.startswith("$ ")
    ]
    plain = [line for _, text in _blocks(page, "sh", "bash") for line in text.splitlines()]
    commands = [
        command.split("#")[0].split()
        for line in prompted + plain
        for command in re.split(r"&&|;|\|", line)
    ]
    return [
        [word for word in words if "=" not in word and not word.startswith("-")]
        for words in commands
    ]


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_python_blocks_of_a_page_run_one_after_the_other(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "__main__"}
    for line, text in _blocks(page, "python"):
        # Empty lines in front, so that a traceback shows the line of the page.
        exec(compile("\n" * line + text, str(page), "exec"), names)  # noqa: S102 - our own pages


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_commands_of_a_page_exist(page):
    commands = _commands(page)
    made = {target for words in commands if words[:1] == ["make"] for target in words[1:]}
    assert made <= set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    called = {words[1] for words in commands if words[:1] == ["ppul"] and len(words) > 1}
    assert called <= _ppul_commands(called)


def _ppul_commands(called: set[str]) -> set[str]:
    """Return the names of ppul's commands, importing them only for a page that calls one."""
    if not called:
        return set()
    import typer

    from ppul.cli.main import app

    return set(typer.main.get_command(app).commands)
