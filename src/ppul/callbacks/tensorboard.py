"""Figures, weights and profiles of a run, for TensorBoard."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ppul.callbacks.event_files import EventFiles
from ppul.callbacks.periodic import Periodic
from ppul.callbacks.profiler import Profiler
from ppul.callbacks.projector import check_metadata, embeddings_of, write_embeddings


class TensorBoard(Periodic):
    """Writes event files that TensorBoard shows: `tensorboard --logdir logs`.

    Needs tensorboardX, and no TensorFlow. Figures of training go to `log_dir/train`, those of
    validation to `log_dir/validation`: "epoch_loss" and so on by epoch, "batch_loss" and so on by
    step, "evaluation_loss_vs_iterations" and so on by the steps made when `evaluate` was called.

    Args:
        log_dir: The folder; each run gets one of its own, inside one that TensorBoard is given.
        histogram_freq: Every how many epochs to write how weights are distributed; 0 is never.
        write_graph: Whether to write the layers and how they are connected.
        write_images: Whether to write weights as pictures too, when histograms are written.
        write_steps_per_second: Whether to write how fast training is.
        update_freq: How often figures are written: "epoch", "batch", or every so many steps (and
            every epoch). All but "epoch" makes the run look up as often.
        profile_batch: A step, or the first and the last of some, to be profiled by JAX; counted
            from 1 through all epochs, 0 is none.
        embeddings_freq: Every how many epochs to write the tables of layers with embeddings for
            the projector; 0 is never.
        embeddings_metadata: Path of a file that says what their rows mean, for all such layers or
            by layer.

    Raises:
        ImportError: If tensorboardX is not installed.
        ValueError: If `update_freq` or `profile_batch` is not one that can be.

    Example:
        >>> callback = TensorBoard("logs/first run", histogram_freq=1)
        >>> callback.log_dir, callback.update_freq
        ('logs/first run', 'epoch')
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str] = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        write_images: bool = False,
        write_steps_per_second: bool = False,
        update_freq: str | int = "epoch",
        profile_batch: int | Sequence[int] = 0,
        embeddings_freq: int = 0,
        embeddings_metadata: str | Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(1 if update_freq == "batch" else update_freq, "update_freq")
        self.log_dir = os.fspath(log_dir)
        self.histogram_freq = histogram_freq
        self.write_graph = write_graph
        self.write_images = write_images
        self.write_steps_per_second = write_steps_per_second
        self.update_freq = update_freq
        self.profile_batch = profile_batch
        self.embeddings_freq = embeddings_freq
        self.embeddings_metadata = embeddings_metadata
        self._files = EventFiles(Path(self.log_dir))
        self._profiler = Profiler(Path(self.log_dir) / "train", profile_batch)
        self._speeds = {"epoch": Speed(), "batch": Speed()}

    @functools.cached_property
    def summary(self) -> Any:
        """A `SummaryWriter` of tensorboardX, to write more to; close it when all is written."""
        from tensorboardX import SummaryWriter

        return SummaryWriter(str(Path(self.log_dir) / "train"), filename_suffix=".own")

    @property
    def steps_until_due(self) -> int:
        """How many more steps may be made before it has to look."""
        return min(super().steps_until_due, self._profiler.steps_until_due(self._steps))

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Write what does not change; begin to measure."""
        self._steps = 0
        for speed in self._speeds.values():
            speed.begin(0)
        if self.embeddings_freq:
            check_metadata(embeddings_of(self.model), self.embeddings_metadata)
        layers = _layers(self.model) if self.write_graph else {}
        if layers:
            self._files.graph("train", layers)
        self._profiler.reach(0)

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Begin to measure."""
        super().on_epoch_begin(epoch, logs)
        self._speeds["epoch"].begin(self._iterations())

    def reach(self, batch: int, logs: dict[str, Any]) -> None:
        """Write figures, begin or end a profile, where they are due."""
        super().reach(batch, logs)
        self._profiler.reach(self._steps)

    def on_due_step(self, batch: int, logs: dict[str, Any]) -> None:
        """Write the figures of a step."""
        figures = dict(logs)
        if self.write_steps_per_second:
            figures["steps_per_second"] = self._speeds["batch"].reach(self._steps)
        self._files.scalars("train", _tagged("batch_", figures), self._steps)

    def on_test_end(self, logs: dict[str, Any] | None = None) -> None:
        """Write the figures of an evaluation."""
        tagged = {f"evaluation_{name}_vs_iterations": v for name, v in (logs or {}).items()}
        self._files.scalars("validation", tagged, self._iterations())
        self._files.flush()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Write what is due at the end of an epoch."""
        logs = logs or {}
        trained = {name: value for name, value in logs.items() if not name.startswith("val_")}
        if self.model.optimizer is not None:
            trained["learning_rate"] = float(self.model.optimizer.learning_rate)
        if self.write_steps_per_second:
            trained["steps_per_second"] = self._speeds["epoch"].reach(self._iterations())
        validated = {n.removeprefix("val_"): v for n, v in logs.items() if n.startswith("val_")}
        self._files.scalars("train", _tagged("epoch_", trained), epoch)
        self._files.scalars("validation", _tagged("epoch_", validated), epoch)
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._write_weights(epoch)
        if self.embeddings_freq and epoch % self.embeddings_freq == 0:
            tables = embeddings_of(self.model)
            write_embeddings(Path(self.log_dir) / "train", tables, self.embeddings_metadata)
        self._files.flush()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Close the files."""
        self._profiler.stop()
        self._files.close()

    def _iterations(self) -> int:
        """Steps the optimizer has made in its life."""
        return 0 if self.model.optimizer is None else int(self.model.optimizer.iterations)

    def _write_weights(self, epoch: int) -> None:
        for weight in self.model.weights:
            values = np.asarray(weight.numpy(), np.float32)
            self._files.histogram("train", f"{weight.path}/histogram", values, epoch)
            pictures = _as_pictures(values) if self.write_images else None
            if pictures is not None:
                self._files.images("train", f"{weight.path}/image", pictures, epoch)


