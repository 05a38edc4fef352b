"""Event files: what TensorBoard reads, written by tensorboardX."""

from __future__ import annotations

import itertools
import os
import time
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

_WHITE = 255
_BINS = 30
_numbers = itertools.count()


class EventFiles:
    """The event files of a run: a folder a part, such as "train" and "validation".

    Args:
        folder: Where the folders are.

    Raises:
        ImportError: If tensorboardX is not installed.
    """

    def __init__(self, folder: Path) -> None:
        try:
            import tensorboardX  # noqa: F401  (found out now rather than after an epoch)
        except ImportError:
            raise ImportError(
                "TensorBoard's event files are written by tensorboardX, which is not installed. "
                "Run `pip install tensorboardX`; `pip install tensorboard` brings what shows them."
            ) from None
        self.folder = folder
        self._writers: dict[str, Any] = {}
        weakref.finalize(self, _close, self._writers)  # also where a run is broken off

    def scalars(self, part: str, figures: Mapping[str, Any], step: int) -> None:
        """Write numbers by their tags; what is not a number is left out."""
        from tensorboardX import summary

        for tag, value in figures.items():
            if np.ndim(value) == 0:
                self._write(part, step, summary=summary.scalar(tag, float(value)))

    def histogram(self, part: str, tag: str, values: np.ndarray, step: int) -> None:
        """Write how values are distributed; NaN and infinity are left out."""
        from tensorboardX import summary

        finite = values[np.isfinite(values)]
        if finite.size:
            self._write(part, step, summary=summary.histogram(tag, finite, _BINS))

    def images(self, part: str, tag: str, values: np.ndarray, step: int) -> None:
        """Write pictures, (n, height, width, channels), the least value black, the largest white."""
        from tensorboardX import summary

        values = np.nan_to_num(values.astype(np.float32))
        low, high = values.min(), values.max()
        pixels = (values - low) / max(high - low, np.finfo(np.float32).tiny) * _WHITE
        image = summary.image(tag, pixels.astype(np.uint8), dataformats="NHWC")
        self._write(part, step, summary=image)

    def graph(self, part: str, nodes: Mapping[str, tuple[str, Sequence[str]]]) -> None:
        """Write what is computed from what: by name, the kind of a node and the names it takes."""
        from tensorboardX.proto.graph_pb2 import GraphDef  # type: ignore[attr-defined]
        from tensorboardX.proto.node_def_pb2 import NodeDef  # type: ignore[attr-defined]

        listed = [NodeDef(name=n, op=kind, input=inputs) for n, (kind, inputs) in nodes.items()]
        self._write(part, 0, graph_def=GraphDef(node=listed).SerializeToString())

    def flush(self) -> None:
        """Let readers see all that was written."""
        for writer in self._writers.values():
            writer.flush()

    def close(self) -> None:
        """Close the files; what is written later goes to new ones."""
        _close(self._writers)

    def _write(self, part: str, step: int, **content: Any) -> None:
        from tensorboardX.proto.event_pb2 import Event  # type: ignore[attr-defined]

        if part not in self._writers:
            self._writers[part] = self._opened(self.folder / part)
        self._writers[part].write_event(Event(wall_time=time.time(), step=step, **content))

    def _opened(self, folder: Path) -> Any:
        # Not a `SummaryWriter`, whose events go through a thread: its `flush` does not wait for it.
        from tensorboardX.event_file_writer import EventsWriter

        folder.mkdir(parents=True, exist_ok=True)
        # Files are named by the second they are made in, and read in the order of their names: one
        # more must neither replace the last nor come before it.
        return EventsWriter(str(folder / "events"), f".{os.getpid()}.{next(_numbers):06}")


def _close(writers: dict[str, Any]) -> None:
    while writers:
        writers.popitem()[1].close()
