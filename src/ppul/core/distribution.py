"""Which devices hold what: the distribution under which variables are made and programs run."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from typing import Any

import jax
from jax.sharding import NamedSharding, PartitionSpec

from ppul.core.local import local
from ppul.core.mesh import DeviceMesh, TensorLayout, list_devices
from ppul.core.types import Shape


def distribution() -> Any:
    """Return the distribution that holds now, or None."""
    return local.distribution


def set_distribution(value: Any) -> None:
    """Let a distribution hold from now on; None for one device.

    Raises:
        TypeError: If it is none.
    """
    if value is not None and not isinstance(value, Distribution):
        raise TypeError(
            f"set_distribution: give a DataParallel, a ModelParallel or None; got {value!r}."
        )
    local.distribution = value


class Distribution:
    """Where variables and batches are.

    Args:
        device_mesh: The devices.
        batch_dim_name: The axis of the mesh along which batches are divided.
        auto_shard_dataset: Kept for Keras's signature; every process reads all data.
    """

    def __init__(
        self, device_mesh: DeviceMesh, batch_dim_name: str | None, auto_shard_dataset: bool = True
    ) -> None:
        self._device_mesh = device_mesh
        self._batch_dim_name = batch_dim_name
        self._auto_shard_dataset = auto_shard_dataset

    @property
    def device_mesh(self) -> DeviceMesh:
        """The devices."""
        return self._device_mesh

    @property
    def batch_dim_name(self) -> str | None:
        """The axis of the mesh along which batches are divided."""
        return self._batch_dim_name

    @property
    def auto_shard_dataset(self) -> bool:
        """Whether processes are to read different data."""
        return self._auto_shard_dataset

    @auto_shard_dataset.setter
    def auto_shard_dataset(self, value: bool) -> None:
        self._auto_shard_dataset = value

    @property
    def num_processes(self) -> int:
        """How many processes there are."""
        return jax.process_count()

    @property
    def num_model_replicas(self) -> int:
        """Into how many parts batches are divided."""
        mesh = self._device_mesh
        names = mesh.axis_names
        if self._batch_dim_name not in names:
            return 1
        return mesh.shape[names.index(self._batch_dim_name)]

    @property
    def data_shard_id(self) -> int:
        """Which part of the data this process is to read."""
        return jax.process_index()

    def get_data_layout(self, data_shape: Shape) -> TensorLayout:
        """Return how a batch of a shape is laid out: divided along its first axis."""
        axes = [self._batch_dim_name, *[None] * (len(data_shape) - 1)]
        return TensorLayout(axes, self._device_mesh)

    def get_variable_layout(self, variable: Any) -> TensorLayout:
        """Return how a variable is laid out; whole on every device unless it says otherwise."""
        if variable._layout is not None:
            return variable._layout
        return TensorLayout([None] * len(variable.shape), self._device_mesh)

    def get_tensor_layout(self, path: str) -> TensorLayout | None:
        """Return the layout that is prescribed for what a layer computes, if there is one."""
        return None

    def distribute_dataset(self, dataset: Any) -> Any:
        """Return the data that this process reads: all, which the program divides."""
        return dataset

    def distribute_tf_dataset(self, dataset: Any) -> Any:
        """Return the data that this process reads, as `distribute_dataset` does."""
        return self.distribute_dataset(dataset)

    @contextmanager
    def scope(self) -> Iterator[None]:
        """Let it hold inside."""
        before = distribution()
        set_distribution(self)
        try:
            yield
        finally:
            set_distribution(before)

    def layout_of(self, array: Any) -> Any:
        """Return where an array is on these devices: as it is, if it is there, else whole on each."""
        mesh = self._device_mesh.backend_mesh
        found = getattr(array, "sharding", None)
        if isinstance(found, NamedSharding) and found.mesh == mesh:
            return found
        return NamedSharding(mesh, PartitionSpec())

    def divided(self, shape: Sequence[int], axis: int | None) -> NamedSharding:
        """Return how an array is laid out that holds samples along an axis (None: no samples).

        It is divided between the devices where they get equally many samples, else it is whole on
        each.
        """
        spec: list[str | None] = [None] * len(shape)
        if axis is not None and shape[axis] % self.num_model_replicas == 0:
            spec[axis] = self._batch_dim_name
        return NamedSharding(self._device_mesh.backend_mesh, PartitionSpec(*spec))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} device_mesh={self._device_mesh}>"


class DataParallel(Distribution):
    """Each device has all variables, and computes a part of every batch.

    Args:
        device_mesh: The devices, along one axis.
        devices: Their names instead; all by default.
        auto_shard_dataset: Kept for Keras's signature; every process reads all data.

    Example:
        >>> DataParallel(devices=list_devices("cpu")[:1]).batch_dim_name
        'batch'
    """

    def __init__(
        self,
        device_mesh: DeviceMesh | None = None,
        devices: Sequence[Any] | None = None,
        auto_shard_dataset: bool = True,
    ) -> None:
        if device_mesh is None:
            names = list(list_devices() if devices is None else devices)
            device_mesh = DeviceMesh((len(names),), ["batch"], names)
        super().__init__(device_mesh, device_mesh.axis_names[0], auto_shard_dataset)


class ModelParallel(Distribution):
    """Variables are divided between devices, as their paths prescribe, and batches too.

    Args:
        layout_map: Layouts by the paths of variables.
        batch_dim_name: The axis of the mesh along which batches are divided; its first by default.
        auto_shard_dataset: Kept for Keras's signature; every process reads all data.
        **kwargs: None; named so that a misspelt argument gets an error.
    """

    def __init__(
        self,
        *,
        layout_map: LayoutMap | None = None,
        batch_dim_name: str | None = None,
        auto_shard_dataset: bool = True,
        **kwargs: Any,
    ) -> None:
        if kwargs:
            raise TypeError(f"ModelParallel: unknown argument(s) {sorted(kwargs)}.")
        if not isinstance(layout_map, LayoutMap):
            raise ValueError(
                f"ModelParallel: `layout_map` must be a LayoutMap; got {layout_map!r}."
            )
        mesh = layout_map.device_mesh
        super().__init__(mesh, batch_dim_name or mesh.axis_names[0], auto_shard_dataset)
        self._layout_map = layout_map

    def get_variable_layout(self, variable: Any) -> TensorLayout:
        """Return how a variable is laid out: as it says itself, or its path prescribes."""
        found = None if variable._layout is not None else self._layout_map[variable.path]
        return super().get_variable_layout(variable) if found is None else found

    def get_tensor_layout(self, path: str) -> TensorLayout | None:
        """Return the layout that is prescribed for a path, if there is one."""
        return self._layout_map[path]


class LayoutMap(MutableMapping[str, Any]):
    """Layouts by path; a key may be a regular expression that fits whole paths.

    Args:
        device_mesh: The devices.

    Example:
        >>> mesh = DeviceMesh((1,), ["model"], list_devices("cpu")[:1])
        >>> layouts = LayoutMap(mesh)
        >>> layouts[".*kernel"] = (None, "model")
        >>> layouts["dense/kernel"].axes
        (None, 'model')
    """

    def __init__(self, device_mesh: DeviceMesh) -> None:
        self._device_mesh = device_mesh
        self._layouts: dict[str, TensorLayout] = {}

    @property
    def device_mesh(self) -> DeviceMesh:
        """The devices."""
        return self._device_mesh

    def __getitem__(self, key: str) -> TensorLayout | None:
        if key in self._layouts:
            return self._layouts[key]
        found = [pattern for pattern in self._layouts if re.fullmatch(pattern, key)]
        if len(found) > 1:
            raise ValueError(
                f"LayoutMap: the path '{key}' fits several keys: {found}. Make them exclude each other."
            )
        return self._layouts[found[0]] if found else None

    def __setitem__(self, key: str, layout: TensorLayout | Sequence[str | None]) -> None:
        if key in self._layouts:
            raise ValueError(f"LayoutMap: there is a layout for '{key}' already; delete it first.")
        if isinstance(layout, (tuple, list)):
            layout = TensorLayout(layout)
        if not isinstance(layout, TensorLayout):
            raise ValueError(f"LayoutMap: give a TensorLayout or axes for '{key}'; got {layout!r}.")
        if layout.device_mesh is None:
            layout.device_mesh = self._device_mesh
        self._layouts[key] = layout

    def __delitem__(self, key: str) -> None:
        del self._layouts[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._layouts)

    def __len__(self) -> int:
        return len(self._layouts)
