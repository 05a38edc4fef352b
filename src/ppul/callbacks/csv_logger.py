"""The figures of every epoch, as lines of a CSV file."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any

import numpy as np

from ppul.callbacks.base import Callback


class CSVLogger(Callback):
    """Writes the figures of every epoch to a CSV file, each line as soon as its epoch ends.

    Args:
        filename: The file.
        separator: What stands between columns.
        append: Whether to go on in a file that is there.

    Example:
        >>> CSVLogger("training.csv").separator
        ','
    """

    def __init__(
        self, filename: str | os.PathLike[str], separator: str = ",", append: bool = False
    ) -> None:
        super().__init__()
        self.filename = os.fspath(filename)
        self.separator = separator
        self.append = append
        self.keys: list[str] | None = None

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Take over the columns of a file that goes on."""
        path = Path(self.filename)
        path.open("a").close()  # what cannot be written is found out now
        self.keys = None
        if self.append and path.stat().st_size > 0:
            with path.open(newline="") as file:
                self.keys = next(csv.reader(file, delimiter=self.separator))[1:]

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Write a line; "NA" for a figure that this epoch does not have."""
        logs = logs or {}
        begins = self.keys is None
        if self.keys is None:
            self.keys = sorted(logs)
            if not any(key.startswith("val_") for key in self.keys):  # a later epoch may validate
                self.keys += [f"val_{key}" for key in self.keys]
        with Path(self.filename).open("w" if begins else "a", newline="") as file:
            writer = csv.writer(file, delimiter=self.separator, lineterminator="\n")
            if begins:
                writer.writerow(["epoch", *self.keys])
            writer.writerow([epoch, *(_plain(logs.get(key, "NA")) for key in self.keys)])

    def get_state(self) -> dict[str, Any]:
        """Return the text of the file too: lines written after a backup are not to stay."""
        with Path(self.filename).open(newline="") as file:
            return super().get_state() | {"text": file.read()}

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on in the file as it was."""
        super().set_state({name: value for name, value in state.items() if name != "text"})
        with Path(self.filename).open("w", newline="") as file:
            file.write(state["text"])


def _plain(value: Any) -> Any:
    if isinstance(value, str) or np.ndim(value) == 0:
        return value
    return f"[{', '.join(map(str, np.asarray(value).ravel().tolist()))}]"
