"""Old spellings, switched on for one test."""

import importlib

import pytest

from ppul.compat.installation import Installation
from ppul.compat.recognition import Manner


@pytest.fixture
def old():
    """Return a function that switches the spellings of a Keras on, and returns that Keras."""
    opened = []

    def switch_on(keras="2", **manner):
        opened.append(Installation(Manner(keras, **manner)))
        return importlib.import_module("keras")

    yield switch_on
    for installation in opened:
        installation.undo()
