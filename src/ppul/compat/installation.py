"""Old spellings, switched on for a process and off again."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ppul.compat import results
from ppul.compat.adapting import Adapter
from ppul.compat.importing import Package, Server
from ppul.compat.keras1 import KERAS_1, KERAS_1_DEFAULTS
from ppul.compat.keras2 import KERAS_2, MULTI_BACKEND
from ppul.compat.methods import METHODS
from ppul.compat.names import Names
from ppul.compat.patches import Patches
from ppul.compat.recognition import KERASES, ROOTS, Manner, recognise
from ppul.compat.tensorflow import TensorFlow
from ppul.core import registry
from ppul.core.checks import one_of

# What each Keras understood; of rows that differ, the last counts.
TABLES = {
    "1": (KERAS_2, MULTI_BACKEND, KERAS_1, KERAS_1_DEFAULTS),
    "2": (KERAS_2, MULTI_BACKEND, KERAS_1),
    "tf": (KERAS_2, KERAS_1),
    "3": (),
}
# Classes that objects are of without anybody naming them.
_EVERYWHERE = ("Layer", "Functional", "Sequential", "Metric", "Optimizer")

_open: list[Installation] = []


def install(keras: str | None = None) -> Installation:
    """Let `keras` and `tensorflow.keras` be ppul, in the manner of an older Keras.

    What is installed under these names is neither imported nor changed. An installation takes the
    place of the one before it.

    Args:
        keras: "1", "2", "tf" or "3"; by default the one that the calling file was written for.

    Returns:
        What undoes it: by `undo()`, or at the end of a `with` block.

    Raises:
        ValueError: If `keras` is none of these.

    Example:
        >>> with install("2"):
        ...     from keras.optimizers import SGD
        ...
        ...     float(SGD(lr=0.5).lr)
        0.5
    """
    if keras is not None:
        one_of("install", "keras", keras, KERASES)
    caller = Path(sys._getframe(1).f_code.co_filename)
    sources = [caller.read_bytes()] if caller.is_file() else []
    return Installation(recognise(sources, keras, caller.parent))


def present_manner() -> Manner | None:
    """Return the manner of the old spellings that are switched on, None where none are."""
    return _open[-1].manner if _open else None


@contextmanager
def spoken(manner: Manner | None) -> Iterator[None]:
    """Switch old spellings on in the block, where there are any and none are switched on yet."""
    if manner is None or _open:
        yield
    else:
        with Installation(manner):
            yield


class Installation:
    """Old spellings that are switched on.

    Args:
        manner: Of which Keras.
    """

    def __init__(self, manner: Manner) -> None:
        self.manner = manner
        for other in [*_open]:
            other.undo()
        self.patches = Patches()
        tables = TABLES[manner.keras]
        adapter = Adapter(tables, METHODS, self.patches)
        names = Names(tables, adapter.adapt if tables else _as_it_is)
        if tables:
            results.speak(manner, self.patches)
            self.patches.set(registry, "public_object", _by_any_name(names, adapter))
            for name in _EVERYWHERE:
                names.find("", name)
            for cls in _loaded_classes():
                adapter.adapt_class(cls)
        keras = [Keras(root, names, manner) for root in ROOTS]
        self.server = Server([TensorFlow(), *keras])
        self.server.start()
        _open.append(self)

    def undo(self) -> None:
        """Switch them off: everything is as it was before."""
        if self in _open:
            _open.remove(self)
            self.server.stop()
            self.patches.undo()

    def __enter__(self) -> Installation:
        return self

    def __exit__(self, *error: object) -> None:
        self.undo()


class Keras(Package):
    """Keras under one of the names it was imported by.

    Args:
        root: The name.
        names: What it has.
        manner: Which it is.
    """

    def __init__(self, root: str, names: Names, manner: Manner) -> None:
        super().__init__(root)
        self.names = names
        self.manner = manner

    def has_module(self, path: str) -> bool:
        """Return whether there is a module of a path below the root."""
        return self.names.has_module(path)

    def find(self, module: str, name: str) -> Any:
        """Return what a name of a module means."""
        if not module and name == "__version__":
            return self.manner.version
        return self.names.find(module, name)

    def all_names(self, module: str) -> list[str]:
        """Return all names of a module."""
        return self.names.all_names(module)


def _loaded_classes() -> Iterator[type]:
    """The classes that ppul has loaded; others take old arguments as soon as they are looked up."""
    for name, module in [*sys.modules.items()]:
        if name.startswith("ppul.") and not name.startswith("ppul.compat"):
            for value in [*vars(module).values()]:
                if inspect.isclass(value) and value.__module__ == name:
                    yield value


def _as_it_is(_: str, target: Any) -> Any:
    return target


def _by_any_name(names: Names, adapter: Adapter) -> Any:
    """The registry's lookup, with old names, and classes that take old arguments."""
    public_object = registry.public_object

    def find(kind: str, name: str) -> Any:
        found = public_object(kind, name)
        if found is None:
            found = names.alias(kind, name)
        if inspect.isclass(found):
            adapter.adapt_class(found)
        return found

    return find
