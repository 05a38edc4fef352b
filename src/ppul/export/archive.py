"""ExportArchive: several functions, with their variables, for programs that do without ppul."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ppul.core.checks import one_of
from ppul.core.variable import Variable
from ppul.export import saved_model, stablehlo
from ppul.export.endpoint import Endpoint
from ppul.layers.owner import WeightOwner

FORMATS = ("saved_model", "stablehlo")


class ExportArchive:
    """Functions to be written to a folder, each with the weights it needs.

    As "stablehlo", the folder has a file `name.stablehlo` for each endpoint, which `jax.export` (or
    `ppul.export.load`) reads, and `name.npz` for each collection of variables. As "saved_model" it
    is what TensorFlow reads, and TensorFlow must be installed.

    Args:
        format: "saved_model" or "stablehlo".
        platforms: What the functions are compiled for: of "cpu", "cuda", "rocm" and "tpu".

    Raises:
        ValueError: If there is no such format.

    Example:
        >>> import tempfile
        >>> import numpy as np
        >>> from ppul import Input, Sequential, layers
        >>> model = Sequential([Input((2,)), layers.Dense(1, kernel_initializer="ones")])
        >>> archive = ExportArchive(format="stablehlo")
        >>> archive.track(model)
        >>> double = archive.add_endpoint("double", lambda x: 2 * model(x), [model.inputs[0]])
        >>> folder = Path(tempfile.mkdtemp())
        >>> archive.write_out(folder, verbose=False)
        >>> stablehlo.load(folder / "double.stablehlo")(np.ones((1, 2), "float32")).tolist()
        [[4.0]]
    """

    def __init__(
        self, format: str = "saved_model", *, platforms: Sequence[str] = stablehlo.PLATFORMS
    ) -> None:
        self.format = one_of("ExportArchive", "format", format, FORMATS)
        self.platforms = tuple(platforms)
        self._endpoints: dict[str, Endpoint] = {}
        self._collections: dict[str, list[Variable]] = {}
        self._variables: dict[int, Variable] = {}

    @property
    def variables(self) -> list[Variable]:
        """The variables of what is tracked."""
        return list(self._variables.values())

    @property
    def trainable_variables(self) -> list[Variable]:
        """Those of them that are trained."""
        return [variable for variable in self.variables if variable.trainable]

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """Those of them that are not trained."""
        return [variable for variable in self.variables if not variable.trainable]

    def track(self, resource: Any) -> None:
        """Let the variables of a layer, or a variable, stay variables in a SavedModel.

        Raises:
            TypeError: If it is another thing, or a layer that is not built.
        """
        if isinstance(resource, Variable):
            found = [resource]
        elif isinstance(resource, WeightOwner) and resource.built:
            found = resource.variables
        else:
            raise TypeError(
                f"ExportArchive.track: only layers that are built, and variables, are tracked; got "
                f"{resource!r} of type {type(resource).__name__}."
            )
        self._variables |= {id(variable): variable for variable in found}

    def add_endpoint(
        self, name: str, fn: Callable[..., Any], input_signature: Any = None, **kwargs: Any
    ) -> Callable[..., Any]:
        """Add a function to be exported.

        Args:
            name: Its name.
            fn: A function of arrays, such as a layer or a model.
            input_signature: A list with an item for each argument: tensors, `InputSpec`s or
                anything else with shape and dtype, nested as the argument is, sizes that are not
                known None. May be left out for a model that knows its inputs.
            **kwargs: None; named so that a misspelt argument gets an error.

        Returns:
            The function.

        Raises:
            TypeError: If there is no such argument, or one is of another kind.
            ValueError: If there is an endpoint of this name, or the signature cannot be found.
        """
        if kwargs:
            raise TypeError(f"add_endpoint: unknown argument(s) {sorted(kwargs)}.")
        if name in self._endpoints:
            raise ValueError(
                f"add_endpoint: there is an endpoint '{name}' already; take another name."
            )
        self._endpoints[name] = Endpoint(name, fn, input_signature)
        return fn

    def track_and_add_endpoint(
        self, name: str, resource: Any, input_signature: Any, **kwargs: Any
    ) -> Callable[..., Any]:
        """Track a layer and add it as an endpoint."""
        self.track(resource)
        return self.add_endpoint(name, resource, input_signature, **kwargs)

    def add_variable_collection(self, name: str, variables: Sequence[Variable]) -> None:
        """Add variables that can be got at by a name.

        Args:
            name: The name.
            variables: The variables; in a SavedModel, those that are tracked.

        Raises:
            TypeError: If one of them is no variable.
            ValueError: If the name is no identifier, or one is not tracked.
        """
        if not name.isidentifier():
            raise ValueError(
                f"add_variable_collection: the name must be an identifier; got {name!r}."
            )
        for variable in variables:
            if not isinstance(variable, Variable):
                raise TypeError(f"add_variable_collection: {variable!r} is no variable.")
            if id(variable) not in self._variables:
                raise ValueError(
                    f"add_variable_collection: {variable!r} is not tracked. Call `track` on its layer."
                )
        self._collections[name] = list(variables)

    def write_out(
        self, filepath: str | os.PathLike[str], options: Any = None, verbose: bool = True
    ) -> None:
        """Write the folder.

        Args:
            filepath: The folder, made if it is missing.
            options: For a SavedModel, a `tf.saved_model.SaveOptions`.
            verbose: Whether to say what was written.

        Raises:
            ImportError: If what writes the format is not installed.
            ValueError: If there is no endpoint, or one cannot be compiled.
        """
        if not self._endpoints:
            raise ValueError("write_out: there is nothing to write; call `add_endpoint` first.")
        folder, endpoints = Path(filepath), list(self._endpoints.values())
        if self.format == "stablehlo":
            lines = stablehlo.write_folder(endpoints, self._collections, folder, self.platforms)
        else:
            lines = saved_model.write_saved_model(
                endpoints, self._collections, self.variables, folder, self.platforms, options
            )
        if verbose:
            print(*(f"Saved {line}" for line in lines), sep="\n")  # noqa: T201
