"""Models and weights to files and back; the format is told by the ending."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ppul.saving.atomic import replacing
from ppul.saving.keras_file import load_keras, read_bytes, save_keras, weights_bytes

PathLike = str | os.PathLike[str]


def save_model(
    model: Any,
    filepath: PathLike,
    overwrite: bool = True,
    zipped: bool | None = None,
    **kwargs: Any,
) -> None:
    """Save architecture, weights, optimizer and compile settings.

    Args:
        model: The model.
        filepath: A path that ends in `.keras`.
        overwrite: Whether an existing file is replaced.
        zipped: Whether it is one file; folders are not written.
        **kwargs: None; named so that a misspelt argument gets an error.

    Raises:
        ValueError: If the ending is another one.
        FileExistsError: If the file exists and `overwrite` is false.
    """
    path = _target(filepath, overwrite)
    if kwargs:
        raise TypeError(f"save: unknown argument(s) {sorted(kwargs)}.")
    if zipped is False:
        raise ValueError("save: models are saved as one file; leave `zipped` out.")
    if path.suffix != ".keras":
        raise ValueError(
            f"save: '{path}' must end in '.keras'. For weights alone use "
            "`save_weights('name.weights.h5')`."
        )
    save_keras(model, path)


def load_model(
    filepath: PathLike,
    custom_objects: dict[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,  # noqa: ARG001  (always safe)
) -> Any:
    """Return a saved model.

    Args:
        filepath: A `.keras` file.
        custom_objects: Names, beside ppul's own and registered ones, and what they mean.
        compile: Whether to compile it as it was.
        safe_mode: Kept for Keras's signature; code in files is never run.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is not a model file, or is damaged.
    """
    path = _existing(filepath)
    if path.suffix != ".keras":
        raise ValueError(f"load_model: '{path}' must end in '.keras'.")
    return load_keras(path, custom_objects, compile=compile)


def save_weights(
    model: Any,
    filepath: PathLike,
    overwrite: bool = True,
    max_shard_size: float | None = None,  # noqa: ARG001
) -> None:
    """Save the weights to a `.weights.h5` file."""
    path = _target(filepath, overwrite)
    if not path.name.endswith(".weights.h5"):
        raise ValueError(f"save_weights: '{path}' must end in '.weights.h5'.")
    if not model.built:
        raise ValueError(f"Model '{model.name}' has no weights yet: build it, or call it on data.")
    content = weights_bytes(model)
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def load_weights(
    model: Any, filepath: PathLike, skip_mismatch: bool = False, **kwargs: Any
) -> None:
    """Load weights from a `.weights.h5` or `.keras` file.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If they do not fit the model; nothing is changed then.
    """
    if kwargs:
        raise TypeError(f"load_weights: unknown argument(s) {sorted(kwargs)}.")
    path = _existing(filepath)
    if path.suffix == ".keras":
        import zipfile

        with zipfile.ZipFile(path) as archive:
            content = archive.read("model.weights.h5")
    elif path.name.endswith(".weights.h5"):
        content = path.read_bytes()
    else:
        raise ValueError(f"load_weights: '{path}' must end in '.weights.h5' or '.keras'.")
    read_bytes(model, content, str(path), skip_mismatch=skip_mismatch)


def _target(filepath: PathLike, overwrite: bool) -> Path:
    path = Path(filepath)
    if path.exists() and not overwrite:
        raise FileExistsError(f"'{path}' exists already; pass overwrite=True to replace it.")
    return path


def _existing(filepath: PathLike) -> Path:
    path = Path(filepath)
    if not path.exists():
        near = (
            sorted(p.name for p in path.parent.glob(f"*{path.suffix}"))
            if path.parent.is_dir()
            else []
        )
        hint = f" In '{path.parent}' there are: {', '.join(near[:5])}." if near else ""
        raise FileNotFoundError(f"There is no file '{path}'.{hint}")
    return path
