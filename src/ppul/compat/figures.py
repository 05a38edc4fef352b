"""`plt.show()` where there is no display: figures are saved beside the program."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from ppul.compat.notes import say, users_frame
from ppul.saving.atomic import replacing

# Backends of Matplotlib that draw, and show nothing.
_SILENT = ("agg", "cairo", "pdf", "pgf", "ps", "svg", "template")


class SavedFigures:
    """Saves the figures that a program shows, numbered from 001.

    Args:
        program: The file of the program.
    """

    def __init__(self, program: Path) -> None:
        self.folder = program.resolve().with_suffix(".figures")
        self.count = 0

    def put_right(self, pyplot: ModuleType) -> None:
        """Let `show` save all open figures and close them, where nothing can be shown."""
        if pyplot.get_backend().lower() in _SILENT:
            pyplot.show = self._saving(pyplot)  # type: ignore[attr-defined]

    def _saving(self, pyplot: Any) -> Any:
        def show(*_: Any, **__: Any) -> None:
            """Save all open figures beside the program, and close them."""
            for number in pyplot.get_fignums():
                self.count += 1
                file = self.folder / f"{self.count:03d}.png"
                self.folder.mkdir(exist_ok=True)
                with replacing(file) as temporary:
                    # As in a notebook, so that labels at the edge are whole.
                    pyplot.figure(number).savefig(temporary, format="png", bbox_inches="tight")
                say(f"no display; figure saved as '{file}'", users_frame(sys._getframe(1)))
                pyplot.close(number)

        return show
