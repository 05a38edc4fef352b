"""FeatureSpace: the columns of a table, each prepared in its way, as one vector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ppul.core.checks import one_of
from ppul.core.symbolic import KerasTensor
from ppul.core.types import Config
from ppul.layers.base import Layer
from ppul.layers.core.input_layer import Input
from ppul.layers.merging.concatenate import Concatenate
from ppul.layers.preprocessing.category_encoding import CategoryEncoding
from ppul.layers.preprocessing.hashed_crossing import HashedCrossing
from ppul.models.features import (
    KINDS,
    Cross,
    Feature,
    as_config,
    column,
    feature_of_kind,
    from_config,
)

_MODES = ("concat", "dict")


class FeatureSpace(Layer):
    """The features of a table, prepared: numbers scaled or cut into bins, words looked up, ...

    Args:
        features: For the name of each feature how it is prepared: "float", "float_rescaled",
            "float_normalized", "float_discretized", "integer_categorical", "string_categorical",
            "integer_hashed", "string_hashed", or what the methods of these names return, or `feature`.
        output_mode: "concat": one vector for each sample; "dict": an array for each feature.
        crosses: Features to take together, too: tuples of names, or what `cross` returns.
        crossing_dim: Number of bins of those that are given as tuples.
        hashing_dim: Number of bins of hashed features that are given by name.
        num_discretization_bins: Number of bins of discretized features that are given by name.
        name: Its name.

    Raises:
        ValueError: If there are no features, or an argument is not one that can be.

    Example:
        >>> space = FeatureSpace({"age": "float_normalized", "color": "string_categorical"})
        >>> people = {"age": np.array([20.0, 40.0]), "color": np.array(["red", "blue"])}
        >>> space.adapt(people)
        >>> space(people).tolist()
        [[-1.0, 0.0, 1.0, 0.0], [1.0, 0.0, 0.0, 1.0]]
    """

    def __init__(
        self,
        features: Mapping[str, Any],
        output_mode: str = "concat",
        crosses: Sequence[Any] | None = None,
        crossing_dim: int = 32,
        hashing_dim: int = 32,
        num_discretization_bins: int = 32,
        name: str | None = None,
    ) -> None:
        super().__init__(name=name)
        if not features:
            raise ValueError(f"{self._where}: `features` must have an entry; got {features!r}.")
        self.output_mode = one_of(self._where, "output_mode", output_mode, _MODES)
        self.crossing_dim = crossing_dim
        self.hashing_dim = hashing_dim
        self.num_discretization_bins = num_discretization_bins
        self.features = {key: self._feature(key, given) for key, given in features.items()}
        self.crosses = [self._cross(given) for given in crosses or ()]
        self.inputs = {
            key: Input((1,), dtype=feature.dtype, name=key)
            for key, feature in self.features.items()
        }
        self.preprocessors = {key: feature.preprocessor for key, feature in self.features.items()}
        self.crossers = {
            cross.name: HashedCrossing(cross.crossing_dim, name=cross.name)
            for cross in self.crosses
        }
        self.one_hot_encoders: dict[str, CategoryEncoding] = {}
        self.concat = Concatenate()
        self._is_adapted = not any(feature.learns for feature in self.features.values())
        self._encoded: Any = None
        self.built = True

    # Kinds of features.

    @classmethod
    def cross(
        cls, feature_names: Sequence[str], crossing_dim: int, output_mode: str = "one_hot"
    ) -> Cross:
        """Return how features are taken together: hashed into a number of bins."""
        return Cross(feature_names, crossing_dim, output_mode)

    @classmethod
    def feature(cls, dtype: str, preprocessor: Layer, output_mode: str) -> Feature:
        """Return a feature that a layer of your own prepares.

        Args:
            dtype: Dtype of its values.
            preprocessor: The layer.
            output_mode: "float" or "int": what it returns; "one_hot": a vector for each number.
        """
        return Feature(dtype, preprocessor, output_mode)

    @classmethod
    def float(cls, name: str | None = None) -> Feature:
        """Return a feature of numbers that stay as they are."""
        return feature_of_kind("float", name)

    @classmethod
    def float_rescaled(
        cls, scale: Any = 1.0, offset: Any = 0.0, name: str | None = None
    ) -> Feature:
        """Return a feature of numbers that are scaled; see `Rescaling`."""
        return feature_of_kind("float_rescaled", name, scale=scale, offset=offset)

    @classmethod
    def float_normalized(cls, name: str | None = None) -> Feature:
        """Return a feature of numbers brought to mean 0 and variance 1; see `Normalization`."""
        return feature_of_kind("float_normalized", name)

    @classmethod
    def float_discretized(
        cls,
        num_bins: int,
        bin_boundaries: Sequence[Any] | None = None,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """Return a feature of numbers that are cut into bins; see `Discretization`."""
        bins = (
            {"num_bins": num_bins} if bin_boundaries is None else {"bin_boundaries": bin_boundaries}
        )
        return feature_of_kind("float_discretized", name, output_mode=output_mode, **bins)

    @classmethod
    def integer_categorical(
        cls,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """Return a feature of whole numbers that are looked up; see `IntegerLookup`."""
        given = {"max_tokens": max_tokens, "num_oov_indices": num_oov_indices}
        return feature_of_kind("integer_categorical", name, output_mode=output_mode, **given)

    @classmethod
    def string_categorical(
        cls,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """Return a feature of words that are looked up; see `StringLookup`."""
        given = {"max_tokens": max_tokens, "num_oov_indices": num_oov_indices}
        return feature_of_kind("string_categorical", name, output_mode=output_mode, **given)

    @classmethod
    def string_hashed(
        cls, num_bins: int, output_mode: str = "one_hot", name: str | None = None
    ) -> Feature:
        """Return a feature of words that are hashed; see `Hashing`."""
        return feature_of_kind("string_hashed", name, output_mode=output_mode, num_bins=num_bins)

    @classmethod
    def integer_hashed(
        cls, num_bins: int, output_mode: str = "one_hot", name: str | None = None
    ) -> Feature:
        """Return a feature of whole numbers that are hashed; see `Hashing`."""
        return feature_of_kind("integer_hashed", name, output_mode=output_mode, num_bins=num_bins)

    # Use.

    def adapt(self, dataset: Any) -> None:
        """Take means, vocabularies and boundaries from data.

        Args:
            dataset: A dict of arrays, or an iterable of such dicts or of single samples.
        """
        if not isinstance(dataset, Mapping):
            dataset = dataset if hasattr(dataset, "__len__") else list(dataset)
        for key, feature in self.features.items():
            if not feature.learns:
                continue
            if isinstance(dataset, Mapping):
                feature.preprocessor.adapt(column(dataset[key]))  # type: ignore[attr-defined]
            else:
                columns = (column(sample[key]) for sample in dataset)
                feature.preprocessor.adapt(columns)  # type: ignore[attr-defined]
        self._is_adapted, self._encoded = True, None

    def get_inputs(self) -> dict[str, KerasTensor]:
        """Return symbolic inputs of a model, one a feature."""
        return dict(self.inputs)

    def get_encoded_features(self) -> Any:
        """Return what `get_inputs` becomes, to draw a model with.

        Raises:
            ValueError: If it is not adapted yet.
        """
        self._require_adapted()
        if self._encoded is None:
            self.__dict__["_encoded"] = self._prepared(self.inputs)
        return self._encoded

    def __call__(self, data: Mapping[str, Any]) -> Any:
        """Return the prepared features.

        Args:
            data: For each feature its values, (batch,) or (batch, 1), or that of a single sample.

        Raises:
            ValueError: If it is not adapted yet, or a feature is missing.
        """
        self._require_adapted()
        missing = sorted(set(self.features) - set(data))
        if missing:
            raise ValueError(
                f"{self._where} has the features {sorted(self.features)}; the data lack {missing}."
            )
        single = all(np.ndim(data[key]) == 0 for key in self.features)
        result = self._prepared({key: column(data[key]) for key in self.features})
        return jax.tree.map(lambda a: a[0], result) if single else result

    def save(self, filepath: Any) -> None:
        """Write it to a `.keras` file, which `saving.load_model` reads."""
        from ppul.saving.model_files import save_model

        save_model(self, filepath)

    # Configuration and files.

    def get_config(self) -> Config:
        """Return the constructor arguments, in plain values."""
        return {
            "features": {key: as_config(feature) for key, feature in self.features.items()},
            "output_mode": self.output_mode,
            "crosses": [as_config(cross) for cross in self.crosses],
            "crossing_dim": self.crossing_dim,
            "hashing_dim": self.hashing_dim,
            "num_discretization_bins": self.num_discretization_bins,
        }

    @classmethod
    def from_config(cls, config: Config) -> FeatureSpace:
        """Return one from what `get_config` returned."""
        features = {key: from_config(Feature, part) for key, part in config["features"].items()}
        crosses = [from_config(Cross, part) for part in config["crosses"]]
        return cls(**config | {"features": features, "crosses": crosses})

    def get_build_config(self) -> Config:
        """Return the shapes that its layers were built with."""
        return {key: layer.get_build_config() or {} for key, layer in self.preprocessors.items()}

    def build_from_config(self, config: Config) -> None:
        """Build its layers for the shapes of `get_build_config`; their files are read next."""
        for key, layer in self.preprocessors.items():
            if config.get(key):
                layer.build_from_config(config[key])
        self._is_adapted = True

    # Pieces.

    def _feature(self, key: str, given: Any) -> Feature:
        if isinstance(given, Feature):
            return given
        if not isinstance(given, str):
            raise TypeError(
                f"{self._where}: feature '{key}' must be one of {', '.join(KINDS)}, or made by a method "
                f"of that name; got {given!r} of type {type(given).__name__}."
            )
        bins = {
            "float_discretized": {"num_bins": self.num_discretization_bins},
            "integer_hashed": {"num_bins": self.hashing_dim},
            "string_hashed": {"num_bins": self.hashing_dim},
        }
        return feature_of_kind(given, key, **bins.get(given, {}))

    def _cross(self, given: Any) -> Cross:
        cross = given if isinstance(given, Cross) else Cross(given, self.crossing_dim)
        unknown = [key for key in cross.feature_names if key not in self.features]
        if unknown:
            raise ValueError(
                f"{self._where}: `crosses` names {unknown}, which are no features; the features are "
                f"{sorted(self.features)}."
            )
        return cross

    def _require_adapted(self) -> None:
        if not self._is_adapted:
            raise ValueError(
                f"{self._where} has features that are taken from data: call `adapt` first."
            )

    def _prepared(self, values: Mapping[str, Any]) -> Any:
        """The prepared features of arrays, or of symbolic tensors."""
        found = {key: self.preprocessors[key](values[key]) for key in sorted(self.features)}
        parts = {key: self._vectors(key, found[key]) for key in found}
        for cross in sorted(self.crosses, key=lambda cross: cross.name):
            bins = self.crossers[cross.name]([found[key] for key in cross.feature_names])
            one_hot = cross.output_mode == "one_hot"
            parts[cross.name] = (
                self._one_hot(cross.name, cross.crossing_dim, bins) if one_hot else bins
            )
        if self.output_mode == "dict":
            return parts
        for key, part in parts.items():
            if not jnp.issubdtype(part.dtype, jnp.floating):
                raise ValueError(
                    f"{self._where}: feature '{key}' has whole numbers (output_mode='int'), which "
                    "cannot stand beside vectors. Set output_mode='dict', or the feature's to 'one_hot'."
                )
        return self.concat(list(parts.values())) if len(parts) > 1 else next(iter(parts.values()))

    def _vectors(self, key: str, found: Any) -> Any:
        feature = self.features[key]
        if feature.output_mode != "one_hot" or jnp.issubdtype(found.dtype, jnp.floating):
            return found
        if feature.cardinality is None:
            raise ValueError(
                f"{self._where}: how many numbers {type(feature.preprocessor).__name__} gives for "
                f"'{key}' is not known, so it cannot be one-hot. Set its output_mode to 'int' or 'float'."
            )
        return self._one_hot(key, feature.cardinality, found)

    def _one_hot(self, key: str, size: int, numbers: Any) -> Any:
        if key not in self.one_hot_encoders:
            self.one_hot_encoders[key] = CategoryEncoding(size, "multi_hot", name=f"{key}_one_hot")
        return self.one_hot_encoders[key](numbers)
