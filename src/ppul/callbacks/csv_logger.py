"""The figures of every epoch, as lines of a CSV file."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any, TextIO

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
        self._file: TextIO | None = None

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Open the file; take over the columns of one that goes on."""
        self._close()
        path = Path(self.filename)
        goes_on = self.append and path.is_file() and path.stat().st_size > 0
        if goes_on:
            with path.open(newline="") as file:
                self.keys = next(csv.reader(file, delimiter=self.separator))[1:]
        else:
            self.keys = None
        self._file = path.open("a" if self.append else "w", newline="")

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Write a line; "NA" for a figure that this epoch does not have."""
        logs = logs or {}
        if self._file is None:
            return
        writer = csv.writer(self._file, delimiter=self.separator, lineterminator="\n")
        if self.keys is None:
            self.keys = sorted(logs)
            if not any(key.startswith("val_") for key in self.keys):  # a later epoch may validate
                self.keys += [f"val_{key}" for key in self.keys]
            writer.writerow(["epoch", *self.keys])
        writer.writerow([epoch, *(_plain(logs.get(key, "NA")) for key in self.keys)])
        self._file.flush()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Close the file."""
        self._close()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _plain(value: Any) -> Any:
    if isinstance(value, str) or np.ndim(value) == 0:
        return value
    return f"[{', '.join(map(str, np.asarray(value).ravel().tolist()))}]"
