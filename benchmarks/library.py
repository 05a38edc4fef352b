"""Which library a process measures."""

from __future__ import annotations

import sys
from typing import Any


def load(name: str) -> Any:
    """Return the library `name`, "ppul" or "keras", as the module that users call `keras`."""
    if name == "ppul":
        import ppul

        return ppul
    import keras

    # A process measures one library: what the other sets up must not count for it.
    if "ppul" in sys.modules:
        raise RuntimeError("ppul was imported into the process that measures Keras")
    return keras
