"""A run that was killed goes on where its last backup was made, bit for bit."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

from ppul.callbacks.backup_file import read_backup, write_backup
from ppul.callbacks.periodic import Periodic


class BackupAndRestore(Periodic):
    """Keeps a backup of a run; the same script, run again after a kill, goes on from there.

    What comes out is what an undisturbed run gives, bit for bit: weights, optimizer, seeds, the order
    of the samples, the history with all epochs, and what the other callbacks remember (see
    `Callback.get_state`). A backup is written beside the old one and takes its place when it is
    whole. When `fit` has ended, the backup is deleted.

    Arrays and a `PyDataset` are gone on with where they were, a `PyDataset` with the numbers of
    `np.random`. A generator cannot be rewound: it is read from its beginning, and the batches that
    were trained on are dropped, so it must yield the same ones again. Each `fit` of a script needs a
    folder of its own.

    Args:
        backup_dir: The folder; for the backups of one `fit` alone.
        save_freq: "epoch", or a number of steps, counted through all epochs.
        double_checkpoint: Whether to keep the backup before the last too, for the case that the
            last one cannot be read.
        delete_checkpoint: Whether to delete the backup when `fit` has ended. One that is kept lets
            a script that is killed after `fit`, before it has saved the model, find the end of it
            again.

    Raises:
        ValueError: If an argument is not one that can be; by `fit`, if the backup is damaged or
            was made by another model or with other data.

    Example:
        >>> BackupAndRestore("backup").save_freq
        'epoch'
    """

    def __init__(
        self,
        backup_dir: str | os.PathLike[str],
        save_freq: str | int = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
    ) -> None:
        super().__init__(save_freq)
        if not os.fspath(backup_dir):
            raise ValueError("BackupAndRestore: `backup_dir` must name a folder; it is empty.")
        self.backup_dir = os.fspath(backup_dir)
        self.save_freq = save_freq
        self.double_checkpoint = double_checkpoint
        self.delete_checkpoint = delete_checkpoint
        self._due = False
        self._latest = Path(self.backup_dir) / "latest.backup"
        self._previous = self._latest.with_stem("previous")

    def on_run_begin(self, run: Any) -> None:
        """Go on from the backup, where there is one."""
        self._due = False
        self._latest.parent.mkdir(parents=True, exist_ok=True)
        self._delete_unfinished()
        state = self._read()
        if state is None:
            return
        try:
            run.set_state(state)
        except ValueError as error:
            raise ValueError(
                f"BackupAndRestore: the backup in '{self.backup_dir}' is of another run: {error} Run "
                "what made it, take another folder, or delete this one to begin anew."
            ) from None

    def on_due_step(self, batch: int, logs: dict[str, Any]) -> None:
        """Make a backup when all callbacks know of the step."""
        self._due = True

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Make a backup when all callbacks know of the epoch."""
        if self.freq is None:
            self._due = True

    def on_run_settled(self, run: Any) -> None:
        """Make the backup that is due."""
        if not self._due:
            return
        self._due = False
        if self.double_checkpoint and self._latest.exists():
            self._latest.replace(self._previous)
        write_backup(self._latest, run.get_state())

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Delete the backup, where asked, and its folder if nothing else is in it."""
        folder = self._latest.parent
        if not self.delete_checkpoint or not folder.is_dir():
            return
        self._delete_unfinished()
        for path in (self._latest, self._previous):
            path.unlink(missing_ok=True)
        if not any(folder.iterdir()):
            folder.rmdir()

    def _read(self) -> Any:
        """What the last backup that can be read has; None where there is no backup."""
        kept = [self._latest, self._previous] if self.double_checkpoint else [self._latest]
        paths = [path for path in kept if path.exists()]
        for path in paths:
            try:
                return read_backup(path)
            except ValueError as error:
                if path is paths[-1]:
                    raise ValueError(
                        f"BackupAndRestore: {error} Delete it to begin anew, or put a copy in its place."
                    ) from None
                warnings.warn(
                    f"BackupAndRestore: {error} Going on from '{paths[-1]}'.", stacklevel=2
                )
        return None

    def _delete_unfinished(self) -> None:
        """Delete what a kill left behind while a backup was being written."""
        for path in self._latest.parent.glob(f".{self._latest.name}.*.tmp"):
            path.unlink(missing_ok=True)
