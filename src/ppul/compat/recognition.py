"""Which Keras a program was written for, read off its code; nothing of it is run.

Signs are what it imports, how it calls arguments, and which keys of a history it reads.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ppul.compat.keras1 import KERAS_1
from ppul.compat.keras2 import KERAS_2
from ppul.compat.magics import parse
from ppul.compat.names import old_modules

KERASES = ("1", "2", "tf", "3")
# The names it is imported by, the longest first.
ROOTS = ("tensorflow.compat.v1.keras", "tensorflow.python.keras", "tensorflow.keras", "keras")
# What came with Keras 3: modules, and names of the root.
NEW_IN_3 = frozenset({"KerasTensor", "Variable", "ops", "quantizers", "random", "tree"})
# Tables of rows, and the Kerases whose spellings they hold where `keras` was imported.
_TABLES = ((KERAS_1, ("1",)), (KERAS_2, ("1", "2")))
_OLD_MODULES = [(dict(old_modules(table)), kerases) for table, kerases in _TABLES]

_SHORT = re.compile(r"^(val_)?acc$|\{(val_)?acc[:}]")
_LONG = re.compile(r"^val_accuracy$|\{(val_)?accuracy[:}]")


@dataclass(frozen=True)
class Sign:
    """A place in a program that says which Keras it was written for.

    Args:
        kerases: Those that had it.
        line: Line in the program.
        text: What stands there.
    """

    kerases: tuple[str, ...]
    line: int
    text: str


@dataclass(frozen=True)
class Manner:
    """How one Keras was spoken to, and how it spoke.

    Args:
        keras: "1", "2", "tf" (Keras inside TensorFlow) or "3".
        short_keys: Whether the accuracy is called "acc" where `metrics=["accuracy"]` was given.
        signs: What said so, and what did not.
    """

    keras: str = "2"
    short_keys: bool = False
    signs: tuple[Sign, ...] = ()

    @property
    def version(self) -> str:
        """A version of it."""
        return {"1": "1.2.2", "2": "2.3.1", "tf": "2.15.0", "3": "3.15.1"}[self.keras]

    def against(self) -> Sign | None:
        """Return the first sign of another Keras, None where nothing speaks against this one."""
        return next((sign for sign in self.signs if self.keras not in sign.kerases), None)


def recognise(
    sources: Iterable[str | bytes], keras: str | None = None, folder: Path | None = None
) -> Manner:
    r"""Return the manner of the Keras that a program was written for.

    Args:
        sources: The program, or the cells of a notebook; what is not Python has no signs.
        keras: Which Keras it is, where that is known.
        folder: Where the program's own modules are, which are read too.

    Example:
        >>> recognise(["from keras.layers import Dense\nDense(output_dim=3)"]).keras
        '1'
        >>> manner = recognise(["from tensorflow import keras\nprint(h.history['acc'])"])
        >>> manner.keras, manner.short_keys
        ('tf', True)
    """
    readers = [_Reader(tree) for tree in _trees(sources, folder)]
    signs = [sign for reader in readers for sign in reader.signs()]
    strings = [text for reader in readers for text in reader.strings()]
    chosen = keras or _most_likely(signs)
    short = chosen == "1" or any(map(_SHORT.search, strings))
    short = short and chosen != "3" and not any(map(_LONG.search, strings))
    return Manner(chosen, short, tuple(signs))


def _most_likely(signs: Sequence[Sign]) -> str:
    if any(sign.kerases == ("tf",) for sign in signs) and all("tf" in s.kerases for s in signs):
        return "tf"
    votes = Counter(keras for sign in signs for keras in sign.kerases)
    return max(("2", "1", "3"), key=lambda keras: votes[keras])  # of equals, the first


def _trees(sources: Iterable[str | bytes], folder: Path | None) -> Iterator[ast.Module]:
    """The program, then its own modules that it imports, as far as they are Python."""
    waiting, known = [*sources], set[str]()
    while waiting:
        try:
            tree, _ = parse(waiting.pop())
        except (SyntaxError, ValueError):
            continue
        yield tree
        if folder is None:
            continue
        for name in {path for node in ast.walk(tree) for path in _modules(node)} - known:
            known.add(name)
            file = folder.joinpath(*name.split(".")).with_suffix(".py")
            if file.is_file():
                waiting.append(file.read_bytes())


class _Reader:
    """Finds the signs in one file.

    Args:
        tree: The file, parsed.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.nodes = list(ast.walk(tree))
        # Names in the program, and the dotted paths they stand for.
        self.names = {name: path for node in self.nodes for name, path in _bound(node)}

    def signs(self) -> list[Sign]:
        """Return what says which Keras it is, by line."""
        found: list[Sign] = []
        for node in self.nodes:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                for path in {*_modules(node), *(path for _, path in _bound(node))}:
                    found.extend(_signs_of_path(path, node.lineno, imported=True))
            elif isinstance(node, ast.Attribute):
                found.extend(_signs_of_path(self._path(node), node.lineno))
            elif isinstance(node, ast.Call):
                found.extend(self._signs_of_call(node))
        return sorted(found, key=lambda sign: sign.line)

    def strings(self) -> Iterator[str]:
        """Yield all strings; some may be keys of a history."""
        for node in self.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value

    def _signs_of_call(self, node: ast.Call) -> Iterator[Sign]:
        path = self._path(node.func)
        root = _root(path)
        if path is not None and root is not None:
            paths = list(_paths_with_rows(path.removeprefix(root).lstrip(".")))
        elif isinstance(node.func, ast.Attribute):
            paths = [f"models.Model.{node.func.attr}"]
        else:
            return
        for keyword in node.keywords:
            kerases = _kerases_of_argument(paths, keyword.arg)
            if kerases:
                yield Sign(kerases, keyword.value.lineno, f"{keyword.arg}=")

    def _path(self, node: ast.AST) -> str | None:
        """The dotted path that a name or attribute stands for, as far as imports tell."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id)
        if isinstance(node, ast.Attribute):
            owner = self._path(node.value)
            return None if owner is None else f"{owner}.{node.attr}"
        return None


def _bound(node: ast.AST) -> Iterator[tuple[str, str]]:
    """The names that an import binds, and what they stand for."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            first = alias.name.partition(".")[0]
            yield (alias.asname, alias.name) if alias.asname else (first, first)
    elif isinstance(node, ast.ImportFrom) and not node.level:
        for alias in node.names:
            yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _modules(node: ast.AST) -> Iterator[str]:
    """The modules that an import names."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module


def _root(path: str | None) -> str | None:
    return next((root for root in ROOTS if f"{path}.".startswith(f"{root}.")), None)


def _signs_of_path(path: str | None, line: int, imported: bool = False) -> Iterator[Sign]:
    root = _root(path)
    if path is None or root is None:
        return
    if root != "keras":
        yield Sign(("tf",), line, path)
        return
    inner = path.removeprefix(root).lstrip(".")
    first, _, name = inner.partition(".")
    if first in NEW_IN_3:
        yield Sign(("3",), line, path)
    for (table, kerases), (modules, _) in zip(_TABLES, _OLD_MODULES, strict=True):
        if name in table.names.get(first, {}) or _inside(modules, inner):
            yield Sign(kerases, line, path)
    if imported:
        yield Sign(("1", "2", "3"), line, path)


def _inside(modules: dict[str, tuple[str, ...]], path: str) -> str | None:
    """The old module that a path is, or is in; the longest of them."""
    while path and path not in modules:
        path = path.rpartition(".")[0]
    return path or None


def _paths_with_rows(path: str) -> Iterator[str]:
    """Where rows for the arguments of a callable may be, given its path in an old module."""
    for modules, _ in _OLD_MODULES:
        module = _inside(modules, path)
        if module is not None:
            path = f"{modules[module][0]}.{path.removeprefix(module).lstrip('.')}"
    yield path
    space = path.partition(".")[0]
    yield from (f"{space}.Layer", f"{space}.Optimizer", space)


def _kerases_of_argument(paths: Sequence[str], argument: str | None) -> tuple[str, ...]:
    """The Kerases that an argument belongs to; none where it says nothing."""
    first, second = KERAS_1.arguments, KERAS_2.arguments
    if any(argument in first.get(path, {}) for path in paths):
        return ("1",)
    for path in paths:
        rows = [row for row in first.get(path, {}).values() if isinstance(row, str)]
        if argument in {name.partition("[")[0] for row in rows for name in row.split()}:
            return ("2", "tf", "3")
    if any(argument in second.get(path, {}) for path in paths):
        return ("1", "2", "tf")
    return ()
