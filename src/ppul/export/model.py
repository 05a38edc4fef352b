"""A model as one program: what `Model.export` writes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ppul.core.checks import one_of
from ppul.export.archive import ExportArchive
from ppul.export.endpoint import Endpoint
from ppul.export.saved_model import write_litert
from ppul.export.stablehlo import PLATFORMS, write_file

# Keras writes these from graphs of TensorFlow or PyTorch, which a compiled program is not.
_OF_OTHERS = ("onnx", "openvino", "torch")
FORMATS = ("tf_saved_model", "stablehlo", "litert", *_OF_OTHERS)


def export_model(
    model: Any,
    filepath: str | os.PathLike[str],
    format: str,
    *,
    verbose: bool,
    input_signature: Any,
    platforms: Sequence[str] = PLATFORMS,
) -> None:
    """Write the inference of a model as a program; see `Model.export`."""
    one_of("export", "format", format, FORMATS)
    if format in _OF_OTHERS:
        raise ValueError(
            f"export: '{format}' is not written here. Save the model by `model.save('name.keras')`, "
            "load it with Keras under the environment variable KERAS_BACKEND="
            f"{'torch' if format == 'torch' else 'tensorflow'}, and export it there; or use "
            "format='stablehlo', 'tf_saved_model' or 'litert'."
        )
    if not model.built:
        raise ValueError(
            f"export: model '{model.name}' has no weights yet: build it, or call it on data."
        )
    path = Path(filepath)
    if format == "tf_saved_model":
        archive = ExportArchive(platforms=platforms)
        archive.track_and_add_endpoint("serve", model, input_signature)
        archive.write_out(path, verbose=verbose)
        return
    endpoint = Endpoint("serve", model, input_signature)
    if format == "stablehlo":
        line = write_file(endpoint, path, platforms)
    else:
        line = write_litert(endpoint, model.variables, path)
    if verbose:
        print(f"Saved {line}")  # noqa: T201
