"""Checkpoints in Orbax's format: numbered folders of arrays, laid out as Keras lays them out.

A step has the model's state tree ("pytree") and, unless it is of weights alone, its configuration
("model_config"). The paths of the state tree in the model's order ("order") are ours: names made up
for layers differ from process to process, the order does not.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np

from ppul.core.serialization import serialize
from ppul.core.variable import Variable
from ppul.models.state_tree import leaves_by_path
from ppul.saving.config import made, parsed
from ppul.saving.slots import set_state

_STATE, _CONFIG, _ORDER = "pytree", "model_config", "order"
_WEIGHTS = ("trainable_variables", "non_trainable_variables")
_OPTIMIZER = "optimizer_variables"
# Orbax warns of a part without any array.
_VERSION = {"format_version": np.int32(1)}


class OrbaxFolder:
    """A folder of checkpoints to write to.

    Args:
        directory: The folder, made when it is first written to.
        max_to_keep: How many of the last checkpoints are kept; None for all.
        background: Whether `write` returns before the files are whole.

    Raises:
        ImportError: If orbax-checkpoint is not installed.
    """

    def __init__(self, directory: str, max_to_keep: int | None, *, background: bool) -> None:
        self._orbax = _orbax("OrbaxCheckpoint")
        self._options = self._orbax.CheckpointManagerOptions(
            max_to_keep=max_to_keep,
            enable_async_checkpointing=background,
        )
        self._directory = Path(directory).absolute()
        self._manager: Any = None

    def steps(self) -> list[int]:
        """Return the numbers of the checkpoints that are whole."""
        return list(self._open().all_steps())

    def write(self, step: int, model: Any, *, weights_only: bool) -> None:
        """Begin to write a checkpoint: a copy of the model as it is now.

        Raises:
            ValueError: If there is this one, or a later one, already.
        """
        latest = self._open().latest_step()
        if latest is not None and latest >= step:
            raise ValueError(
                f"OrbaxCheckpoint: '{self._directory}' has checkpoint {latest} already, and this run "
                f"would write {step}. Take another folder, delete this one, or go on with "
                "`initial_epoch`."
            )
        args = self._orbax.args
        state = _state(model, weights_only=weights_only)
        order = {"variables": [variable.path for variable in model.variables]}
        if not weights_only:
            order[_OPTIMIZER] = [variable.path for variable in _slots(model)]
        items = {
            _STATE: args.StandardSave(state),
            _ORDER: args.PyTreeSave(_text("paths", json.dumps(order))),
        }
        if not weights_only:
            items[_CONFIG] = args.PyTreeSave(_text("config", json.dumps(serialize(model))))
        self._open().save(step, args=args.Composite(**items))

    def wait(self) -> None:
        """Wait until all checkpoints are whole."""
        self._open().wait_until_finished()

    def _open(self) -> Any:
        if self._manager is None:
            self._directory.mkdir(parents=True, exist_ok=True)
            self._manager = self._orbax.CheckpointManager(self._directory, options=self._options)
        return self._manager


def is_orbax(path: Path) -> bool:
    """Return whether a path is a folder of checkpoints, or one of them."""
    return path.is_dir() and (_is_step(path) or bool(_steps(path)))


def load_orbax(path: Path, custom_objects: dict[str, Any] | None, *, compile: bool) -> Any:
    """Return the model of a checkpoint, with its optimizer where it is compiled.

    Args:
        path: A checkpoint, or a folder of them, of which the last is taken.
        custom_objects: Names, beside ppul's own and registered ones, and what they mean.
        compile: Whether to compile it as it was.

    Raises:
        ImportError: If orbax-checkpoint is not installed.
        TypeError: If it names something unknown.
        ValueError: If it is of weights alone, or damaged.
    """
    checkpoint = _read(path)
    if checkpoint.config is None:
        raise ValueError(
            f"'{checkpoint.name}' has weights alone. Build the model and use "
            f"`model.load_weights('{path}')`."
        )
    config = parsed(checkpoint.config, f"'{checkpoint.name}': its configuration")
    size = sum(value.nbytes for value in checkpoint.values.values())
    model = made(config, checkpoint.name, size, custom_objects, old=False, compile=compile)
    _take(model, checkpoint)
    return model


def load_orbax_weights(model: Any, path: Path) -> None:
    """Take the weights of a model, and the optimizer's state where there is one.

    Args:
        model: The model, built.
        path: A checkpoint, or a folder of them, of which the last is taken.

    Raises:
        ImportError: If orbax-checkpoint is not installed.
        ValueError: If they do not fit, or it is damaged; nothing is changed then.
    """
    _take(model, _read(path))


def _state(model: Any, *, weights_only: bool) -> dict[str, Any]:
    """The state tree, copied: a step of training gives the memory of its arrays away."""
    state = model.get_state_tree()
    if weights_only:
        state = {kind: state[kind] for kind in _WEIGHTS}
    # What lies on the devices of several processes can only be copied by each of them.
    several = jax.process_count() > 1
    return jax.tree.map(jax.numpy.copy if several else np.array, state)


def _text(name: str, text: str) -> dict[str, Any]:
    return {name: text} | _VERSION


def _slots(model: Any) -> list[Variable]:
    return [] if model.optimizer is None else model.optimizer.variables


def _is_step(path: Path) -> bool:
    return (path / "_CHECKPOINT_METADATA").is_file() and (path / _STATE).is_dir()


def _steps(path: Path) -> list[Path]:
    steps = [p for p in path.iterdir() if p.name.isdecimal() and _is_step(p)]
    return sorted(steps, key=lambda step: int(step.name))


class _Checkpoint(NamedTuple):
    """What was read.

    Attributes:
        name: The folder.
        values: The weights and other variables of layers, by path.
        slots: The variables of the optimizer, by path.
        config: The configuration of the model, where there is one.
        order: The paths in the model's order, where that was kept.
    """

    name: str
    values: dict[str, np.ndarray]
    slots: dict[str, np.ndarray]
    config: str | None
    order: dict[str, list[str]] | None


def _read(path: Path) -> _Checkpoint:
    orbax = _orbax("loading a checkpoint of Orbax")
    step = (path if _is_step(path) else _steps(path)[-1]).absolute()
    items = [item for item in (_STATE, _CONFIG, _ORDER) if (step / item).is_dir()]
    try:
        with orbax.Checkpointer(_handler(orbax, items)) as reader:
            written = reader.metadata(step).item_metadata
            args = {item: _as_numpy(orbax, written[item].tree) for item in items}
            found = reader.restore(step, args=orbax.args.Composite(**args))
        state = found[_STATE]
        values = {p: np.asarray(v) for kind in _WEIGHTS for p, v in leaves_by_path(state[kind])}
        slots = {p: np.asarray(v) for p, v in leaves_by_path(state.get(_OPTIMIZER, {}))}
        order = _order(found[_ORDER]["paths"], {**values, **slots}) if _ORDER in items else None
        config = str(found[_CONFIG]["config"]) if _CONFIG in items else None
    except (AttributeError, LookupError, OSError, TypeError, ValueError) as error:
        raise ValueError(
            f"'{step}' is damaged ({type(error).__name__}: {error}). Take another checkpoint."
        ) from error
    return _Checkpoint(str(step), values, slots, config, order)


def _order(text: str, stored: Mapping[str, np.ndarray]) -> dict[str, list[str]]:
    """The paths in the model's order, each of which leads to a value."""
    order = json.loads(text)
    unknown = {*order["variables"], *order.get(_OPTIMIZER, ())} - set(stored)
    if unknown:
        raise LookupError(f"nothing is stored for {sorted(unknown)}")
    return order


