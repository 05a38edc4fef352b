"""Where a script's time goes."""

from __future__ import annotations

import json
import time


class Parts:
    """Seconds of the parts of a script, from the making of this object."""

    def __init__(self) -> None:
        self._since = time.perf_counter()
        self._seconds: dict[str, float] = {}

    def end(self, name: str) -> None:
        """Note that the part `name` ends here."""
        now = time.perf_counter()
        self._seconds[name] = now - self._since
        self._since = now

    def answer(self, value: float) -> None:
        """Print the script's answer and its parts, as the line that `script_time` waits for."""
        print(json.dumps({"answer": float(value), "parts": self._seconds}), flush=True)
