"""Names of dtypes, and policies that say in which a layer computes and keeps its weights.

Example:
    >>> import numpy as np
    >>> standardize_dtype(np.float32), standardize_dtype(None), standardize_dtype("int")
    ('float32', 'float32', 'int32')
    >>> policy = DTypePolicy("mixed_float16")
    >>> policy.compute_dtype, policy.variable_dtype
    ('float16', 'float32')
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from ppul.core import settings
from ppul.core.checks import suggestion
from ppul.core.types import Config

FLOAT = ("float16", "bfloat16", "float32", "float64", "float8_e4m3fn", "float8_e5m2")
INTEGER = (
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "int8",
    "int16",
    "int32",
    "int64",
    "int4",
    "uint4",
)
COMPLEX = ("complex64", "complex128")
KNOWN = (*FLOAT, *INTEGER, *COMPLEX, "bool", "string")
_PYTHON = {"bool": "bool", "int": "int32", "float": None, "str": "string"}


def standardize_dtype(dtype: Any) -> str:
    """Return any way of naming a dtype as its plain name; None is the default float type.

    Raises:
        ValueError: If no such dtype is known.
    """
    if dtype is None:
        return settings.floatx()
    if isinstance(dtype, str) and dtype in KNOWN:
        return dtype
    if isinstance(dtype, type) and dtype.__name__ in _PYTHON:
        return _PYTHON[dtype.__name__] or settings.floatx()
    if isinstance(dtype, str) and dtype in _PYTHON:
        return _PYTHON[dtype] or settings.floatx()
    try:
        name = jnp.dtype(dtype).name
    except TypeError:
        name = getattr(dtype, "name", None) or str(dtype).rsplit(".", 1)[-1]
    if name.startswith("str"):
        return "string"
    if name not in KNOWN:
        raise ValueError(f"Unknown dtype {dtype!r}.{suggestion(name, KNOWN)}")
    return name


def is_float_dtype(dtype: Any) -> bool:
    """Return whether `dtype` is a floating-point type."""
    return standardize_dtype(dtype) in FLOAT


def is_int_dtype(dtype: Any) -> bool:
    """Return whether `dtype` is a signed or unsigned integer type."""
    return standardize_dtype(dtype) in INTEGER


def result_type(*dtypes: Any) -> str:
    """Return the dtype that values of the given dtypes combine to.

    Example:
        >>> result_type("int32", "float16")
        'float16'
    """
    return standardize_dtype(jnp.result_type(*(jnp.zeros((), _storage(d)).dtype for d in dtypes)))


def _storage(dtype: Any) -> str:
    """The type an array of this dtype has: JAX keeps 64-bit numbers in 32 bits by default."""
    import jax

    return jax.dtypes.canonicalize_dtype(np.dtype(jnp.dtype(standardize_dtype(dtype)))).name


class DTypePolicy:
    """In which dtype a layer computes, and in which it keeps its weights.

    Args:
        name: A dtype for both, or "mixed_float16" / "mixed_bfloat16" (compute in 16 bits, keep
            weights in float32). None is the global policy's name.
    """

    def __init__(self, name: str | None = None) -> None:
        name = dtype_policy().name if name is None else name
        if not isinstance(name, str):
            raise TypeError(f"A dtype policy is named by a string; got {name!r}.")
        self._name = name
        self._compute_dtype, self._variable_dtype = _parse(name)
        self._quantization_mode: str | None = None

    @property
    def name(self) -> str:
        """The name the policy was made with."""
        return self._name

    @property
    def compute_dtype(self) -> str:
        """The dtype inputs are cast to and layers compute in."""
        return self._compute_dtype

    @property
    def variable_dtype(self) -> str:
        """The dtype weights are kept in."""
        return self._variable_dtype

    @property
    def quantization_mode(self) -> str | None:
        """How weights are quantized, None where they are not."""
        return self._quantization_mode

    def convert_input(self, x: Any, autocast: bool, dtype: Any) -> Any:
        """Return `x` as an array; float inputs in `dtype` if `autocast`."""
        x = jnp.asarray(x)
        return x.astype(dtype) if autocast and jnp.issubdtype(x.dtype, jnp.floating) else x

    def at(self, path: str) -> DTypePolicy:
        """Return the policy of the layer with this path: this one, whichever it is."""
        return self

    def get_config(self) -> Config:
        """Return the constructor arguments."""
        return {"name": self.name}

    @classmethod
    def from_config(cls, config: Config) -> DTypePolicy:
        """Return a policy from `get_config`'s result."""
        return cls(**config)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.get_config() == other.get_config()  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f'<{type(self).__name__} "{self.name}">'


def _parse(name: str) -> tuple[str, str]:
    if name in ("mixed_float16", "mixed_bfloat16"):
        return name.removeprefix("mixed_"), "float32"
    if name not in KNOWN:
        known = ("mixed_float16", "mixed_bfloat16", *KNOWN)
        raise ValueError(f"Unknown dtype policy {name!r}.{suggestion(name, known)}")
    return name, name


_global_policy: DTypePolicy | None = None


def dtype_policy() -> DTypePolicy:
    """Return the policy of layers that are given none."""
    if _global_policy is not None:
        return _global_policy
    return DTypePolicy(settings.floatx())


def set_dtype_policy(policy: str | DTypePolicy) -> None:
    """Set the policy of layers that are given none, e.g. "mixed_float16"."""
    global _global_policy  # noqa: PLW0603  (a process-wide setting, as in Keras)
    _global_policy = policy if isinstance(policy, DTypePolicy) else DTypePolicy(policy)


def get_dtype_policy(identifier: Any) -> DTypePolicy:
    """Return a policy from a policy, a name, a config or None (the global one).

    Example:
        >>> get_dtype_policy("int8_from_mixed_bfloat16").compute_dtype
        'bfloat16'
    """
    if identifier is None:
        return dtype_policy()
    if isinstance(identifier, DTypePolicy):
        return identifier
    if isinstance(identifier, dict):
        return _policy_of_config(identifier)
    if isinstance(identifier, str) and "_from_" in identifier:
        from ppul.core.quantized_policies import quantized_policy

        return quantized_policy(identifier)
    if isinstance(identifier, str):
        return DTypePolicy(identifier)
    return DTypePolicy(standardize_dtype(identifier))


def serialize_dtype_policy(dtype_policy: DTypePolicy) -> Config:
    """Return the configuration of a policy."""
    from ppul.core import serialization

    return serialization.serialize(dtype_policy)


def deserialize_dtype_policy(
    config: Config, custom_objects: dict[str, Any] | None = None
) -> DTypePolicy:
    """Return a policy from its configuration."""
    from ppul.core import serialization

    return serialization.deserialize(config, custom_objects, kind="dtype_policies")


def _policy_of_config(config: Config) -> DTypePolicy:
    if "class_name" in config:
        return deserialize_dtype_policy(config)
    return DTypePolicy.from_config(config)
