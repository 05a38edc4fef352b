"""Devices in a grid with named axes, and how an array is laid out over them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import jax
import numpy as np
from jax.core import Tracer
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from ppul.core.types import Array, Device


def list_devices(device_type: str | None = None) -> list[str]:
    """Return the names of the devices, "cpu:0", "cpu:1", ...

    Args:
        device_type: "cpu", "gpu" or "tpu"; what JAX takes first by default.

    Example:
        >>> list_devices("cpu")[0]
        'cpu:0'
    """
    kind = None if device_type is None else device_type.lower()
    return [f"{device.platform}:{device.id}" for device in jax.devices(kind)]


def get_device_count(device_type: str | None = None) -> int:
    """Return how many devices there are of a type, "cpu", "gpu" or "tpu"."""
    return len(list_devices(device_type))


def initialize(
    job_addresses: str | None = None,
    num_processes: int | None = None,
    process_id: int | None = None,
) -> None:
    """Join the processes of a job on several machines; called before anything is computed.

    Args:
        job_addresses: Address and port of the first process; of all, divided by commas.
        num_processes: How many processes there are.
        process_id: Which of them this is, from 0.
    """
    first = None if job_addresses is None else job_addresses.split(",")[0]
    jax.distributed.initialize(first, num_processes, process_id)


class DeviceMesh:
    """Devices in a grid.

    Args:
        shape: Sizes of the grid.
        axis_names: A name for each axis.
        devices: Names of the devices; all of them by default.

    Raises:
        ValueError: If names or devices are too many or too few for the shape.

    Example:
        >>> DeviceMesh((1,), ["batch"], list_devices("cpu")[:1])
        <DeviceMesh shape=(1,), axis_names=['batch']>
    """

    def __init__(
        self,
        shape: Sequence[int],
        axis_names: Sequence[str],
        devices: Sequence[Any] | np.ndarray | None = None,
    ) -> None:
        if not shape or not axis_names or len(shape) != len(axis_names):
            raise ValueError(
                f"DeviceMesh: each axis of `shape` needs a name; got {shape} and {axis_names}."
            )
        names = np.array(list_devices() if devices is None else devices, dtype=object).ravel()
        if math.prod(shape) != names.size:
            raise ValueError(
                f"DeviceMesh: shape {tuple(shape)} takes {math.prod(shape)} devices; got {names.size}: "
                f"{list(names)}."
            )
        self._shape = tuple(shape)
        self._axis_names = list(axis_names)
        self._devices = names.reshape(self._shape)
        found = np.array([_device(name) for name in names], dtype=object)
        self._mesh = Mesh(found.reshape(self._shape), self._axis_names)

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes of the grid."""
        return self._shape

    @property
    def axis_names(self) -> list[str]:
        """Names of the axes."""
        return self._axis_names

    @property
    def devices(self) -> np.ndarray:
        """Names of the devices, in the grid."""
        return self._devices

    @property
    def backend_mesh(self) -> Mesh:
        """The mesh as JAX has it."""
        return self._mesh

    def __repr__(self) -> str:
        return f"<DeviceMesh shape={self._shape}, axis_names={self._axis_names}>"


class TensorLayout:
    """How an array is laid out over a mesh.

    Args:
        axes: For each axis of the array the axis of the mesh that it is divided along, or None.
        device_mesh: The mesh; may be given later.

    Raises:
        ValueError: If the mesh has no such axis.

    Example:
        >>> mesh = DeviceMesh((1,), ["batch"], list_devices("cpu")[:1])
        >>> TensorLayout(["batch", None], mesh).axes
        ('batch', None)
    """

    def __init__(self, axes: Sequence[str | None], device_mesh: DeviceMesh | None = None) -> None:
        self._axes = tuple(axes)
        self._device_mesh = device_mesh
        self._check()

    @property
    def axes(self) -> tuple[str | None, ...]:
        """The axis of the mesh for each axis of the array."""
        return self._axes

    @property
    def device_mesh(self) -> DeviceMesh | None:
        """The mesh."""
        return self._device_mesh

    @device_mesh.setter
    def device_mesh(self, device_mesh: DeviceMesh) -> None:
        if self._device_mesh is not None:
            raise ValueError(f"{self} has a mesh already; make a new layout for another.")
        self._device_mesh = device_mesh
        self._check()

    @property
    def backend_layout(self) -> NamedSharding:
        """The layout as JAX has it."""
        if self._device_mesh is None:
            raise ValueError(f"{self} has no mesh yet: set its `device_mesh`.")
        return NamedSharding(self._device_mesh.backend_mesh, PartitionSpec(*self._axes))

    def _check(self) -> None:
        known = None if self._device_mesh is None else self._device_mesh.axis_names
        wrong = [a for a in self._axes if a is not None and known is not None and a not in known]
        if wrong:
            raise ValueError(f"TensorLayout: the mesh has the axes {known}; got {wrong}.")

    def __repr__(self) -> str:
        return f"<TensorLayout axes={self._axes}, device_mesh={self._device_mesh}>"


def distribute_tensor(tensor: Any, layout: TensorLayout | jax.sharding.Sharding) -> Array:
    """Return an array laid out over devices; inside compiled code, a wish that it be so."""
    sharding = layout.backend_layout if isinstance(layout, TensorLayout) else layout
    if isinstance(tensor, Tracer):
        return jax.lax.with_sharding_constraint(tensor, sharding)
    return jax.device_put(tensor, sharding)


def _device(name: Any) -> Device:
    if isinstance(name, jax.Device):
        return name
    kind, _, number = str(name).lower().partition(":")
    found = [device for device in jax.devices(kind) if not number or device.id == int(number)]
    if not found:
        raise ValueError(
            f"DeviceMesh: there is no device {name!r}; there are {list_devices(kind)}."
        )
    return found[0]
