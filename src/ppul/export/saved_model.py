"""What TensorFlow reads: SavedModel folders and LiteRT files, by way of `jax2tf`."""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jax

from ppul.core.symbolic import symbolic_struct
from ppul.core.variable import Variable
from ppul.export.endpoint import Endpoint
from ppul.saving.atomic import replacing


def write_saved_model(
    endpoints: Sequence[Endpoint],
    collections: Mapping[str, Sequence[Variable]],
    variables: Sequence[Variable],
    folder: Path,
    platforms: Sequence[str],
    options: Any = None,
) -> list[str]:
    """Write a SavedModel, and return lines that describe it.

    Args:
        endpoints: Its functions; the first is the default signature, too.
        collections: Variables by the names of the attributes that hold them.
        variables: All that are variables there as well; others are constants.
        folder: Where to.
        platforms: What it is compiled for.
        options: A `tf.saved_model.SaveOptions`.

    Raises:
        ImportError: If TensorFlow is not installed.
    """
    tf = _tensorflow("A SavedModel")
    held = {id(v): tf.Variable(v.numpy(), trainable=v.trainable, name=v.name) for v in variables}
    module = tf.Module()
    module._held = list(held.values())
    for name, collection in collections.items():
        setattr(module, name, [held[id(variable)] for variable in collection])
    functions = {}
    for endpoint in endpoints:
        function = _function(tf, endpoint, variables, module._held, platforms)
        setattr(module, endpoint.name, function)
        functions[endpoint.name] = function
    signatures = {"serving_default": functions[endpoints[0].name], **functions}
    tf.saved_model.save(module, str(folder), signatures=signatures, options=options)
    return [f"{folder}: {', '.join(functions)}"]


def write_litert(endpoint: Endpoint, variables: Sequence[Variable], path: Path) -> str:
    """Write a LiteRT (`.tflite`) file, and return a line that describes it.

    Raises:
        ImportError: If TensorFlow is not installed.
    """
    tf = _tensorflow("A LiteRT file")
    with tempfile.TemporaryDirectory() as folder:
        write_saved_model([endpoint], {}, variables, Path(folder), ("cpu",))
        content = tf.lite.TFLiteConverter.from_saved_model(folder).convert()
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        temporary.write_bytes(content)
    return f"{path}: {endpoint.name}"


def _function(
    tf: Any,
    endpoint: Endpoint,
    variables: Sequence[Variable],
    held: Sequence[Any],
    platforms: Sequence[str],
) -> Any:
    from jax.experimental import jax2tf

    structs = jax.tree.map(symbolic_struct, endpoint.signature)
    convert = jax2tf.convert(
        lambda values, *args: endpoint.call(variables, values, *args),
        polymorphic_shapes=[None, *jax.tree.map(lambda s: str(tuple(s.shape)), structs)],
        native_serialization_platforms=platforms,
        with_gradient=False,
    )
    signature = jax.tree.map(
        lambda tensor: tf.TensorSpec(tensor.shape, tensor.dtype, tensor.name), endpoint.signature
    )

    @tf.function(input_signature=signature, autograph=False)
    def function(*args: Any) -> Any:
        return convert(list(held), *args)

    return function


def _tensorflow(what: str) -> Any:
    try:
        return importlib.import_module("tensorflow")
    except ImportError:
        raise ImportError(
            f"{what} is written by TensorFlow, which is not installed. Run `pip install tensorflow`, "
            "or export with format='stablehlo', which JAX alone reads."
        ) from None
