"""Where arrays are: JAX's default device, or the CPU with one thread.

JAX gives every program of the CPU all cores. For the matrix products of a small network that is
slower than one core: handing out the work costs more than it saves (docs/decisions/004). So there
is a second client of the same CPU whose pool has one thread, which programs may be compiled for.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from ppul.core.distribution import Distribution
from ppul.core.local import local
from ppul.core.types import Array, Device

# What the CPU client of XLA reads when it is made: the number of threads in its pool.
_THREADS = "PJRT_NPROC"


def default_device() -> Device:
    """Return the device on which arrays are made."""
    configured = _configured()
    if configured is None:
        return jax.devices()[0]
    return jax.devices(configured)[0] if isinstance(configured, str) else configured


@contextmanager
def device(device_name: str | Device) -> Iterator[None]:
    """Let arrays be made, and programs run, on a device.

    Args:
        device_name: A kind of device, "cpu" or "gpu", and which of them: "gpu:1"; or a device of
            JAX's.

    Raises:
        ValueError: If there is no such device.

    Example:
        >>> with device("cpu:0"):
        ...     jnp.ones(2).device.platform
        'cpu'
    """
    with jax.default_device(_named(device_name)):
        yield


def _named(name: str | Device) -> Device:
    if isinstance(name, jax.Device):
        return name
    kind, _, number = name.lower().partition(":") if isinstance(name, str) else ("", "", "")
    try:
        return jax.devices(kind or str(name))[int(number or 0)]
    except (RuntimeError, ValueError, IndexError) as error:
        known = ", ".join(f"'{d.platform}:{i}'" for i, d in enumerate(jax.devices()))
        raise ValueError(
            f"device: there is no {name!r} here; there is {known}. Give a name like 'cpu:0' or 'gpu:1'."
        ) from error


def chosen() -> Any:
    """Return what was chosen for programs to run on, a distribution or a device, or None."""
    return local.distribution or _configured()


def one_thread_cpu() -> Device | None:
    """Return the CPU as a device with one thread; None where that would be no gain.

    There is none if programs run elsewhere or on several devices, if there is one core, or if this
    version of JAX cannot make one.
    """
    return None if _configured() else _one_thread_cpu()


def _configured() -> Any:
    """The default device that JAX was told: a device, the name of a kind, or None."""
    return jax.config.jax_default_device  # type: ignore[attr-defined]


@functools.cache
def _one_thread_cpu() -> Device | None:
    devices = jax.devices()
    if len(devices) > 1 or devices[0].platform != "cpu":
        return None
    if available_cores() == 1:
        return None
    try:
        from jaxlib.xla_client import make_cpu_client
    except ImportError:
        return None
    before = os.environ.get(_THREADS)
    if before is not None:  # the user has said how many
        return None
    os.environ[_THREADS] = "1"
    try:
        return make_cpu_client().devices()[0]
    finally:
        del os.environ[_THREADS]


def available_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def put(arrays: Sequence[Any], device: Any) -> list[Any]:
    """Return arrays on a device (None: the default one); those that are there stay as they are.

    NumPy arrays stay too: a compiled program takes them to its device itself, in less time.
    """
    target = default_device() if device is None else device
    if isinstance(target, Distribution):
        return [jax.device_put(a, target.layout_of(a)) for a in arrays]
    places = [
        i for i, a in enumerate(arrays) if isinstance(a, jax.Array) and a.device is not target
    ]
    found = list(arrays)
    if places:
        moved = jax.device_put([arrays[i] for i in places], target)
        for i, array in zip(places, moved, strict=True):
            found[i] = array
    return found


def divide(arrays: Sequence[Any], device: Any, axis: int) -> list[Any]:
    """Return arrays divided along an axis where `device` is a distribution, else as they are."""
    if not isinstance(device, Distribution):
        return list(arrays)
    return [jax.device_put(a, device.divided(a.shape, axis)) for a in arrays]


def brought_home(array: Any) -> Array:
    """Return an array where users' own code has its arrays: on the default device, movable."""
    if isinstance(array, Tracer) or (
        isinstance(array, jax.Array)
        and (array.device is default_device() or len(array.sharding.device_set) > 1)
    ):
        return array
    with jax.ensure_compile_time_eval():  # a variable keeps it: no value of a trace under way
        return jnp.array(np.asarray(array))
