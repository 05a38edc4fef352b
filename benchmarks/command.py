"""The one command line of all questions."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import machine, report
from benchmarks.families import FAMILIES as LAYER_FAMILIES
from benchmarks.processes import WorkerError
from benchmarks.workloads import WORKLOADS

FAMILIES = ("floor", "ppul", "keras", "scikit-learn", "keras-torch", "keras-tensorflow")


@dataclass(frozen=True)
class Options:
    """What was asked for on the command line."""

    quick: bool = False
    workloads: tuple[str, ...] = tuple(WORKLOADS)
    families: tuple[str, ...] = FAMILIES
    layer_families: tuple[str, ...] = tuple(LAYER_FAMILIES)


Question = Callable[[Options], report.Answer]


def parser(description: str | None) -> argparse.ArgumentParser:
    """Return the parser of the options that all questions have."""
    result = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    result.add_argument("--quick", action="store_true", help="fewer rounds: a first impression")
    result.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE")
    result.add_argument("--threads", type=int, help="cores for every process (default: all)")
    result.add_argument(
        "--workload", action="append", choices=WORKLOADS, help="only this; may be repeated"
    )
    result.add_argument(
        "--peer", action="append", choices=FAMILIES, help="only this; may be repeated"
    )
    result.add_argument(
        "--family", action="append", choices=LAYER_FAMILIES, help="only this; may be repeated"
    )
    return result


def main(question: Question, arguments: Sequence[str] | None = None) -> int:
    """Ask one question; return the exit status."""
    return answer([question], parser(sys.modules["__main__"].__doc__).parse_args(arguments))


def answer(questions: Sequence[Question], arguments: argparse.Namespace) -> int:
    """Ask the questions, show each answer, write the figures; 1 if something failed."""
    if arguments.threads is not None:
        _restrict(arguments.threads)
    options = Options(
        quick=arguments.quick,
        workloads=tuple(arguments.workload or WORKLOADS),
        families=tuple(arguments.peer or FAMILIES),
        layer_families=tuple(arguments.family or LAYER_FAMILIES),
    )
    here = machine.describe()
    print(machine.line(here), flush=True)
    answers = []
    for question in questions:
        answers.append(_asked(question, options))
        for table in answers[-1].tables:
            report.show(table)
        for failure in answers[-1].failures:
            print(f"FAILED {failure}", flush=True)
        if arguments.json:
            report.write_json(arguments.json, here, answers)
    return int(any(given.failures for given in answers))


def _asked(question: Question, options: Options) -> report.Answer:
    """Return the answer; a process that ended unexpectedly costs this question, not the next."""
    try:
        return question(options)
    except WorkerError as error:
        name = question.__module__
        return report.Answer(name, [], {}, [f"{name}: {error}"])


def progress(text: str) -> None:
    """Say on standard error what is being measured."""
    print(text, file=sys.stderr, flush=True)


def _restrict(threads: int) -> None:
    # Processes started from here inherit it; XLA, BLAS and OpenMP count the cores they may use.
    if not hasattr(os, "sched_setaffinity"):
        raise SystemExit("--threads needs a system that can restrict a process to some cores")
    cores = sorted(os.sched_getaffinity(0))
    if not 1 <= threads <= len(cores):
        raise SystemExit(f"--threads {threads}: expected 1 to {len(cores)}, the cores here")
    os.sched_setaffinity(0, cores[:threads])
