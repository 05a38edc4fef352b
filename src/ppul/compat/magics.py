"""Programs that were written for IPython: its own lines are skipped, values alone are shown."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

from ppul.compat.notes import say

# Magics of a cell whose code is Python all the same.
_PYTHON_CELLS = ("%%capture", "%%prun", "%%time", "%%timeit")


def compiled(source: bytes, name: str, *, cell: bool = False) -> Iterator[CodeType]:
    """Yield the code of a program, in pieces to be run one after the other.

    A line is taken for IPython's where it begins with `%` or `!` and Python cannot read it. A cell
    shows the value of its last line. A script with such lines once was cells: in it, values that
    stand alone are shown, as Python would do nothing with them.

    Args:
        source: The program.
        name: What it is called in tracebacks.
        cell: Whether it is a cell of a notebook.

    Raises:
        SyntaxError: If it is not Python, with or without such lines.
    """
    tree, skipped = parse(source, name)
    for line, text in skipped:
        say(f"{Path(name).name}:{line}: skipped '{text}', which is for IPython")
    if cell:
        ends_quietly = source.rstrip().endswith(b";")
        shown = [n for n in tree.body[-1:] if isinstance(n, ast.Expr) and not ends_quietly]
    else:
        shown = [node for node in tree.body if skipped and _is_value(node)]
    body: list[ast.stmt] = []
    for node in tree.body:
        if node not in shown:
            body.append(node)
            continue
        yield compile(ast.Module(body, []), name, "exec", dont_inherit=True)
        yield compile(ast.Interactive([node]), name, "single", dont_inherit=True)
        body = []
    yield compile(ast.Module(body, []), name, "exec", dont_inherit=True)


def _is_value(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(
        node.value, (ast.Attribute, ast.Name, ast.Subscript)
    )


def parse(source: bytes | str, name: str = "<unknown>") -> tuple[ast.Module, list[tuple[int, str]]]:
    r"""Return a program without IPython's lines, and these lines with their numbers.

    Raises:
        SyntaxError: If it is not Python, with or without such lines.

    Example:
        >>> tree, skipped = parse("%matplotlib inline\nprint(1)")
        >>> ast.unparse(tree.body[-1]), skipped
        ('print(1)', [(1, '%matplotlib inline')])
    """
    if isinstance(source, str):
        source = source.encode()
    lines, skipped = source.split(b"\n"), []
    while True:
        try:
            return ast.parse(b"\n".join(lines), name), skipped
        except SyntaxError as error:
            number = error.lineno or 0
            line = lines[number - 1] if 0 < number <= len(lines) else b""
            if not line.strip().startswith((b"%", b"!")):
                raise
        text = line.strip().decode("utf-8", "replace")
        skipped.append((number, text))
        if text.startswith("%%") and text.split()[0] not in _PYTHON_CELLS:
            return ast.Module([], []), skipped
        # A statement, so that what is indented around it stays complete.
        lines[number - 1] = line[: len(line) - len(line.lstrip())] + b"pass"
