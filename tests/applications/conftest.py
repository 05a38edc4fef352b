"""Models drawn quickly, a cache of the test's own, and no network."""

import urllib.error
import urllib.request

import keras
import numpy as np
import pytest

import ppul


@pytest.fixture
def drawn_quickly(monkeypatch):
    """Let weights begin as zeros: 350 million random numbers would show nothing here."""

    def zeros(self, shape, dtype=None):
        return np.zeros(shape, dtype)

    for library in (ppul, keras):
        monkeypatch.setattr(library.initializers.VarianceScaling, "__call__", zeros)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Return the folder of Keras's cache."""
    folder = tmp_path / "keras"
    (folder / "models").mkdir(parents=True)
    monkeypatch.setenv("KERAS_HOME", str(folder))
    monkeypatch.delenv("PPUL_DATA_DIR", raising=False)
    return folder


@pytest.fixture
def offline(monkeypatch):
    """Let every download fail as it does without network."""

    def fail(*args, **kwargs):
        raise urllib.error.URLError("no network")

    monkeypatch.setattr(urllib.request, "urlopen", fail)
