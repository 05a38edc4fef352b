"""Photograph TensorBoard's page of a run: `python tensorboard_page.py LOGS PICTURE.png`.

Needs tensorboard (`pip install tensorboard`) and Chromium or Chrome, which draws the page without a
window. LOGS is what `tensorboard --logdir` is given.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
WIDTH, HEIGHT = 1400, 1000
# The page loads its curves after itself: the browser lets its own clock run on for as long.
PATIENCE_S = 20


def main() -> None:
    parser = argparse.ArgumentParser(description="Photograph TensorBoard's page of a run.")
    parser.add_argument("logs", type=Path, help="folder with event files, at any depth")
    parser.add_argument("picture", type=Path, help="where the picture goes: a .png file")
    parser.add_argument("--tab", default="scalars", help="scalars, graphs, histograms, ...")
    options = parser.parse_args()
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit(f"No browser to draw the page: none of {', '.join(BROWSERS)} is on the path.")
    if not any(options.logs.rglob("*tfevents*")):
        sys.exit(f"No event files in '{options.logs}': train with a `TensorBoard` callback first.")
    photograph(browser, f"{serve(options.logs)}#{options.tab}", options.picture)
    print(f"made {options.picture}")


def serve(logs: Path) -> str:
    """Start TensorBoard in this process; return its address."""
    from tensorboard.program import TensorBoard

    server = TensorBoard()
    # On any free port, reading the files once, by the reader that is written in Python.
    options = {"logdir": logs, "port": 0, "reload_interval": 0, "load_fast": "false"}
    server.configure(["tensorboard", *(f"--{name}={value}" for name, value in options.items())])
    return server.launch()


def photograph(browser: str, address: str, picture: Path) -> None:
    """Let a browser draw a page into a file."""
    subprocess.run(
        [
            browser,
            "--headless=new",
            "--no-sandbox",  # which a container does not allow; the page is this process's own
            "--disable-gpu",
            "--hide-scrollbars",
            f"--window-size={WIDTH},{HEIGHT}",
            f"--virtual-time-budget={PATIENCE_S * 1000}",
            f"--screenshot={picture.resolve()}",
            address,
        ],
        check=True,
        capture_output=True,
    )


if __name__ == "__main__":
    main()
