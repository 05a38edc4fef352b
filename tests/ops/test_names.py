"""The names of ops are Keras's, and each is in the table or has tests of its own."""

import importlib
import inspect
import pkgutil

import pytest

import ppul
from tests.ops.test_table import ROWS

# What there is no row for, and where it is tested instead.
ELSEWHERE = {
    "convert_to_numpy": "test_arguments",
    "custom_gradient": "test_control",
    "dtype": "test_arguments",
    "is_tensor": "test_arguments",
    "ndim": "test_arguments",
    "shape": "test_arguments",
    "tanh": "tests/test_activations.py, and among the functions of one number",
    "vectorize": "test_control",
}
NAMESPACES = ["", ".numpy", ".nn", ".linalg", ".image"]


def keras_names(namespace):
    module = importlib.import_module(f"keras.ops{namespace}")
    return sorted(n for n in dir(module) if not n.startswith("_"))


def test_every_op_is_in_the_table():
    rows = {row.name for row in ROWS}
    missing = {n for n in ppul.ops.__all__ if inspect.isroutine(getattr(ppul.ops, n))} - rows
    missing |= {f"image.{n}" for n in ppul.ops.image.__all__} - rows
    assert missing <= set(ELSEWHERE)


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_names_are_keras_s(namespace):
    module = importlib.import_module(f"ppul.ops{namespace}")
    assert sorted(module.__all__) == keras_names(namespace)


@pytest.mark.parametrize("namespace", NAMESPACES[1:-1])
def test_namespaces_have_the_same_objects(namespace):
    module = importlib.import_module(f"ppul.ops{namespace}")
    assert all(getattr(module, name) is getattr(ppul.ops, name) for name in module.__all__)


def test_no_module_takes_the_name_of_a_function():
    # Once imported, it would be what the package's name means.
    for package in (ppul.ops, ppul.ops.nn, ppul.ops.linalg, ppul.ops.image):
        modules = {info.name for info in pkgutil.iter_modules(package.__path__)}
        functions = {n for n in package.__all__ if inspect.isroutine(getattr(package, n))}
        assert not modules & functions


@pytest.mark.parametrize("namespace", ["", ".image"])
def test_parameters_are_keras_s(namespace):
    ours = importlib.import_module(f"ppul.ops{namespace}")
    theirs = importlib.import_module(f"keras.ops{namespace}")
    for name in ours.__all__:
        function = getattr(ours, name)
        if not inspect.isroutine(function):
            continue
        expected = list(inspect.signature(getattr(theirs, name)).parameters.values())
        found = list(inspect.signature(function).parameters.values())
        expected = [p for p in expected if p.kind is not p.VAR_KEYWORD or name != "multi_hot"]
        for ours_parameter, theirs_parameter in zip(found, expected, strict=False):
            if theirs_parameter.kind is not inspect.Parameter.VAR_KEYWORD:
                assert described(ours_parameter) == described(theirs_parameter), name


def described(parameter):
    default = parameter.default
    return parameter.name, parameter.kind, tuple(default) if isinstance(default, list) else default
