"""The little of TensorFlow that programs for tf.keras use beside it.

A row names a function of JAX or ppul that does the same. Keras itself is served beside this.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from typing import Any

from ppul.compat.importing import Package
from ppul.core.checks import suggestion
from ppul.core.operation import op

VERSION = "2.15.0"

# Functions of `jax.numpy` that take the same arguments, under the same names.
_SAME = """
abs add argsort bool ceil complex64 concatenate cos cosh cumsum divide equal exp expand_dims eye
float16 float32 float64 floor greater greater_equal int8 int16 int32 int64 less less_equal linspace
logical_and logical_not logical_or matmul maximum minimum multiply newaxis not_equal ones ones_like
reshape round sign sin sinh split sqrt square squeeze stack subtract tan tanh tensordot tile uint8
where zeros zeros_like
"""
# ... and under other names.
_JAX = {
    "bfloat16": "jax.numpy.bfloat16",
    "concat": "jax.numpy.concatenate",
    "constant": "jax.numpy.asarray",
    "convert_to_tensor": "jax.numpy.asarray",
    "identity": "jax.numpy.asarray",
    "pow": "jax.numpy.power",
    "range": "jax.numpy.arange",
    "reduce_all": "jax.numpy.all",
    "reduce_any": "jax.numpy.any",
    "reduce_max": "jax.numpy.max",
    "reduce_mean": "jax.numpy.mean",
    "reduce_min": "jax.numpy.min",
    "reduce_prod": "jax.numpy.prod",
    "reduce_sum": "jax.numpy.sum",
    "reverse": "jax.numpy.flip",
    "stop_gradient": "jax.lax.stop_gradient",
    "transpose": "jax.numpy.transpose",
}
_MATH = "abs add ceil cos divide equal exp floor greater less maximum minimum multiply pow \
reduce_all reduce_any reduce_max reduce_mean reduce_min reduce_prod reduce_sum round sign sin sqrt \
square subtract tanh"
_NN = "elu gelu log_softmax relu relu6 selu sigmoid silu softmax softplus softsign swish tanh"


def _eagerly(function: Callable[..., Any] | None = None, **_: Any) -> Callable[..., Any]:
    """`tf.function`: what ppul trains is compiled without it."""
    return function if function is not None else _eagerly


def _cast(x: Any, dtype: Any) -> Any:
    """Return an array in another dtype."""
    return importlib.import_module("jax.numpy").asarray(x).astype(dtype)


ROWS: dict[str, Any] = {
    **{name: f"jax.numpy.{name}" for name in _SAME.split()},
    **_JAX,
    "Tensor": "jax.Array",
    "Variable": "ppul.Variable",
    "__version__": VERSION,
    "cast": _cast,
    "function": _eagerly,
    "math.log": "jax.numpy.log",
    "nn.leaky_relu": "ppul.activations.leaky_relu",
    "random.set_seed": "ppul.utils.set_random_seed",
    "set_random_seed": "ppul.utils.set_random_seed",
    **{f"nn.{name}": f"ppul.activations.{name}" for name in _NN.split()},
}
ROWS |= {f"math.{name}": ROWS[name] for name in _MATH.split()}
_MODULES = {"", "compat", "compat.v1", "compat.v2", "math", "nn", "python", "random"}


class TensorFlow(Package):
    """The module `tensorflow`."""

    def __init__(self) -> None:
        super().__init__("tensorflow")

    def has_module(self, path: str) -> bool:
        """Return whether there is a module; `keras` in it is served by itself."""
        return path in _MODULES or path.rpartition(".")[2] == "keras"

    def find(self, module: str, name: str) -> Any:
        """Return a function of JAX or ppul."""
        path = _plain(f"{module}.{name}".lstrip("."))
        row = ROWS.get(path)
        if row is None:
            raise AttributeError(
                f"module 'tensorflow' has no attribute {path!r} here, where ppul serves tf.keras and "
                f"a few plain functions.{suggestion(path, ROWS)} What JAX has under another name "
                "(`jax.numpy`, `jax.nn`) works inside models too.",
                name=name,
            )
        return _loaded(row) if isinstance(row, str) and name != "__version__" else row

    def all_names(self, module: str) -> list[str]:
        """Return the names of a module."""
        prefix = f"{_plain(module)}." if _plain(module) else ""
        names = (path.removeprefix(prefix) for path in ROWS if path.startswith(prefix))
        return sorted(name for name in names if "." not in name)


def _plain(path: str) -> str:
    """A path without the versions that TensorFlow keeps its own older names under."""
    for version in ("compat.v1", "compat.v2"):
        path = path.removeprefix(version).lstrip(".")
    return path


@functools.cache
def _loaded(path: str) -> Any:
    """What a dotted path means; functions of arrays take variables and symbolic tensors too."""
    module, _, name = path.rpartition(".")
    found = getattr(importlib.import_module(module), name)
    is_function = callable(found) and not isinstance(found, type) and module.startswith("jax")
    return op(found) if is_function and not hasattr(found, "dtype") else found
