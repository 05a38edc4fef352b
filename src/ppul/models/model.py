"""Models: layers that can be trained, evaluated, asked for predictions and saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ppul.core.types import Config
from ppul.layers.base import Layer
from ppul.models.drawing import become_drawn, is_drawn
from ppul.models.fitting import Fitting


class Model(Fitting, Layer):
    """A layer that can be trained.

    `Model(inputs, outputs)` draws a model between symbolic tensors; a subclass makes layers in
    `__init__` and uses them in `call`.

    Args:
        *args: For a drawn model: inputs and outputs.
        **kwargs: `inputs`, `outputs`, `name`, and what `Layer` takes.

    Example:
        >>> import numpy as np
        >>> from ppul.layers.core.dense import Dense
        >>> from ppul.layers.core.input_layer import Input
        >>> x = Input((3,))
        >>> model = Model(x, Dense(1)(x))
        >>> model.compile("sgd", "mse")
        >>> history = model.fit(np.ones((8, 3)), np.ones((8, 1)), epochs=2, verbose=0)
        >>> len(history.history["loss"])
        2
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if is_drawn(args, kwargs) and cls is Model:
            from ppul.models.functional import Functional

            model = Layer.__new__(Functional, *args, **kwargs)
            model.__init__(*args, **kwargs)
            return model
        return super().__new__(cls, *args, **kwargs)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from ppul.models.functional import Functional

        if is_drawn(args, kwargs) and not isinstance(self, Functional):
            become_drawn(type(self), Model)
            Functional.__init__(self, *args, **kwargs)  # type: ignore[arg-type]
            return
        if args:
            raise TypeError(
                f"{type(self).__name__}: arguments must be given by name; got {args!r}."
            )
        Fitting.__init__(self)
        Layer.__init__(self, **kwargs)

    @property
    def layers(self) -> list[Layer]:
        """The layers it holds."""
        return list(self._layers)

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """Return a layer by its name or place.

        Raises:
            ValueError: If there is none.
        """
        if (name is None) == (index is None):
            raise ValueError("get_layer: give either `name` or `index`.")
        layers = self.layers
        if index is not None:
            if not -len(layers) <= index < len(layers):
                raise ValueError(
                    f"Model '{self.name}' has {len(layers)} layers; got index {index}."
                )
            return layers[index]
        for layer in layers:
            if layer.name == name:
                return layer
        raise ValueError(
            f"Model '{self.name}' has no layer '{name}'; its layers: {[layer.name for layer in layers]}."
        )

    def summary(
        self,
        line_length: int | None = None,
        positions: Sequence[float] | None = None,
        print_fn: Callable[..., None] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: Sequence[str] | None = None,
    ) -> None:
        """Print a table of the layers, their outputs and numbers of parameters.

        Args:
            line_length: Width in characters; the terminal's, at most 80 by default.
            positions: Where columns end, as fractions of the width.
            print_fn: What prints each line; `print` by default.
            expand_nested: Whether to show the layers of models inside.
            show_trainable: Whether to show which layers are trained.
            layer_range: Names of the first and last layer to show.
        """
        from ppul.models.summary import print_summary

        print_summary(
            self, line_length, positions, print_fn, expand_nested, show_trainable, layer_range
        )

    def quantize(  # type: ignore[override]
        self, mode: str | None = None, config: Any = None, filters: Any = None, **kwargs: Any
    ) -> None:
        """Replace weights of the layers inside by quantized ones; compile it anew to train on.

        Args:
            mode: "int8", "int4" or "float8"; or "gptq" or "awq", which need a config, since they
                choose numbers by what the model computes on samples. May be left out where a config
                is given.
            config: A `ppul.quantizers.QuantizationConfig` of how.
            filters: Which layers: a regular expression searched for in their names, a list of them,
                or a function of a layer; all by default.
            **kwargs: `type_check=False`, to quantize layers of subclasses too.

        Raises:
            ValueError: If it is not built, a layer is quantized already, or an argument is wrong.

        Example:
            >>> from ppul.layers.core.dense import Dense
            >>> from ppul.layers.core.input_layer import Input
            >>> x = Input((3,))
            >>> model = Model(x, Dense(2, name="head")(x))
            >>> model.quantize("int8")
            >>> model.get_layer("head").kernel.dtype
            'int8'
        """
        from ppul.models.quantizing import quantize_model

        type_check = kwargs.pop("type_check", True)
        if kwargs:
            raise ValueError(f"quantize: unknown argument(s) {', '.join(sorted(kwargs))}.")
        quantize_model(self, mode, config, filters, type_check=type_check)

    def get_quantization_layer_structure(self, mode: str | None = None) -> dict[str, Any] | None:
        """Return which layers stand one behind the other, for modes that ask; to be overridden.

        Args:
            mode: The mode.

        Returns:
            A dict of "pre_block_layers" and "sequential_blocks", or None where it is not told.
        """
        return None

    # Files.

    def save(
        self, filepath: Any, overwrite: bool = True, zipped: bool | None = None, **kwargs: Any
    ) -> None:
        """Save the model to a `.keras` file, or an `.h5` file as older Keras reads it.

        Args:
            filepath: Where to.
            overwrite: Whether an existing file is replaced.
            zipped: Whether it is one file (a zip archive) rather than a folder.
            **kwargs: `include_optimizer`, whether the optimizer's state is saved, too.
        """
        from ppul.saving.model_files import save_model

        save_model(self, filepath, overwrite=overwrite, zipped=zipped, **kwargs)

    def save_weights(
        self, filepath: Any, overwrite: bool = True, max_shard_size: float | None = None
    ) -> None:
        """Save the weights: to a `.weights.h5` file, or one of another name."""
        from ppul.saving.model_files import save_weights

        save_weights(self, filepath, overwrite=overwrite, max_shard_size=max_shard_size)

    def load_weights(self, filepath: Any, skip_mismatch: bool = False, **kwargs: Any) -> None:
        """Load the weights from a file of weights or of a model; in `.h5` also `by_name=True`."""
        from ppul.saving.model_files import load_weights

        load_weights(self, filepath, skip_mismatch=skip_mismatch, **kwargs)

    def export(
        self,
        filepath: Any,
        format: str = "tf_saved_model",
        verbose: bool | None = None,
        input_signature: Any = None,
        **kwargs: Any,
    ) -> None:
        """Write what it computes, weights inside, for programs that do without ppul.

        Args:
            filepath: Where to: a file; for "tf_saved_model" a folder.
            format: "stablehlo", which JAX alone reads: see `ppul.export.load`. "tf_saved_model" and
                "litert" need TensorFlow.
            verbose: Whether to say what was written; it does by default.
            input_signature: A list with an item for each argument; see
                `ppul.export.ExportArchive.add_endpoint`. Its inputs by default.
            **kwargs: `platforms`, what it is compiled for: `("cpu", "cuda", "tpu")` by default.

        Raises:
            ImportError: If what writes the format is not installed.
            ValueError: If it is not built, or the format is another one.
        """
        from ppul.export.model import export_model

        export_model(
            self,
            filepath,
            format,
            verbose=verbose is not False,
            input_signature=input_signature,
            **kwargs,
        )

    def __reduce__(self) -> Any:
        from ppul.saving.keras_file import pickled

        return pickled(self)

    def to_json(self, **kwargs: Any) -> str:
        """Return the architecture as JSON."""
        import json

        from ppul.core.serialization import serialize

        return json.dumps(serialize(self), **kwargs)

    @classmethod
    def from_config(cls, config: Config, custom_objects: dict[str, Any] | None = None) -> Any:
        """Return a model from `get_config`'s result; from that of a drawn one, a drawn one.

        Args:
            config: The configuration.
            custom_objects: Names in it, beside ppul's own and registered ones, and what they mean.
        """
        from ppul.models.graph_config import graph_from_config, is_graph

        if is_graph(config):
            return graph_from_config(cls, config, custom_objects)
        return super().from_config(config)

    def get_state_tree(self, value_format: str = "backend_tensor") -> dict[str, Any]:
        """Return the values of all variables, by kind and path.

        Args:
            value_format: "backend_tensor" for JAX arrays, "numpy_array" for NumPy's.

        Returns:
            Nested dicts below "trainable_variables", "non_trainable_variables",
            "optimizer_variables" and "metrics_variables".
        """
        from ppul.models.state_tree import get_state_tree

        return get_state_tree(self, value_format)

    def set_state_tree(self, state_tree: dict[str, Any]) -> None:
        """Give variables the values in what `get_state_tree` returned, or in a part of it.

        Raises:
            ValueError: If there is no such variable, or a shape differs; nothing is changed then.
        """
        from ppul.models.state_tree import set_state_tree

        set_state_tree(self, state_tree)

    def build(self, input_shape: Any) -> None:
        """Make all weights for an input shape, batch first, or shapes of several inputs."""
        Layer.build(self, input_shape)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _UNTRACKED:
            self.__dict__[name] = value
        else:
            Layer.__setattr__(self, name, value)


# What `compile` and `fit` keep is not part of the model's layers and metrics.
_UNTRACKED = frozenset(
    {
        "_compile_config",
        "_compile_loss",
        "_compile_metrics",
        "_loss_tracker",
        "_programs",
        "history",
        "optimizer",
    }
)
