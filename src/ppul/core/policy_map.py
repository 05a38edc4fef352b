"""Dtype policies by the paths of layers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from ppul.core.dtypes import DTypePolicy, get_dtype_policy
from ppul.core.quantized_policies import QuantizedDTypePolicy
from ppul.core.serialization import serialize
from ppul.core.types import Config

_NOTHING = object()


class DTypePolicyMap(DTypePolicy, MutableMapping):
    """A policy for each path of a layer, given as the path or as a regular expression.

    Args:
        default_policy: The policy of paths that are not in it; the global one by default.
        policy_map: Paths and their policies.

    Raises:
        TypeError: If `policy_map` is not a dict.

    Example:
        >>> policies = DTypePolicyMap("float32", {"encoder/.*": "mixed_bfloat16"})
        >>> policies["encoder/dense"].name, policies["decoder/dense"].name
        ('mixed_bfloat16', 'float32')
    """

    def __init__(
        self, default_policy: Any = None, policy_map: Mapping[str, Any] | None = None
    ) -> None:
        if not isinstance(policy_map, Mapping | None):
            raise TypeError(
                f"DTypePolicyMap: `policy_map` must be a dict of paths and policies; got "
                f"{policy_map!r}."
            )
        self._default_policy_arg = default_policy
        self._default_policy = get_dtype_policy(default_policy)
        super().__init__(self._default_policy.name)
        self._name = f"map_{self._default_policy.name}"
        self._policies = {key: get_dtype_policy(value) for key, value in (policy_map or {}).items()}

    @property
    def default_policy(self) -> DTypePolicy:
        """The policy of paths that are not in it."""
        return self._default_policy

    @property
    def quantization_mode(self) -> str | None:
        """How weights of layers that are not in it are quantized."""
        return self._default_policy.quantization_mode

    def at(self, path: str) -> DTypePolicy:
        """Return the policy of the layer with this path."""
        return self[path]

    def __getitem__(self, key: str) -> DTypePolicy:
        """Return the policy of a path: its own, or that of the expression it matches as a whole.

        Raises:
            ValueError: If several expressions match.
        """
        if key in self._policies:
            return self._policies[key]
        matching = [pattern for pattern in self._policies if re.fullmatch(pattern, key)]
        if len(matching) > 1:
            raise ValueError(
                f"DTypePolicyMap: the path {key!r} is matched by {matching}. Write the expressions "
                "so that one of them matches, or add the path itself."
            )
        return self._policies[matching[0]] if matching else self._default_policy

    def __setitem__(self, key: str, policy: Any) -> None:
        if key in self._policies:
            raise ValueError(
                f"DTypePolicyMap: {key!r} has the policy {self._policies[key]} already. Delete it "
                "first to give it another."
            )
        self._policies[key] = get_dtype_policy(policy)

    def __delitem__(self, key: str) -> None:
        del self._policies[key]

    def pop(self, key: str, default: Any = _NOTHING) -> Any:
        """Remove a path, and return its policy; `default`, if given, where it is not there."""
        if default is _NOTHING:
            return self._policies.pop(key)
        return self._policies.pop(key, default)

    def __contains__(self, key: object) -> bool:
        return key in self._policies

    def __len__(self) -> int:
        return len(self._policies)

    def __iter__(self) -> Iterator[str]:
        return iter(self._policies)

    def get_config(self) -> Config:
        """Return the constructor arguments.

        Where no default policy was given, quantized ones are written without their source, which
        is the global policy of whoever reads them.
        """
        default = self._default_policy_arg
        policies = {key: serialize(policy) for key, policy in self._policies.items()}
        for key, policy in self._policies.items():
            if default is None and isinstance(policy, QuantizedDTypePolicy):
                policies[key]["config"]["source_name"] = None
        return {"default_policy": _plain(default), "policy_map": policies}

    @classmethod
    def from_config(cls, config: Config) -> DTypePolicyMap:
        """Return a map from `get_config`'s result."""
        return cls(**config)

    def __eq__(self, other: object) -> bool:
        return DTypePolicy.__eq__(self, other)

    def __hash__(self) -> int:
        return DTypePolicy.__hash__(self)

    def __repr__(self) -> str:
        mapping = {key: policy.name for key, policy in self._policies.items()}
        return f"<DTypePolicyMap default_policy={self._default_policy.name}, mapping={mapping}>"


def _plain(policy: Any) -> Any:
    return serialize(policy) if isinstance(policy, DTypePolicy) else policy
