"""The loops: epochs of steps over blocks of data. fit, evaluate and predict are all these."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import jax
import numpy as np

from ppul.core.types import State
from ppul.training.chunks import Pace, uninterrupted
from ppul.training.data.block import Block, Data
from ppul.training.program import Program
from ppul.training.progress import EpochProgress
from ppul.training.state import Variables

Logs = dict[str, Any]


class Listener(Protocol):
    """Who is told what happens in a run."""

    @property
    def batches(self) -> frozenset[str]:
        """The phases in which it wants to be told of single steps."""
        ...

    def begin(self, phase: str, logs: Logs | None = None) -> None:
        """A run of "train", "test" or "predict" begins."""

    def end(self, phase: str, logs: Logs | None = None) -> None:
        """It ends."""

    def epoch_begin(self, epoch: int) -> None:
        """An epoch begins."""

    def epoch_end(self, epoch: int, logs: Logs) -> None:
        """An epoch ends."""

    def batch_begin(self, phase: str, step: int) -> None:
        """A step begins; only told of phases in `batches`."""

    def batch_end(self, phase: str, step: int, logs: Logs) -> None:
        """A step ends; only told of phases in `batches`."""

    def steps_until_look(self, phase: str) -> int:
        """Return how many steps may be made before somebody wants to be told of one."""
        ...

    def stopped(self, phase: str) -> bool:
        """Return whether somebody asked that the run ends after the present step."""
        ...


class Runner:
    """Runs a program over blocks, chunk by chunk, and keeps the variables up to date.

    Args:
        program: The compiled step.
        variables: The variables behind its state.
        fixed: Groups of variables that it only reads.
        changing: Groups that it changes.
    """

    def __init__(
        self,
        program: Program,
        variables: Variables,
        fixed: tuple[str, ...],
        changing: tuple[str, ...],
    ) -> None:
        self.program = program
        self.variables = variables
        self.fixed = fixed
        self.changing = changing

    def run(
        self,
        blocks: Iterator[Block],
        phase: str,
        pace: Pace,
        listener: Listener,
        done: int = 0,
        meanwhile: Callable[[], None] | None = None,
    ) -> Iterator[tuple[int, Any]]:
        """Run all steps; yield `(steps done, results)` after every chunk.

        Args:
            blocks: The steps and their data.
            phase: "train" or "test".
            pace: How long chunks are.
            listener: Who is told of single steps.
            done: How many of the steps were made before.
            meanwhile: What to do while a chunk is computed.
        """
        if done and listener.stopped(phase):
            return
        looked_at = phase in listener.batches
        passed = done
        for block in blocks:
            at = min(passed, block.steps)
            passed -= at
            while at < block.steps:
                # Keras makes one more step where an epoch begins with the wish to stop.
                left = min(block.steps - at, listener.steps_until_look(phase))
                count = 1 if listener.stopped(phase) else pace.next(left)
                if looked_at:
                    listener.batch_begin(phase, done)
                started = time.perf_counter()
                results = self.chunk(block, at, at + count)
                if meanwhile is not None:
                    meanwhile()
                jax.block_until_ready(results)
                pace.took(count, time.perf_counter() - started)
                at += count
                done += count
                if looked_at:
                    listener.batch_end(phase, done - 1, as_numbers(results))
                yield done, results
                if listener.stopped(phase):
                    return

    def chunk(self, block: Block, start: int, stop: int) -> Any:
        """Run the steps `start` to `stop` of a block; return the results."""
        with uninterrupted():
            fixed: State = self.variables.read(*self.fixed)
            state = self.variables.hand_over(*self.changing)
            state, results = self.program(fixed, state, block, start, stop)
            self.variables.write({**fixed, **state})
        return results


class Place:
    """How far a run is.

    Attributes:
        epoch: The epoch under way.
        step: How many of its steps are done.
        logs: The figures after them.
    """

    def __init__(self, epoch: int = 0) -> None:
        self.epoch = epoch
        self.step = 0
        self.logs: Logs = {}

    def settled(self) -> None:
        """Everybody has been told what happened up to here."""


def run_epoch(
    runner: Runner,
    data: Data,
    place: Place,
    phase: str,
    pace: Pace,
    listener: Listener,
    progress: EpochProgress,
) -> None:
    """Run one epoch from a place on, which moves along."""
    if not place.step:
        place.logs = {}
    results = None
    ahead = functools.partial(data.prepare, place.epoch + 1)
    steps = runner.run(data.blocks(place.epoch), phase, pace, listener, place.step, ahead)
    for done, results in steps:
        place.step = done
        progress.update(done, as_numbers(results) if progress.verbose == 1 else None)
        if phase in listener.batches:
            place.logs = as_numbers(results)
            place.settled()
    if results is not None:
        place.logs = as_numbers(results)


def as_numbers(results: Any) -> Logs:
    """Return results as Python numbers, in the order of their names."""
    if results is None:
        return {}
    return {name: _number(value) for name, value in sorted(results.items())}


def _number(value: Any) -> Any:
    array = np.asarray(value)
    return float(array) if array.ndim == 0 else array
