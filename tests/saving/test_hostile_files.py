"""Files that attack are refused: nothing is imported, run, opened, or held in memory for them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.saving import hostile_files  # noqa: F401  (registers the files)
from tests.saving.hostile_pieces import FILES, damaged_files, good_files

# A model of 15 numbers; a bomb or an array that is only declared takes hundreds of megabytes.
MEGABYTES = 200
SECONDS = 20


pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="makes a pipe")


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of loading each file, in one process with an audit hook."""
    folder = tmp_path_factory.mktemp("hostile")
    good_files(folder)
    for name, (make, _) in FILES.items():
        make(folder / name)
    damaged_files(folder, 60)
    script = Path(__file__).with_name("load_watched.py")
    # Compiled programs are kept in files, which would be opens beyond the one that is loaded.
    environment = {**os.environ, "PPUL_COMPILE_CACHE": "0"}
    done = subprocess.run(
        [sys.executable, script, folder],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", FILES)
def test_it_is_refused_and_reaches_nothing(name: str, outcomes: dict[str, Any]) -> None:
    outcome, (_, refusal) = outcomes[name], FILES[name]
    assert outcome["caught"] == []
    assert outcome["message"] != "loaded"
    assert name in outcome["message"]
    assert re.search(refusal, outcome["message"], re.DOTALL), outcome["message"]
    assert outcome["megabytes"] < MEGABYTES
    assert outcome["seconds"] < SECONDS


def test_the_files_they_are_made_from_load(outcomes: dict[str, Any]) -> None:
    good = {name: found["message"] for name, found in outcomes.items() if name.startswith("good")}
    assert [name for name, message in good.items() if message == "loaded"] == [
        "good.h5",
        "good.keras",
        "good.weights.h5",
    ]


def test_damage_is_named_or_changes_nothing_but_numbers(outcomes: dict[str, Any]) -> None:
    damaged = {name: found for name, found in outcomes.items() if name.startswith("damaged")}
    assert len(damaged) == 60
    for name, found in damaged.items():
        assert found["caught"] == []
        assert found["message"] == "loaded" or name in found["message"]
        assert found["megabytes"] < MEGABYTES
