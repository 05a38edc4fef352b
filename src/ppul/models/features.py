"""What a `FeatureSpace` is told of single features, and of features taken together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ppul.core.checks import one_of
from ppul.core.names import auto_name
from ppul.core.serialization import deserialize, serialize
from ppul.core.types import Config
from ppul.layers.base import Layer
from ppul.layers.core.identity import Identity
from ppul.layers.preprocessing.discretization import Discretization
from ppul.layers.preprocessing.hashing import Hashing
from ppul.layers.preprocessing.index_lookup import IndexLookup
from ppul.layers.preprocessing.integer_lookup import IntegerLookup
from ppul.layers.preprocessing.normalization import Normalization
from ppul.layers.preprocessing.rescaling import Rescaling
from ppul.layers.preprocessing.string_lookup import StringLookup

# The module that Keras names for them in files.
_MODULE = "keras.src.layers.preprocessing.feature_space"
KINDS = (
    *("float", "float_rescaled", "float_normalized", "float_discretized"),
    *("integer_categorical", "string_categorical", "integer_hashed", "string_hashed"),
)


class Feature:
    """How one feature is prepared.

    Args:
        dtype: Dtype of its values: "float32", "int32", "string", ...
        preprocessor: The layer that is called on them.
        output_mode: "float" or "int": what that returns; "one_hot": a vector for each.

    Raises:
        ValueError: If the output mode is another one.
    """

    def __init__(self, dtype: str, preprocessor: Any, output_mode: str) -> None:
        self.dtype = dtype
        self.preprocessor: Layer = (
            _layer(preprocessor) if isinstance(preprocessor, Mapping) else preprocessor
        )
        self.output_mode = one_of(
            "Feature", "output_mode", output_mode, ("float", "int", "one_hot")
        )

    @property
    def cardinality(self) -> int | None:
        """How many numbers its preprocessor can return, None where it is not known."""
        layer = self.preprocessor
        if isinstance(layer, IndexLookup):
            return layer.vocabulary_size()
        if isinstance(layer, Hashing):
            return layer.num_bins
        if isinstance(layer, Discretization):
            bounds = layer.bin_boundaries
            return layer.num_bins if bounds is None else len(bounds) + 1
        return None

    @property
    def learns(self) -> bool:
        """Whether its preprocessor takes something from data, and has not been given it."""
        layer = self.preprocessor
        if isinstance(layer, IndexLookup):
            return not layer._is_given
        if isinstance(layer, Normalization):
            return layer.input_mean is None
        return isinstance(layer, Discretization) and layer.bin_boundaries is None

    def get_config(self) -> Config:
        """Return the constructor arguments, in plain values."""
        return {
            "dtype": self.dtype,
            "preprocessor": serialize(self.preprocessor),
            "output_mode": self.output_mode,
        }

    @classmethod
    def from_config(cls, config: Config) -> Feature:
        """Return a feature from what `get_config` returned."""
        return cls(**config)


class Cross:
    """Features that are taken together.

    Args:
        feature_names: Their names.
        crossing_dim: Number of bins that their values together are hashed into.
        output_mode: "one_hot" or "int".
    """

    def __init__(
        self, feature_names: Sequence[str], crossing_dim: int, output_mode: str = "one_hot"
    ) -> None:
        self.feature_names = tuple(feature_names)
        self.crossing_dim = crossing_dim
        self.output_mode = one_of("Cross", "output_mode", output_mode, ("int", "one_hot"))

    @property
    def name(self) -> str:
        """The name of what they are together."""
        return "_X_".join(self.feature_names)

    def get_config(self) -> Config:
        """Return the constructor arguments."""
        return {
            "feature_names": self.feature_names,
            "crossing_dim": self.crossing_dim,
            "output_mode": self.output_mode,
        }

    @classmethod
    def from_config(cls, config: Config) -> Cross:
        """Return a cross from what `get_config` returned."""
        return cls(**config)


def feature_of_kind(kind: str, name: str | None = None, **arguments: Any) -> Feature:
    """Return a feature of a kind that has a name.

    Args:
        kind: One of `KINDS`.
        name: Its name; from the kind by default.
        **arguments: Of the layer that prepares it, and `output_mode`.

    Example:
        >>> feature = feature_of_kind("integer_hashed", num_bins=4)
        >>> feature.dtype, feature.cardinality, feature.output_mode
        ('int32', 4, 'one_hot')
    """
    one_of("FeatureSpace", "features", kind, KINDS)
    mode = arguments.pop("output_mode", "one_hot")
    own = {"name": f"{auto_name(kind) if name is None else name}_preprocessor"} | arguments
    if kind == "float":
        return Feature("float32", Identity(**own), "float")
    if kind == "float_rescaled":
        return Feature("float32", Rescaling(**own), "float")
    if kind == "float_normalized":
        return Feature("float32", Normalization(axis=-1, **own), "float")
    if kind == "float_discretized":
        return Feature("float32", Discretization(**own), mode)
    dtype = kind.partition("_")[0].replace("integer", "int32")
    if kind.endswith("hashed"):
        return Feature(dtype, Hashing(**own), mode)
    lookup = StringLookup if dtype == "string" else IntegerLookup
    return Feature(dtype, lookup(**own), mode)


def as_config(part: Feature | Cross) -> Config:
    """Return a feature or cross as Keras keeps it in files."""
    name = type(part).__name__
    return {
        "module": _MODULE,
        "class_name": name,
        "config": part.get_config(),
        "registered_name": name,
    }


def from_config(cls: type[Any], config: Any) -> Any:
    """Return a feature or cross from what `as_config` returned; anything else as it is."""
    is_config = isinstance(config, Mapping) and config.get("class_name") == cls.__name__
    return cls.from_config(config["config"]) if is_config else config


def column(values: Any) -> np.ndarray:
    """Return the values of a feature as a column, of a single one as one row."""
    array = np.asarray(values)
    return array.reshape(-1, 1) if array.ndim < 2 else array


def _layer(config: Any) -> Layer:
    if config.get("class_name") == "TFDIdentity":  # as Keras calls its own
        return Identity(name=config["config"].get("name"))
    return deserialize(config, kind="layers")
