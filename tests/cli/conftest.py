"""A network as `ppul train` makes it, trained once."""

import os
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from ppul.cli.main import app


def run_ppul(*words):
    return CliRunner().invoke(app, [str(word) for word in words], prog_name="ppul")


@pytest.fixture
def ppul(monkeypatch):
    """The command, in a terminal of 80 columns that shows no colours."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("PPUL_DEBUG", raising=False)
    return run_ppul


@pytest.fixture(scope="session")
def digits(tmp_path_factory):
    """What `ppul train digits` wrote and printed."""
    folder = tmp_path_factory.mktemp("digits")
    model, plot = folder / "digits.keras", folder / "curves.png"
    columns = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "80"
    try:
        result = run_ppul("train", "digits", "--epochs", 2, "--save", model, "--plot", plot)
    finally:
        os.environ.pop("COLUMNS")
        if columns is not None:
            os.environ["COLUMNS"] = columns
    assert result.exit_code == 0, result.output
    return SimpleNamespace(model=model, plot=plot, output=result.stdout)
