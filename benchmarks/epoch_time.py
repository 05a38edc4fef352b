"""Seconds of a steady epoch, compiling left out: ppul beside its peers and the floor.

Run: `python -m benchmarks.epoch_time --workload mnist_mlp --peer ppul --peer floor`.

Every peer runs in a process of its own, one computes at a time, and they take turns: a round
visits each once. After the first visit a family keeps only the settings that may be its best.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import rounds
from benchmarks.command import Options, main, progress
from benchmarks.peers import Peer, peers_for
from benchmarks.processes import Worker, WorkerError
from benchmarks.report import MISSING, Answer, Table, number
from benchmarks.workloads import WORKLOADS, Workload

_MODULE = "benchmarks.workers.epochs"
# Who needs longer for an epoch is not asked for another one.
_PATIENCE_S = 20
_QUICK_S = 4


Seconds = dict[str, dict[str, list[float]]]


@dataclass
class Timings:
    """Of one workload, by family and setting: the median epoch of each visit, in seconds."""

    workload: Workload
    source: str
    started: Seconds = field(default_factory=dict)
    """The first epoch, which compiles, and the first visit: of every setting."""
    visits: Seconds = field(default_factory=dict)
    """The visits of the rounds: of the settings that stayed."""
    failures: list[str] = field(default_factory=list)

    def best(self, family: str) -> list[float] | None:
        """Return the visits at the family's best setting, None if there are none."""
        settings = self.visits.get(family)
        return settings[rounds.fastest(settings)] if settings else None

    def epoch_s(self, family: str) -> float | None:
        """Return the family's best median; from its start if it took part in no round."""
        if visits := self.best(family):
            return median(visits)
        return min(
            (at_start for _, at_start in self.started.get(family, {}).values()), default=None
        )

    def ratio(self, numerator: str, denominator: str) -> float | None:
        """Return how many times longer one family's best takes than another's."""
        above, below = self.best(numerator), self.best(denominator)
        return rounds.ratio(above, below) if above and below else None

    def drop(self, peer: Peer, error: WorkerError) -> None:
        """Note that a peer failed, and forget its visits."""
        name = f"{self.workload.name}, {peer.family} ({peer.setting})"
        self.failures.append(f"{name}: {error}")
        self.visits.get(peer.family, {}).pop(peer.setting, None)
        progress(self.failures[-1])


@dataclass
class Runner:
    """A peer's living process, how many epochs a visit takes, the fastest epoch at its start."""

    peer: Peer
    worker: Worker
    epochs: int
    least_s: float


def measure(options: Options) -> Answer:
    """Measure all workloads asked for."""
    round_count, visit_s = (2, 0.3) if options.quick else (3, 0.7)
    timings = []
    for name in options.workloads:
        workload = WORKLOADS[name]
        peers = peers_for(workload, options.families)
        timings.append(time_workload(workload, peers, round_count, visit_s))
    return Answer(
        name="epoch_time",
        tables=[summary(timings), details(timings)],
        figures={timing.workload.name: figures(timing) for timing in timings},
        failures=[failure for timing in timings for failure in timing.failures],
    )