class Speed:
    """How many steps are made in a second."""

    def __init__(self) -> None:
        self.begin(0)

    def begin(self, made: int) -> None:
        """Begin to measure; so many steps have been made."""
        self._made, self._since = made, time.perf_counter()

    def reach(self, made: int) -> float:
        """Return the steps a second since it looked last."""
        speed = (made - self._made) / max(time.perf_counter() - self._since, 1e-9)
        self.begin(made)
        return speed


def _layers(model: Any) -> dict[str, tuple[str, list[str]]]:
    """The layers of a drawn model, each with its kind and those whose outputs it takes."""
    graph = getattr(getattr(model, "_functional", model), "graph", None)
    if graph is None:
        return {}
    kinds = {op.name: type(op).__name__ for op in graph.operations()}
    inputs: dict[str, list[str]] = {name: [] for name in kinds}
    for node in graph.nodes:
        inputs[node.operation.name].extend(parent.operation.name for parent in node.parent_nodes)
    return {name: (kind, inputs[name]) for name, kind in kinds.items()}


def _tagged(prefix: str, figures: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{prefix}{name}": value for name, value in figures.items()}


def _as_pictures(weight: np.ndarray) -> np.ndarray | None:
    """A weight as pictures (n, height, width, channels), laid out as Keras does it.

    A matrix lies on its longer side; of a kernel of a convolution, each filter of one channel is a
    picture, or each row where its filters are colours. None where there is no such picture.
    """
    weight = np.squeeze(weight)
    if weight.ndim == 1:
        return weight[None, :, None, None]
    if weight.ndim == 2:
        weight = weight.T if weight.shape[0] > weight.shape[1] else weight
        return weight[None, :, :, None]
    if weight.ndim == 3:
        return np.moveaxis(weight, -1, 0)[..., None]
    return weight if weight.ndim == 4 and weight.shape[-1] in (1, 3, 4) else None
