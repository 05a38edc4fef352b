"""A process's side of the conversation: one JSON object a line, asked and answered.

Processes stay alive between the rounds of a measurement, so that nothing is compiled twice, and
wait while another one computes.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import IO, Any, Protocol

Message = dict[str, Any]


class Channel(Protocol):
    """Where requests come from and replies go to."""

    def receive(self) -> Message | None:
        """Return the next request, or None when there will be none."""
        ...

    def reply(self, **message: Any) -> None:
        """Answer the last request."""
        ...


class Lines:
    """A channel over standard input and output."""

    def __init__(self, requests: IO[str], replies: IO[str]) -> None:
        self._requests = requests
        self._replies = replies

    @classmethod
    def standard(cls) -> Lines:
        """Take over standard output; what a library prints goes to standard error from now on."""
        replies = os.fdopen(os.dup(sys.stdout.fileno()), "w")
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        return cls(sys.stdin, replies)

    def receive(self) -> Message | None:
        line = self._requests.readline()
        return json.loads(line) if line else None

    def reply(self, **message: Any) -> None:
        self._replies.write(json.dumps(message) + "\n")
        self._replies.flush()


class Pace:
    """Times epochs as many at a time as `{"epochs": n}` asks for; in between it waits.

    A training loop calls `start` before its first epoch and `tick` after each; both say
    whether to go on. The time spent waiting for a request counts for no epoch.
    """

    def __init__(self, channel: Channel, clock: Callable[[], float] = time.perf_counter) -> None:
        self._channel = channel
        self._clock = clock
        self._wanted = 0
        self._seconds: list[float] = []
        self._since = 0.0

    def start(self) -> bool:
        """Wait for a request; False when there will be none."""
        request = self._channel.receive()
        if request is None:
            return False
        self._wanted, self._seconds = request["epochs"], []
        self._since = self._clock()
        return True

    def tick(self) -> bool:
        """Note that an epoch has ended; reply when it was the last one asked for."""
        now = self._clock()
        self._seconds.append(now - self._since)
        self._since = now
        if len(self._seconds) < self._wanted:
            return True
        self._channel.reply(seconds=self._seconds)
        return self.start()
