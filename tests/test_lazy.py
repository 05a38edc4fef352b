"""`_lazy.attach`, on packages made here and on every stub of ppul's own."""

import ast
import gc
import importlib
import sys
import textwrap
from pathlib import Path

import pytest

from ppul import _lazy

SRC = Path(_lazy.__file__).parent
STUBS = sorted(SRC.rglob("__init__.pyi"))

INIT = """
from ppul._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
"""

FILES = {
    "__init__.py": INIT,
    "__init__.pyi": """
        # A comment, and what only type checkers want:
        from typing import Any

        from . import shapes as shapes
        from zoo import plants as plants
        from zoo.animals import Cat as Cat
        from zoo.animals import dog as hound
        from zoo.animals.with_a_long_name import (
            Elephant as Elephant,
        )

        Feline = Cat
        Panther = Cat
        __version__: str
    """,
    "animals/__init__.py": "class Cat: ...\ndef dog(): return 'woof'",
    "animals/with_a_long_name.py": "class Elephant: ...",
    "plants.py": "",
    "shapes.py": "raise RuntimeError('imported before it was used')",
}


@pytest.fixture
def zoo(tmp_path, monkeypatch):
    for name, text in FILES.items():
        path = tmp_path / "zoo" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("zoo")
    for name in [name for name in sys.modules if name.split(".")[0] == "zoo"]:
        del sys.modules[name]


def test_importing_a_package_imports_nothing_it_names(zoo):
    assert "zoo.animals" not in sys.modules
    zoo.Cat  # noqa: B018 - looking it up is the point
    assert "zoo.animals" in sys.modules
    assert "zoo.shapes" not in sys.modules


def test_a_name_is_resolved_once(zoo):
    assert "hound" not in vars(zoo)
    assert zoo.hound() == "woof"
    assert vars(zoo)["hound"] is zoo.hound


def test_an_alias_is_the_same_object(zoo):
    assert zoo.Feline is zoo.Panther is zoo.Cat
    assert vars(zoo)["Feline"] is zoo.Cat


def test_submodules_are_public_by_either_spelling(zoo):
    assert zoo.plants is sys.modules["zoo.plants"]
    with pytest.raises(RuntimeError, match="imported before it was used"):
        zoo.shapes  # noqa: B018 - looking it up is the point


def test_public_names_are_those_of_the_stub(zoo):
    expected = ["Cat", "Elephant", "Feline", "Panther", "hound", "plants", "shapes"]
    assert zoo.__all__ == dir(zoo) == expected


def test_star_import_binds_every_name(zoo, tmp_path):
    (tmp_path / "zoo" / "shapes.py").write_text("")
    names = {}
    exec("from zoo import *", names)  # noqa: S102 - a star import is a statement
    assert names.keys() - {"__builtins__"} == set(zoo.__all__)
    assert names["Elephant"] is zoo.Elephant


@pytest.mark.parametrize(
    ("name", "hint"),
    [("Felin", "Did you mean 'Feline'?"), ("elephant", "Did you mean 'Elephant'?"), ("xyz", None)],
)
def test_an_unknown_name_is_an_attribute_error_with_the_closest_one(zoo, name, hint):
    with pytest.raises(AttributeError) as caught:
        getattr(zoo, name)
    assert f"module 'zoo' has no attribute {name!r}" in str(caught.value)
    assert (hint or "attribute 'xyz'.") in str(caught.value)
    assert not hasattr(zoo, name)


def test_reading_a_stub_runs_no_python_code_for_each_name(tmp_path):
    few, many = (_calls_of_attach(tmp_path, count) for count in (10, 1000))
    assert few == many


@pytest.mark.parametrize("stub", STUBS, ids=lambda path: path.parent.relative_to(SRC).as_posix())
def test_every_public_name_opens(stub):
    package = importlib.import_module(".".join(stub.parent.relative_to(SRC.parent).parts))
    assert set(package.__all__) == _names_by_parser(stub)
    for name in package.__all__:
        value = getattr(package, name)
        # Importing a submodule binds its name in the package: a function of the same name would
        # be one or the other, by which came first.
        if (stub.parent / f"{name}.py").exists():
            assert value is sys.modules[f"{package.__name__}.{name}"]


def _names_by_parser(stub: Path) -> set[str]:
    """Return what `stub` exports by the rules of type stubs, read by Python's own parser."""
    names = set()
    for node in ast.parse(stub.read_text()).body:
        if isinstance(node, ast.ImportFrom):
            names |= {alias.asname for alias in node.names if alias.asname}
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names


def _calls_of_attach(folder: Path, count: int) -> int:
    """Return how many Python functions run while a stub of `count` names is attached."""
    stub = folder / "__init__.pyi"
    stub.write_text("".join(f"from zoo.part{i} import A{i} as A{i}\n" for i in range(count)))
    calls = []
    gc.disable()  # what libraries run after a collection would count too
    sys.setprofile(lambda frame, event, _: event == "call" and calls.append(frame.f_code))
    try:
        public = _lazy.attach("zoo", str(stub))[2]
    finally:
        sys.setprofile(None)
        gc.enable()
    assert len(public) == count
    return len(calls)


@pytest.mark.parametrize("enabled", [True, False])
def test_garbage_is_looked_for_afterwards_as_before(zoo, enabled):
    (gc.enable if enabled else gc.disable)()
    try:
        with pytest.raises(RuntimeError, match="imported before it was used"):
            _ = zoo.shapes
        assert zoo.Cat
        assert gc.isenabled() is enabled
    finally:
        gc.enable()
