"""The other side: starting a process with a clean environment, and asking it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from benchmarks.protocol import Message

ROOT = Path(__file__).resolve().parents[1]
# What would make one library's process differ from another's.
_FOREIGN_PREFIXES = ("XLA_", "JAX_", "KERAS_", "PPUL_", "TF_", "OMP_", "OPENBLAS_", "MKL_")
_KEPT = ("JAX_PLATFORMS",)
# Installed libraries have their bytecode; a checkout would be compiled in every process.
_DROPPED = ("PYTHONDONTWRITEBYTECODE",)
# Peers live side by side, and each would take three quarters of a GPU's memory.
_OWN = {"XLA_PYTHON_CLIENT_PREALLOCATE": "false"}
_CLOSE_TIMEOUT_S = 20
_ERROR = re.compile(r"[\w.]*(Error|Exception|Exit)\b")


class WorkerError(RuntimeError):
    """A process ended, or did not answer in time; the message is what it said last."""


def clean_environment(environment: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """Return `environment` without any library's settings, and with a process's `own`.

    Example:
        >>> clean_environment({"XLA_FLAGS": "--fast", "HOME": "/root"}, {"A": "1"})["A"]
        '1'
    """
    kept = {
        name: value
        for name, value in environment.items()
        if name in _KEPT or not name.startswith(_FOREIGN_PREFIXES + _DROPPED)
    }
    paths = [str(ROOT), *filter(None, [environment.get("PYTHONPATH")])]
    return kept | _OWN | {"PYTHONPATH": os.pathsep.join(paths)} | dict(own)


def last_words(lines: Sequence[str]) -> str:
    """Return the last line that names an error, as libraries may print more after it.

    Example:
        >>> last_words(["Traceback:", "ValueError: no", "Set DEBUG=1 to see more."])
        'ValueError: no'
    """
    errors = [line for line in lines if _ERROR.match(line)]
    return (errors or list(lines) or ["no error"])[-1]


class Worker:
    """A running `python -m MODULE ARGUMENTS`, to be asked one thing at a time."""

    def __init__(self, module: str, arguments: tuple[str, ...], own: Mapping[str, str]) -> None:
        self._stderr = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed by `close`
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            text=True,
            env=clean_environment(os.environ, own),
        )
        self._requests = cast("IO[str]", self._process.stdin)
        self._replies = cast("IO[str]", self._process.stdout)

    def ask(self, timeout_s: float = 600, **request: object) -> Message:
        """Send a request, wait for its reply and return it.

        Raises:
            WorkerError: If the process ends, or does not answer within `timeout_s`.
        """
        timer = threading.Timer(timeout_s, self._process.kill)
        timer.start()
        try:
            line = self._exchange(json.dumps(request) + "\n")
        finally:
            timer.cancel()
        if not line:
            raise WorkerError(self._last_words())
        return json.loads(line)

    def close(self) -> None:
        """End the process: by closing its input and, if that does not help, by force."""
        for pipe in (self._requests, self._replies):
            with suppress(BrokenPipeError):
                pipe.close()
        try:
            self._process.wait(_CLOSE_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._stderr.close()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _exchange(self, line: str) -> str:
        try:
            self._requests.write(line)
            self._requests.flush()
        except BrokenPipeError:
            return ""
        return self._replies.readline()

    def _last_words(self) -> str:
        self._process.kill()
        status = self._process.wait()
        self._stderr.seek(0)
        lines = [line.strip() for line in self._stderr if line.strip()]
        return f"{last_words(lines)} (exit status {status})"
