"""What was measured on: processor, cores, versions."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = ("ppul", "jax", "keras", "numpy", "scikit-learn", "torch", "tensorflow")


def describe() -> dict[str, Any]:
    """Return processor, cores that may be used, load, and versions of the packages here."""
    found = {name: _version(name) for name in PACKAGES}
    return {
        "cpu": _processor(),
        "cores": _cores(),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: number for name, number in found.items() if number is not None},
    }


def line(machine: dict[str, Any]) -> str:
    """Return what `describe` found as one line."""
    load = "" if machine["load"] is None else f", load {machine['load']:.1f}"
    parts = [f"{machine['cpu']}, {machine['cores']} cores{load}", f"Python {machine['python']}"]
    parts += [f"{name} {number}" for name, number in machine["versions"].items()]
    return " · ".join(parts)


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for entry in information.read_text().splitlines():
            name, _, value = entry.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
