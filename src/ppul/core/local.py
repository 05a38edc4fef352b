"""What the current thread is in the middle of: open scopes, the call under way."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ppul.core.remat import RematScope
    from ppul.core.scope import CallContext, StatelessScope


class _Local(threading.local):
    """Each attribute starts afresh in every thread."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.scopes: list[StatelessScope] = []
        self.call: CallContext | None = None
        self.autocast: list[str | None] = []
        self.symbolic: int = 0
        self.unknown_size: Any = None
        self.custom_objects: list[dict[str, object]] = []
        self.room: int | None = None
        self.distribution: Any = None
        self.remat: list[RematScope] = []


local = _Local()
