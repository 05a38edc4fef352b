"""Compiled programs on disk: the second run of a script does not compile again."""

from __future__ import annotations

import hashlib
import os
import platform
from pathlib import Path

_LARGEST_BYTES = 2 << 30


def cache_folder() -> Path:
    """Return ppul's folder for what can be made again: `PPUL_CACHE_DIR`, or the user's cache."""
    given = os.environ.get("PPUL_CACHE_DIR")
    if given:
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "ppul"


def enable() -> None:
    """Let JAX keep compiled programs in the cache folder, unless the user has chosen another.

    `PPUL_COMPILE_CACHE=0` turns it off. Programs of other processors are kept apart, for one
    compiled for instructions that this one lacks would crash.
    """
    import jax

    if os.environ.get("PPUL_COMPILE_CACHE", "1") == "0" or _chosen_by_user():
        return
    folder = cache_folder() / "programs" / _processor()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return  # nowhere to keep them: they are compiled each time
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_compilation_cache_max_size", _LARGEST_BYTES)
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", 0)


def _chosen_by_user() -> bool:
    import jax

    return bool(jax.config.values.get("jax_compilation_cache_dir"))


def _processor() -> str:
    """A short name for the instructions this machine has."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        features = next(line for line in lines if line.startswith(("flags", "Features")))
    except (OSError, StopIteration):
        features = platform.processor()
    return hashlib.sha256(f"{platform.machine()} {features}".encode()).hexdigest()[:12]
