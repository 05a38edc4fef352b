from dataclasses import replace

import numpy as np
import pytest

from benchmarks import epoch_time
from benchmarks.data import Data
from benchmarks.peers import Peer
from benchmarks.processes import WorkerError
from benchmarks.report import plain
from benchmarks.workloads import WORKLOADS

PEERS = [Peer("floor", "floor", "a"), Peer("floor", "floor", "b")]
PEERS += [Peer("ppul", "ppul"), *(Peer("keras", "keras", steps) for steps in ("1", "16"))]
TINY = replace(
    WORKLOADS["california_mlp"],
    data=lambda: Data(np.zeros((4, 8), "float32"), np.zeros((4, 1), "float32"), "synthetic"),
)


class Machine:
    """Stands in for `Worker`: each peer's epochs last what its row says, all alike."""

    def __init__(self, seconds, slowness=lambda visit: 1.0, failing=()):
        self.seconds, self.slowness, self.failing = seconds, slowness, failing
        self.asked, self.closed = [], []

    def __call__(self, module, arguments, own):
        return _Process(self, (arguments[0], arguments[3]))


class _Process:
    def __init__(self, machine, peer):
        self.machine, self.peer, self.visits = machine, peer, 0

    def ask(self, epochs):
        self.visits += 1
        self.machine.asked.append(self.peer)
        if (self.peer, self.visits) in self.machine.failing:
            raise WorkerError("ImportError: no such library")
        epoch = self.machine.seconds[self.peer] * self.machine.slowness(self.visits)
        return {"seconds": [epoch] * epochs}

    def close(self):
        self.machine.closed.append(self.peer)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


SECONDS = {
    ("floor", "a"): 1.0,
    ("floor", "b"): 1.2,
    ("ppul", "1"): 1.5,
    ("keras", "1"): 9.0,
    ("keras", "16"): 3.0,
}


@pytest.fixture
def run(monkeypatch):
    def measure(machine):
        monkeypatch.setattr(epoch_time, "Worker", machine)
        return epoch_time.time_workload(TINY, PEERS, round_count=3, visit_s=0.5)

    return measure


def test_families_are_compared_at_their_best_settings(run):
    timings = run(Machine(SECONDS))
    assert timings.ratio("ppul", "floor") == 1.5
    assert timings.ratio("keras", "ppul") == 2.0
    assert epoch_time.figures(timings)["best_setting"] == {"floor": "a", "ppul": "1", "keras": "16"}


def test_a_round_in_which_the_machine_is_busy_changes_no_ratio(run):
    timings = run(Machine(SECONDS, slowness=lambda visit: 7.0 if visit == 4 else 1.0))
    assert timings.ratio("ppul", "floor") == pytest.approx(1.5)


def test_a_setting_that_is_far_behind_is_ended_before_the_rounds(run):
    machine = Machine(SECONDS)
    timings = run(machine)
    assert machine.closed[0] == ("keras", "1")
    assert machine.asked.count(("keras", "1")) == 2  # two epochs to warm up, no round
    assert timings.visits["keras"].keys() == {"16"}
    assert timings.started["keras"]["1"] == [9.0, 9.0]


def test_who_needs_too_long_for_an_epoch_is_not_asked_again(run):
    machine = Machine(SECONDS | {("ppul", "1"): 100.0})
    timings = run(machine)
    assert machine.asked.count(("ppul", "1")) == 2
    assert timings.ratio("ppul", "floor") is None
    assert timings.epoch_s("ppul") == 100.0


def test_peers_take_turns(run):
    machine = Machine(SECONDS)
    run(machine)
    turn = [("floor", "a"), ("floor", "b"), ("ppul", "1"), ("keras", "16")]
    assert machine.asked[-12:] == turn * 3


@pytest.mark.parametrize("visit", [1, 4])
def test_a_library_that_fails_costs_only_its_own_figures(run, visit):
    timings = run(Machine(SECONDS, failing=[(("ppul", "1"), visit)]))
    assert timings.failures == ["california_mlp, ppul (1): ImportError: no such library"]
    assert timings.ratio("ppul", "floor") is None
    assert timings.ratio("keras", "floor") == 3.0
    for table in (epoch_time.summary([timings]), epoch_time.details([timings])):
        assert plain(table)


def test_the_summary_says_where_data_are_synthetic(run):
    table = epoch_time.summary([run(Machine(SECONDS))])
    assert table.notes == ["california_mlp: data from synthetic"]
    assert table.rows[0][1:5] == ["1000", "1500", "3000", "16"]
