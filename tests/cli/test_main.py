"""The command itself: help, version, and how it fails."""

import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import ppul as package
from ppul.layers.core.dense import Dense
from ppul.layers.core.input_layer import Input
from ppul.models.sequential import Sequential

ROOT = Path(__file__).parents[2]
COMMANDS = ("train", "predict", "info")


@pytest.fixture
def files(tmp_path, monkeypatch, digits):
    """A folder with a model, a picture, and files that are neither."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "digits.keras").write_bytes(digits.model.read_bytes())
    (tmp_path / "cut.keras").write_bytes(digits.model.read_bytes()[:1000])
    (tmp_path / "notes.keras").write_text("not a model")
    (tmp_path / "notes.png").write_text("not a picture")
    Image.new("L", (20, 20), 255).save("blank.png")
    picture = np.full((20, 20), 255, np.uint8)
    picture[4:16, 9:11] = 0
    Image.fromarray(picture).save("one.png")
    Sequential([Input((8,)), Dense(1)]).save("prices.keras")
    Sequential([Input((28, 28)), Dense(10)]).save("rows.keras")
    return tmp_path


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("train digts", "Did you mean 'digits'?"),
        ("train digits --model ccn", "Did you mean 'cnn'?"),
        ("train california_housing --model cnn", "'mlp'"),
        ("train digits --save digits.h5", "must end in '.keras'"),
        ("train digits --save nowhere/digits.keras", "'nowhere' does not exist"),
        ("train digits --plot nowhere/curves.png", "'nowhere' does not exist"),
        ("train digits --plot curves.pgn", "Did you mean 'png'"),
        ("predict missing.keras one.png", "missing.keras"),
        ("predict notes.keras one.png", "notes.keras"),
        ("predict cut.keras one.png", "cut.keras"),
        ("predict one.png one.png", "neither a .keras file (a zip archive) nor an HDF5 file"),
        ("predict digits.keras missing.png", "missing.png"),
        ("predict digits.keras notes.png", "notes.png is no picture"),
        ("predict digits.keras one.png .", "is a folder"),
        ("predict digits.keras blank.png", "blank.png: nothing was found"),
        ("predict digits.keras one.png --domain mnits", "Did you mean 'mnist'?"),
        ("predict digits.keras one.png --classes a,b", "2 classes, the model has 10"),
        ("predict prices.keras one.png", "(8,)"),
        ("predict rows.keras one.png", "(1, 28, 10)"),
        ("info missing.keras", "missing.keras"),
        ("info notes.keras", "notes.keras"),
        ("info one.png", "neither a .keras file (a zip archive) nor an HDF5 file"),
    ],
)
def test_failure_is_one_line_that_says_why(files, ppul, words, said):
    before = {file: file.stat().st_mtime_ns for file in files.iterdir()}
    result = ppul(*words.split())
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("ppul: ")
    assert result.stderr.count("\n") == 1
    assert said in result.stderr
    assert {file: file.stat().st_mtime_ns for file in files.iterdir()} == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("trian", "Did you mean 'train'?"),
        ("train", "Missing argument"),
        ("train digits --epochs 0", "--epochs"),
        ("train digits --epochs many", "--epochs"),
        ("train digits --sede 1", "--seed"),
        ("predict digits.keras", "Missing argument"),
    ],
)
def test_wrong_usage_is_told_with_the_usage(ppul, words, said):
    result = ppul(*words.split())
    assert result.exit_code == 2
    assert result.stderr.startswith("Usage: ppul")
    assert said in result.stderr


def test_debug_shows_where_it_failed(ppul, monkeypatch):
    monkeypatch.setenv("PPUL_DEBUG", "1")
    assert isinstance(ppul("train", "digts").exception, ValueError)


@pytest.mark.parametrize("words", [[], *([command] for command in COMMANDS)])
def test_help_fits_80_columns(ppul, words):
    result = ppul(*words, "--help")
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert result.stdout == ppul(*words, "-h").stdout


def test_help_names_every_command(ppul):
    assert all(f"\n  {command} " in ppul("--help").stdout for command in COMMANDS)


def test_version_is_that_of_the_package(ppul):
    assert ppul("--version").stdout == f"ppul {package.__version__}\n"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert package.__version__ == project["version"]


def test_help_loads_neither_jax_nor_numpy():
    code = (
        "import sys\n"
        "from ppul.cli.main import app\n"
        "app(['--help'], standalone_mode=False)\n"
        "print(*{'jax', 'numpy', 'rich', 'matplotlib', 'PIL', 'sklearn'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == ""
