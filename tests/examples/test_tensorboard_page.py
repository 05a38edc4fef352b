import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import ppul

SCRIPT = Path(__file__).parents[2] / "examples" / "documents" / "tensorboard_page.py"

# In the place of a browser: the page itself instead of a picture of it.
BROWSER = f"""#!{sys.executable}
import sys, urllib.request
(picture,) = (a.split("=", 1)[1] for a in sys.argv if a.startswith("--screenshot="))
open(picture, "wb").write(urllib.request.urlopen(sys.argv[-1]).read())
"""


@pytest.fixture
def browser(tmp_path):
    path = tmp_path / "bin" / "chromium"
    path.parent.mkdir()
    path.write_text(BROWSER)
    path.chmod(0o755)
    return path.parent


def photographed(folder, picture, path):
    command = [sys.executable, str(SCRIPT), str(folder), str(picture)]
    environment = os.environ | {"PATH": str(path)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_page_of_a_run_is_drawn(browser, tmp_path):
    x = np.ones((8, 2), "float32")
    model = ppul.Sequential([ppul.Input((2,)), ppul.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(x, x[:, :1], verbose=0, callbacks=[ppul.callbacks.TensorBoard(tmp_path / "logs")])
    done = photographed(tmp_path / "logs", tmp_path / "page.png", browser)
    assert done.returncode == 0, done.stderr
    assert "<title>TensorBoard</title>" in (tmp_path / "page.png").read_text()


def test_what_is_missing_is_said(browser, tmp_path):
    for path, message in (
        (browser, "No event files in"),
        (tmp_path, "No browser to draw the page"),
    ):
        done = photographed(tmp_path, tmp_path / "page.png", path)
        assert done.returncode == 1
        assert message in done.stderr
