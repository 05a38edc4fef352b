"""The figures of every epoch, sent to a server."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from ppul.callbacks.base import Callback

_TIMEOUT_S = 10


class RemoteMonitor(Callback):
    """Sends the figures of every epoch to a server, as JSON in an HTTP POST.

    A server that does not answer is warned of; training goes on.

    Args:
        root: Address of the server, "http://..." or "https://...".
        path: Where on the server.
        field: Name of the form's field that has the JSON.
        headers: Further HTTP headers.
        send_as_json: Whether the JSON is all that is sent, rather than a form.

    Raises:
        ValueError: If `root` is another kind of address.

    Example:
        >>> RemoteMonitor("http://localhost:8080").path
        '/publish/epoch/end/'
    """

    def __init__(
        self,
        root: str = "http://localhost:9000",
        path: str = "/publish/epoch/end/",
        field: str = "data",
        headers: Mapping[str, str] | None = None,
        send_as_json: bool = False,
    ) -> None:
        super().__init__()
        if not root.startswith(("http://", "https://")):
            raise ValueError(
                f"RemoteMonitor: `root` must begin with 'http://' or 'https://'; got {root!r}."
            )
        self.root = root
        self.path = path
        self.field = field
        self.headers = headers
        self.send_as_json = send_as_json

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Send the figures and the epoch's number."""
        figures = {"epoch": epoch} | {k: np.asarray(v).tolist() for k, v in (logs or {}).items()}
        text = json.dumps(figures)
        kind = "json" if self.send_as_json else "x-www-form-urlencoded"
        request = urllib.request.Request(  # noqa: S310  (an http address, see the constructor)
            self.root + self.path,
            data=(
                text if self.send_as_json else urllib.parse.urlencode({self.field: text})
            ).encode(),
            headers={"Content-Type": f"application/{kind}", **(self.headers or {})},
        )
        try:
            urllib.request.urlopen(request, timeout=_TIMEOUT_S).close()  # noqa: S310
        except (urllib.error.URLError, TimeoutError) as error:
            warnings.warn(f"RemoteMonitor: {self.root} does not answer: {error}", stacklevel=2)