def time_workload(
    workload: Workload, peers: Sequence[Peer], round_count: int, visit_s: float
) -> Timings:
    """Measure one workload: start the peers one after another, then go round."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder, ExitStack() as stack:
        progress(f"{workload.name}: data")
        data = workload.data()
        data.save(Path(folder))
        timings = Timings(workload, data.source)
        del data
        runners: list[Runner] = []
        for family in dict.fromkeys(peer.family for peer in peers):
            settings = [peer for peer in peers if peer.family == family]
            runners += _start_family(stack, timings, settings, Path(folder), visit_s)
        if all(runner.least_s < _QUICK_S for runner in runners):
            round_count += 2  # more is cheap here, and a median of more is steadier
        for number_of_round in range(1, round_count + 1):
            progress(f"{workload.name}: round {number_of_round} of {round_count}")
            runners = [runner for runner in runners if _visit(timings, runner)]
        best = {family: _milliseconds(timings.epoch_s(family)) for family in timings.started}
        progress(f"{workload.name}: ms an epoch: {best}")
        return timings


def _start_family(
    stack: ExitStack, timings: Timings, peers: Sequence[Peer], folder: Path, visit_s: float
) -> list[Runner]:
    """Start the peers of a family; return those that may be its best, end the others."""
    started = {}
    for peer in peers:
        progress(f"{timings.workload.name}: {peer.family} ({peer.setting})")
        try:
            started[peer.setting] = _start(stack, timings, peer, folder, visit_s)
        except WorkerError as error:
            timings.drop(peer, error)
    least = {setting: runner.least_s for setting, runner in started.items()}
    kept = [setting for setting in rounds.contenders(least) if least[setting] <= _PATIENCE_S]
    for setting in started.keys() - set(kept):
        started[setting].worker.close()
    return [started[setting] for setting in kept]


def _start(stack: ExitStack, timings: Timings, peer: Peer, folder: Path, visit_s: float) -> Runner:
    """Start a peer's process; let it compile, warm up and show how fast it is."""
    own = {"PPUL_CACHE_DIR": str(folder / "cache"), "KERAS_HOME": str(folder / "keras")}
    arguments = (peer.program, timings.workload.name, str(folder), peer.setting)
    worker = stack.enter_context(Worker(_MODULE, arguments, own | peer.environment))
    first = worker.ask(epochs=1)["seconds"]
    seconds = worker.ask(epochs=1)["seconds"]
    epochs = rounds.epochs_for(seconds[0], visit_s)
    if epochs > 1:
        seconds = worker.ask(epochs=epochs)["seconds"]
    timings.started.setdefault(peer.family, {})[peer.setting] = [first[0], median(seconds)]
    return Runner(peer, worker, epochs, min(seconds))


def _visit(timings: Timings, runner: Runner) -> bool:
    """Visit a peer once; False if it fails."""
    peer = runner.peer
    try:
        seconds = runner.worker.ask(epochs=runner.epochs)["seconds"]
    except WorkerError as error:
        timings.drop(peer, error)
        return False
    visits = timings.visits.setdefault(peer.family, {}).setdefault(peer.setting, [])
    visits.append(median(seconds))
    return True


def summary(timings: Sequence[Timings]) -> Table:
    """Return the table of one line a workload."""
    columns = ["ms an epoch", "floor", "ppul", "Keras on JAX", "at steps", "scikit-learn"]
    columns += ["ppul : floor", "Keras : ppul", "Keras : floor"]
    rows = []
    for timing in timings:
        keras = timing.visits.get("keras")
        times = {name: _milliseconds(timing.epoch_s(name)) for name in timing.started}
        rows.append(
            [
                timing.workload.title,
                times.get("floor", MISSING),
                times.get("ppul", MISSING),
                times.get("keras", MISSING),
                rounds.fastest(keras) if keras else MISSING,
                times.get("scikit-learn", MISSING),
                number(timing.ratio("ppul", "floor")),
                number(timing.ratio("keras", "ppul")),
                number(timing.ratio("keras", "floor")),
            ]
        )
    notes = [f"{timing.workload.name}: data from {timing.source}" for timing in timings]
    return Table("A steady epoch, at each library's best setting", columns, rows, notes)


def details(timings: Sequence[Timings]) -> Table:
    """Return the table of one line a peer."""
    rows = []
    for timing in timings:
        for family, settings in timing.started.items():
            for setting, (first, at_start) in settings.items():
                visits = timing.visits.get(family, {}).get(setting)
                rows.append(
                    [
                        f"{timing.workload.name}, {family} ({setting})",
                        _milliseconds(median(visits) if visits else at_start),
                        str(len(visits or ())),
                        number(first),
                    ]
                )
    columns = ["ms an epoch", "median", "rounds", "first epoch, s"]
    notes = [
        "No rounds: at its start it was too slow to be the best of its family, or to wait for."
    ]
    return Table("Every peer and setting", columns, rows, notes)


def figures(timing: Timings) -> dict[str, Any]:
    """Return what is kept of a workload as JSON."""
    return {
        "data": timing.source,
        "visits_s": timing.visits,
        "first_epoch_and_first_visit_s": timing.started,
        "best_setting": {name: rounds.fastest(s) for name, s in timing.visits.items() if s},
        "ppul_over_floor": timing.ratio("ppul", "floor"),
        "keras_over_ppul": timing.ratio("keras", "ppul"),
        "keras_over_floor": timing.ratio("keras", "floor"),
    }


def _milliseconds(seconds: float | None) -> str:
    return number(None if seconds is None else 1000 * seconds)


if __name__ == "__main__":
    sys.exit(main(measure))
