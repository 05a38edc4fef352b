"""The five documents' code, from the first line to the last: on little data, for few epochs."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ppul.compat.magics import parse
from ppul.compat.recognition import recognise

DOCUMENTS = Path(__file__).parents[2] / "examples" / "documents"
PPUL = Path(sys.executable).with_name("ppul")
# The Keras each was written for, and whether it reads "acc".
MANNERS = {
    "000": ("2", False),
    "001": ("2", True),
    "002": ("tf", False),
    "003": ("2", False),
    "004": ("tf", True),
}
# What each prints at the end.
ENDS = {
    "000": r"Acc:  0\.\d+",
    "001": r"Test accuracy:  0\.\d+",
    "002": r"-\d+\.\d+|np\.float64\(-\d+\.\d+\)",
    # Below a thousandth the old bar prints an exponent.
    "003": r"160/160 \[={30}\] - .* - val_accuracy: \d\.\d{4}(e[+-]\d\d)?",
    "004": r"predicted digit is  \d",
}


@pytest.fixture(scope="module")
def little_data(tmp_path_factory):
    """Files of the names and shapes of the data sets, with noise."""
    folder = tmp_path_factory.mktemp("data")
    draw = np.random.default_rng(0)

    def pictures(name, train, shape, labels):
        files = {}
        for part, count in (("train", train), ("test", 40)):
            files[f"x_{part}"] = draw.integers(0, 256, (count, *shape), "uint8")
            files[f"y_{part}"] = draw.integers(0, 10, (count, *labels), "uint8")
            files[f"y_{part}"].flat[:10] = range(10)
        np.savez(folder / name, **files)

    pictures("mnist.npz", 160, (28, 28), ())
    pictures("fashion_mnist.npz", 5160, (28, 28), ())
    pictures("cifar10.npz", 160, (32, 32, 3), (1,))
    np.savez(folder / "california_housing.npz", x=draw.normal(size=(200, 8)), y=draw.random(200))
    return folder


@pytest.mark.parametrize("number", MANNERS)
def test_the_keras_of_each_is_recognised(number):
    manner = recognise([(DOCUMENTS / f"{number}.py").read_bytes()])
    assert (manner.keras, manner.short_keys) == MANNERS[number]
    assert manner.against() is None


@pytest.mark.rows(2)
@pytest.mark.parametrize("number", MANNERS)
def test_each_runs_to_its_end(number, little_data, tmp_path, monkeypatch):
    code = (DOCUMENTS / f"{number}.py").read_text(encoding="utf-8")
    code = re.sub(r"(epochs ?= ?)\d+", r"\g<1>1", code).replace("n_iter=10", "n_iter=2")
    script = tmp_path / f"{number}.py"
    script.write_text(code, encoding="utf-8")
    monkeypatch.setenv("PPUL_DATA_DIR", str(little_data))
    run = subprocess.run(
        [PPUL, "run", script], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert run.returncode == 0, run.stderr
    assert re.fullmatch(ENDS[number], run.stdout.splitlines()[-1])


def test_the_documents_are_python_but_for_what_is_ipythons():
    skipped = {
        number: [line for _, line in parse((DOCUMENTS / f"{number}.py").read_bytes())[1]]
        for number in MANNERS
    }
    assert {number: lines for number, lines in skipped.items() if lines} == {
        "002": ["%load_ext tensorboard", "%tensorboard --logdir=./my_logs --port=6006"],
        "004": ["%matplotlib inline"],
    }
