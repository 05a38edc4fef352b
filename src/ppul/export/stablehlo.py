"""Programs of StableHLO in files, weights inside, that JAX alone reads and runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import jax
import numpy as np
from jax import export

from ppul.core.symbolic import symbolic_struct
from ppul.core.variable import Variable
from ppul.export.endpoint import Endpoint
from ppul.saving.atomic import replacing

PLATFORMS = ("cpu", "cuda", "tpu")
_ENDING = ".stablehlo"


def write_file(endpoint: Endpoint, path: Path, platforms: Sequence[str]) -> str:
    """Write the program of an endpoint to a file, and return a line that describes it.

    Raises:
        ValueError: If the function cannot be compiled for sizes that are not known.
    """
    program = _exported(endpoint, platforms)
    content = program.serialize()
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        temporary.write_bytes(content)
    taken = ", ".join(aval.str_short() for aval in program.in_avals)
    given = ", ".join(aval.str_short() for aval in program.out_avals)
    return f"{path}: {endpoint.name}({taken}) -> {given}"


def write_folder(
    endpoints: Sequence[Endpoint],
    collections: Mapping[str, Sequence[Variable]],
    folder: Path,
    platforms: Sequence[str],
) -> list[str]:
    """Write a file for each endpoint, and one of NumPy's arrays for each collection."""
    lines = [write_file(each, folder / f"{each.name}{_ENDING}", platforms) for each in endpoints]
    for name, variables in collections.items():
        path = folder / f"{name}.npz"
        arrays: dict[str, Any] = {variable.path: variable.numpy() for variable in variables}
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.savez(file, **arrays)
        lines.append(f"{path}: {len(variables)} variables")
    return lines


def load(filepath: str | os.PathLike[str]) -> Callable[..., Any]:
    """Return the function of a file that `Model.export` or `ExportArchive` wrote as StableHLO.

    JAX alone does it as well:
    `jax.export.deserialize(bytearray(open(filepath, "rb").read())).call`.

    Args:
        filepath: The file.

    Returns:
        A compiled function of arrays.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is another kind of file.

    Example:
        >>> import tempfile
        >>> from ppul import Input, Sequential, layers
        >>> path = Path(tempfile.mkdtemp()) / "double.stablehlo"
        >>> model = Sequential([Input((2,)), layers.Rescaling(2.0)])
        >>> model.export(path, format="stablehlo", verbose=False)
        >>> load(path)(np.ones((1, 2), "float32")).tolist()
        [[2.0, 2.0]]
    """
    content = bytearray(Path(filepath).read_bytes())
    try:
        program = export.deserialize(content)
    except Exception as error:  # whatever JAX's reader makes of the bytes
        raise ValueError(
            f"'{filepath}' is no program that `export(..., format='stablehlo')` wrote, or is "
            f"damaged ({type(error).__name__}: {error})."
        ) from error
    return jax.jit(program.call)


def _exported(endpoint: Endpoint, platforms: Sequence[str]) -> Any:
    def function(*args: Any) -> Any:
        return endpoint.call((), (), *args)

    structs = jax.tree.map(symbolic_struct, endpoint.signature)
    try:
        return export.export(jax.jit(function), platforms=platforms)(*structs)
    except Exception as error:
        unknown = [t for t in jax.tree.leaves(endpoint.signature) if None in t.shape]
        if not unknown:
            raise
        raise ValueError(
            f"Endpoint '{endpoint.name}' cannot be compiled for sizes that are not known, those of "
            f"{unknown} ({type(error).__name__}: {error}). Give `input_signature` with sizes."
        ) from error
