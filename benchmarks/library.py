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

    # ppul sets flags of XLA; with it in the process, Keras would be measured with them.
    if "ppul" in sys.modules:
        raise RuntimeError("ppul was imported into the process that measures Keras")
    return keras