def _handler(orbax: Any, items: list[str]) -> Any:
    handlers = {item: orbax.PyTreeCheckpointHandler() for item in items}
    return orbax.CompositeCheckpointHandler(**handlers)


def _as_numpy(orbax: Any, written: Any) -> Any:
    """How to read a tree: arrays as NumPy's, whatever devices they were on; texts as texts."""

    def one(leaf: Any) -> Any:
        is_array = hasattr(leaf, "shape")
        return orbax.RestoreArgs(restore_type=np.ndarray if is_array else None)

    return orbax.args.PyTreeRestore(restore_args=jax.tree.map(one, written))


def _take(model: Any, checkpoint: _Checkpoint) -> None:
    """Give the variables of a model their values, the optimizer's last."""
    pairs = [(v, v.convert(value)) for v, value in _pairs(model, checkpoint)]
    for variable, value in pairs:
        variable.assign(value)
    if checkpoint.slots and model.optimizer is not None:
        if not model.optimizer.built:
            model.optimizer.build(model.trainable_variables)
        stored = _stored_slots(model, checkpoint)
        set_state(model.optimizer, stored, model.trainable_variables, checkpoint.name, old=False)


def _pairs(model: Any, checkpoint: _Checkpoint) -> list[tuple[Variable, np.ndarray]]:
    """The variables of a model, each with its value: by order; all but seeds by path."""
    values, pairs = checkpoint.values, []
    if checkpoint.order is not None:
        paths = checkpoint.order["variables"]
        if len(paths) != len(model.variables):
            raise ValueError(
                f"'{checkpoint.name}' has {len(paths)} variables, model '{model.name}' has "
                f"{len(model.variables)}: {[v.path for v in model.variables]}. Build the model as it "
                "was saved."
            )
        return [(v, values[path]) for v, path in zip(model.variables, paths, strict=True)]
    for variable in model.weights:
        known = [p for p in (variable.path, f"{model.name}/{variable.path}") if p in values]
        if not known:
            raise ValueError(
                f"'{checkpoint.name}' has nothing for '{variable.path}' of model '{model.name}'; it "
                f"has {sorted(values)}. Give the layers the names they were saved with."
            )
        pairs.append((variable, values[known[0]]))
    return pairs


def _stored_slots(model: Any, checkpoint: _Checkpoint) -> list[tuple[str, np.ndarray]]:
    """The variables of the optimizer: by order, or else by path behind the optimizer's name."""
    if checkpoint.order is not None:
        paths = checkpoint.order[_OPTIMIZER]
    else:
        by_rest = {path.partition("/")[2]: path for path in checkpoint.slots}
        own = [variable.path.partition("/")[2] for variable in _slots(model)]
        paths = [by_rest[rest] for rest in own if rest in by_rest]
    return [(path, checkpoint.slots[path]) for path in paths]


def _orbax(what: str) -> Any:
    try:
        return importlib.import_module("orbax.checkpoint")
    except ImportError:
        raise ImportError(
            f"{what} needs the package orbax-checkpoint, which is not installed. Run `pip install "
            "orbax-checkpoint`, or use `ppul.callbacks.ModelCheckpoint`, which needs none."
        ) from None
