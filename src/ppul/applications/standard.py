"""Functions that draw an architecture: those with the arguments most have, and their docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from ppul.applications.classifier import Choice, Weights
from ppul.core.symbolic import KerasTensor
from ppul.core.types import Shape
from ppul.models.functional import Functional

F = TypeVar("F", bound=Callable[..., Functional])

_ARGUMENTS = {
    "input_shape": "Shape of one picture; by default that of the pictures it was trained with, and "
    "without the top any height and width.",
    "include_top": "Whether the model ends in the classes (the top) or in features.",
    "include_preprocessing": "Whether the model begins with what brings pixels of 0 to 255 to the "
    "range it was trained with.",
    "weights": "None for random ones, 'imagenet' for those trained on ImageNet, or the path of a file "
    "of weights.",
    "input_tensor": "A symbolic tensor to draw the model on, instead of a new input.",
    "pooling": "Without the top: 'avg' or 'max' for one vector a picture, None for a map of them.",
    "classes": "Number of classes, with the top.",
    "classifier_activation": "Activation of the top; None for logits.",
    "alpha": "Factor of the number of channels.",
    "minimalistic": "Whether to leave out squeeze-and-excitation, hard-swish and 5 x 5 windows.",
    "dropout_rate": "Rate of the dropout before the classes.",
    "name": "Name of the model.",
}


def standard(  # noqa: ANN201  (a function with the signature below, for whoever completes or checks)
    draw: Callable[[Choice], Functional], *, title: str, name: str, about: str, module: str
):
    """Return a function that draws an architecture, with the arguments most of them have.

    Args:
        draw: From these arguments to the model.
        title: Name of the function.
        name: Name of the model, unless the caller gives another.
        about: The first lines of its docstring, behind the title.
        module: The module it is public in.
    """

    def build(
        include_top: bool = True,
        weights: Weights = "imagenet",
        input_tensor: KerasTensor | None = None,
        input_shape: Shape | None = None,
        pooling: str | None = None,
        classes: int = 1000,
        classifier_activation: Any = "softmax",
        name: str = name,
    ) -> Functional:
        return draw(
            Choice(
                include_top=include_top,
                weights=weights,
                input_tensor=input_tensor,
                input_shape=input_shape,
                pooling=pooling,
                classes=classes,
                classifier_activation=classifier_activation,
                name=name,
            )
        )

    return documented(build, title=title, about=about, module=module)


def documented(function: F, *, title: str, about: str, module: str) -> F:
    """Return a function with its name, and a docstring that says what each argument is.

    Args:
        function: The function.
        title: Its name.
        about: The first lines of the docstring, behind the title.
        module: The module it is public in.
    """
    arguments = (
        f"    {name}: {_ARGUMENTS[name]}" for name in inspect.signature(function).parameters
    )
    function.__name__ = function.__qualname__ = title
    function.__module__ = module
    function.__doc__ = "\n".join(
        [
            f"{title}: {about}",
            "",
            "Args:",
            *arguments,
            "",
            "Returns:",
            "    The model, which is not compiled.",
            "",
            "Raises:",
            "    ValueError: If the arguments contradict each other.",
            "    FileNotFoundError: If the published weights are not here and cannot be downloaded.",
        ]
    )
    return function
