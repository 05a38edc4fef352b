"""Settings of XLA that must be made before it starts; this file does not import it."""

from __future__ import annotations

import os

# One kernel for several outputs: an Adam step reads its memory once instead of three times. The
# option is not among those a program can be compiled with, only among the process's flags.
_EXTRA = "--xla_backend_extra_options=xla_cpu_use_multi_output_fusion=true"


def set_flags() -> None:
    """Add ppul's flags to `XLA_FLAGS`, unless the user has set options of that kind."""
    flags = os.environ.get("XLA_FLAGS", "")
    if "xla_backend_extra_options" not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} {_EXTRA}".strip()
