"""Embeddings as files that TensorBoard's projector shows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ppul.saving.atomic import replacing

Metadata = str | Mapping[str, str] | None

_CONFIG = "projector_config.pbtxt"


def embeddings_of(model: Any) -> dict[str, Any]:
    """Return the tables of a model's layers that have one, as `Embedding` has, by layer.

    Args:
        model: A model.
    """
    tables = {layer.name: getattr(layer, "embeddings", None) for layer in model._flatten_layers()}
    return {name: table for name, table in tables.items() if table is not None}


def check_metadata(tables: Mapping[str, Any], metadata: Metadata) -> None:
    """Raise a ValueError if metadata are named for a layer that has no table."""
    unknown = [] if metadata is None or isinstance(metadata, str) else set(metadata) - set(tables)
    if unknown:
        raise ValueError(
            f"TensorBoard: `embeddings_metadata` names {sorted(unknown)}; the layers with embeddings "
            f"are {sorted(tables) or 'none'}."
        )


def write_embeddings(folder: Path, tables: Mapping[str, Any], metadata: Metadata) -> None:
    """Write the rows of tables, and the file that tells the projector where they are.

    Args:
        folder: Where the event files are.
        tables: Tables (n, dimensions), by layer.
        metadata: Path of a file with what the rows mean, for all layers or by layer.
    """
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for name, table in tables.items():
        file = f"{name}_embeddings.tsv"
        with replacing(folder / file) as temporary:
            np.savetxt(temporary, np.asarray(table), fmt="%.9g", delimiter="\t")
        lines = [f'tensor_name: "{name}"', f'tensor_path: "{file}"']
        rows = metadata if metadata is None or isinstance(metadata, str) else metadata.get(name)
        if rows is not None:
            lines.append(f'metadata_path: "{rows}"')
        entries.append("embeddings {\n  " + "\n  ".join(lines) + "\n}\n")
    with replacing(folder / _CONFIG) as temporary:
        temporary.write_text("".join(entries))
