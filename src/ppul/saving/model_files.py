"""Models and weights to files and back.

The name's ending says what is written. What is read is told by its content: old files have had
many endings.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ppul.core.registry import CustomObjectScope
from ppul.core.serialization import deserialize
from ppul.saving.archive import is_archive
from ppul.saving.arrays import is_hdf5, reading_hdf5
from ppul.saving.atomic import replacing
from ppul.saving.checkpoint import load_checkpoint, refuse_tensorflow, save_checkpoint
from ppul.saving.config import parsed
from ppul.saving.h5 import is_by_layer, load_h5, load_h5_weights, save_h5, save_h5_weights
from ppul.saving.keras2 import is_old, modern
from ppul.saving.keras_file import load_keras, save_keras, weights_bytes, weights_of_keras
from ppul.saving.orbax import is_orbax, load_orbax, load_orbax_weights

PathLike = str | os.PathLike[str]
_HDF5 = (".h5", ".hdf5")


def save_model(
    model: Any,
    filepath: PathLike,
    overwrite: bool = True,
    zipped: bool | None = None,
    *,
    include_optimizer: bool = True,
    save_format: str | None = None,
    **kwargs: Any,
) -> None:
    """Save architecture, weights, optimizer and compile settings.

    Args:
        model: The model.
        filepath: A path that ends in `.keras`, or in `.h5` or `.hdf5` for the older format.
        overwrite: Whether an existing file is replaced.
        zipped: Whether it is one file; folders are not written.
        include_optimizer: Whether the optimizer's state is saved, too.
        save_format: What Keras 2 had: "keras" or "h5", whatever the path ends in.
        **kwargs: None; named so that a misspelt argument gets an error.

    Raises:
        ValueError: If the ending, or the format, is another one.
        FileExistsError: If the file exists and `overwrite` is false.
    """
    path = _target(filepath, overwrite)
    if kwargs:
        raise TypeError(f"save: unknown argument(s) {sorted(kwargs)}.")
    if zipped is False:
        raise ValueError("save: models are saved as one file; leave `zipped` out.")
    file_format = path.suffix if save_format is None else f".{save_format}"
    if file_format == ".keras":
        save_keras(model, path, optimizer=include_optimizer)
    elif file_format in _HDF5:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_h5(model, path, optimizer=include_optimizer)
    elif save_format is not None:
        raise ValueError(
            f"save: `save_format` must be 'keras' or 'h5'; got {save_format!r}. TensorFlow's format "
            "is not written."
        )
    else:
        raise ValueError(
            f"save: '{path}' must end in '.keras' or '.h5'. For weights alone use "
            "`save_weights('name.weights.h5')`."
        )


def model_from_json(json_string: str, custom_objects: dict[str, Any] | None = None) -> Any:
    """Return a model, with new weights, from what `model.to_json()` returned.

    Args:
        json_string: The architecture; of Keras 2 or 3.
        custom_objects: Names in it, beside ppul's own and registered ones, and what they mean.

    Raises:
        ValueError: If it is no JSON object.
        TypeError: If it names a class or function that is not known.

    Example:
        >>> import ppul
        >>> model = ppul.Sequential([ppul.Input((3,)), ppul.layers.Dense(2)])
        >>> model_from_json(model.to_json()).output_shape
        (None, 2)
    """
    config = parsed(json_string, "model_from_json: the text")
    old = "module" not in config and is_old(config.get("keras_version"))
    with CustomObjectScope(custom_objects):
        model = deserialize(modern(config, old=old), kind="models")
    if not callable(getattr(model, "fit", None)):
        raise TypeError(f"model_from_json: the text describes {model!r}, which is no model.")
    return model


def load_model(
    filepath: PathLike,
    custom_objects: dict[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,  # noqa: ARG001  (always safe)
) -> Any:
    """Return a saved model.

    Args:
        filepath: A `.keras` file, an `.h5` file of any Keras from 2.0 on, or a folder that
            `OrbaxCheckpoint` wrote.
        custom_objects: Names, beside ppul's own and registered ones, and what they mean.
        compile: Whether to compile it as it was.
        safe_mode: Kept for Keras's signature; code in files is never run.

    Raises:
        FileNotFoundError: If there is no such file.
        TypeError: If it names a class or function that is not known.
        ValueError: If it is not a model file, or is damaged.
    """
    if is_orbax(Path(filepath)):
        return load_orbax(Path(filepath), custom_objects, compile=compile)
    path = _existing(filepath)
    if is_archive(path):
        return load_keras(path, str(path), custom_objects, compile=compile)
    if is_hdf5(path):
        return load_h5(path, custom_objects, compile=compile)
    raise ValueError(_no_file_of_ours("load_model", path))


def save_weights(
    model: Any,
    filepath: PathLike,
    overwrite: bool = True,
    max_shard_size: float | None = None,  # noqa: ARG001
    **kwargs: Any,
) -> None:
    """Save the weights.

    Args:
        model: The model, built.
        filepath: `name.weights.h5` is in Keras 3's format, another `name.h5` in the older one by
            layer; any other name is in ppul's own, its folder made if it is missing.
        overwrite: Whether an existing file is replaced.
        max_shard_size: Kept for Keras's signature; one file is written.
        **kwargs: None; named so that a misspelt argument gets an error.

    Raises:
        ValueError: If the model is not built, or the name is one of a whole model.
        FileExistsError: If the file exists and `overwrite` is false.
    """
    if kwargs:
        raise TypeError(f"save_weights: unknown argument(s) {sorted(kwargs)}.")
    path = _target(filepath, overwrite)
    if not model.built:
        raise ValueError(f"Model '{model.name}' has no weights yet: build it, or call it on data.")
    if path.suffix == ".keras":
        raise ValueError(
            f"save_weights: '{path}' has the ending of a whole model. Use `save`, or a name that ends "
            "in '.weights.h5'."
        )
    if path.name.endswith(".weights.h5"):
        content = weights_bytes(model)
        with replacing(path) as temporary:
            temporary.write_bytes(content)
    elif path.suffix in _HDF5:
        save_h5_weights(model, path)
    else:
        save_checkpoint(model, path)


def load_weights(
    model: Any,
    filepath: PathLike,
    skip_mismatch: bool = False,
    *,
    by_name: bool = False,
    **kwargs: Any,
) -> None:
    """Load weights from a file of weights or of a whole model.

    Args:
        model: The model, built.
        filepath: The file, or a folder that `OrbaxCheckpoint` wrote.
        skip_mismatch: Whether layers that do not fit are left as they are, with a warning.
        by_name: Whether layers are matched by name instead of in order; in `.h5` files.
        **kwargs: None; named so that a misspelt argument gets an error.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If they do not fit the model; nothing is changed then.
    """
    if kwargs:
        raise TypeError(f"load_weights: unknown argument(s) {sorted(kwargs)}.")
    if is_orbax(Path(filepath)):
        if by_name or skip_mismatch:
            raise ValueError(
                f"load_weights: '{filepath}' is a checkpoint of Orbax, which has to fit the model: leave "
                "out `by_name` and `skip_mismatch`."
            )
        load_orbax_weights(model, Path(filepath))
        return
    path, how = _existing(filepath), {"skip_mismatch": skip_mismatch}
    if not is_archive(path) and not is_hdf5(path):
        raise ValueError(_no_file_of_ours("load_weights", path))
    with reading_hdf5(weights_of_keras(path) if is_archive(path) else path, str(path)) as file:
        if is_by_layer(file, str(path)):
            load_h5_weights(model, file, str(path), by_name=by_name, **how)
        elif by_name:
            raise ValueError(
                f"load_weights: '{path}' has its layers in order and not by name, so `by_name=True` "
                "cannot be. Leave it out, or save the weights as 'name.h5'."
            )
        else:
            load_checkpoint(model, file, str(path), **how)


def _no_file_of_ours(where: str, path: Path) -> str:
    return (
        f"{where}: '{path}' is neither a .keras file (a zip archive) nor an HDF5 file; it begins with "
        f"{_beginning(path)!r}. It may be damaged, or be something else: save it again."
    )


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(16)


def _target(filepath: PathLike, overwrite: bool) -> Path:
    path = Path(filepath)
    if path.exists() and not overwrite:
        raise FileExistsError(f"'{path}' exists already; pass overwrite=True to replace it.")
    return path


def _existing(filepath: PathLike) -> Path:
    path = Path(filepath)
    refuse_tensorflow(path)
    if path.is_dir():
        raise IsADirectoryError(f"'{path}' is a folder; give the file in it.")
    if not path.exists():
        near = (
            sorted(p.name for p in path.parent.glob(f"*{path.suffix}"))
            if path.parent.is_dir()
            else []
        )
        hint = f" In '{path.parent}' there are: {', '.join(near[:5])}." if near else ""
        raise FileNotFoundError(f"There is no file '{path}'.{hint}")
    return path
