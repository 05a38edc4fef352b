"""What every classifier of pictures shares: how it is asked for, its input, its weights."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from ppul.activations import softmax
from ppul.applications.drawing import height_and_width, pooled
from ppul.core.checks import one_of
from ppul.core.settings import image_data_format
from ppul.core.symbolic import KerasTensor
from ppul.core.types import Shape
from ppul.datasets.get_file import get_file
from ppul.layers.core.input_layer import Input
from ppul.models.function import get_source_inputs
from ppul.models.functional import Functional

Body: TypeAlias = Callable[[Any], Any]
Head: TypeAlias = Callable[[Any, int, Any], Any]
Tail: TypeAlias = Callable[[Any, str | None], Any]
Weights: TypeAlias = str | os.PathLike[str] | None

# The classes of ImageNet's challenge, for which weights are published.
IMAGENET_CLASSES = 1000
_PUBLISHED = "https://storage.googleapis.com/tensorflow/keras-applications/"


@dataclass(frozen=True)
class WeightFile:
    """A published file of weights.

    Args:
        path: Its path below `folder`.
        checksum: Its MD5 or SHA-256, where it is known.
        fname: The name it is kept under; that of the path by default.
        folder: Where it is published.
    """

    path: str
    checksum: str | None = None
    fname: str | None = None
    folder: str = _PUBLISHED

    def fetched(self) -> str:
        """Return the path of the file in Keras's cache; it is downloaded if it is not there."""
        return get_file(
            self.fname or Path(self.path).name,
            self.folder + self.path,
            cache_subdir="models",
            file_hash=self.checksum,
        )


def weight_files(
    path: str, *checksums: str, without: str = "_notop"
) -> tuple[WeightFile, WeightFile]:
    """Return the files of weights with the top and without.

    Args:
        path: The path of the first, without its ending.
        *checksums: The checksums of the two.
        without: What follows the path in the second's name.
    """
    with_top, features = checksums
    return WeightFile(f"{path}.h5", with_top), WeightFile(f"{path}{without}.h5", features)


@dataclass(frozen=True)
class Choice:
    """What the caller of an architecture chose; the arguments they all take."""

    include_top: bool
    weights: Weights
    input_tensor: KerasTensor | None
    input_shape: Shape | None
    pooling: str | None
    classes: int
    classifier_activation: Any
    name: str

    @property
    def published(self) -> bool:
        """Whether the weights are those trained on ImageNet."""
        return isinstance(self.weights, str) and self.weights == "imagenet"


@dataclass(frozen=True)
class Architecture:
    """A network that turns pictures into classes.

    Args:
        title: The name of the function that draws it.
        body: From pictures to features.
        head: From features, the number of classes and an activation to the classes: the top.
        tail: From features and a kind of pooling to the output, where there is no top.
        files: The published weights with the top, and without; none if none are asked for.
        size: Height and width of the pictures it was trained with; None if it takes any.
        least: The least height and width.
        any_size: Whether heights and widths may be unknown where there is no top.
    """

    title: str
    body: Body
    head: Head
    files: tuple[WeightFile, ...] = ()
    tail: Tail = pooled
    size: int | None = 224
    least: int = 32
    any_size: bool = True

    def draw(self, choice: Choice) -> Functional:
        """Return the model, with its weights.

        Raises:
            ValueError: If the choice cannot be.
        """
        self._check(choice)
        images = self._images(choice)
        weights = self._weights(choice)
        features = self.body(images)
        if choice.include_top:
            outputs = self.head(features, choice.classes, choice.classifier_activation)
        else:
            outputs = self.tail(features, choice.pooling)
        inputs = get_source_inputs(images)
        model = Functional(inputs[0] if len(inputs) == 1 else inputs, outputs, name=choice.name)
        if weights is not None:
            model.load_weights(weights)
        return model

    def _weights(self, choice: Choice) -> Weights:
        """The path of the file to load, downloaded first if it is a published one."""
        if not choice.published:
            return choice.weights
        return self.files[0 if choice.include_top else 1].fetched()

    def _check(self, choice: Choice) -> None:
        if not choice.include_top:
            one_of(self.title, "pooling", choice.pooling, (None, "avg", "max"))
        if not choice.published:
            if choice.weights is not None and not Path(choice.weights).exists():
                raise ValueError(
                    f"{self.title}: `weights` must be None, 'imagenet' or the path of a file of "
                    f"weights; got {choice.weights!r}, and there is no such file."
                )
        elif choice.include_top and choice.classes != IMAGENET_CLASSES:
            raise ValueError(
                f"{self.title}: with weights='imagenet' and the top, `classes` must be "
                f"{IMAGENET_CLASSES}; got {choice.classes}. For classes of your own pass "
                "include_top=False and put a layer of yours on top."
            )
        elif choice.include_top and choice.classifier_activation not in (None, "softmax", softmax):
            raise ValueError(
                f"{self.title}: with weights='imagenet' and the top, `classifier_activation` must be "
                f"None or 'softmax'; got {choice.classifier_activation!r}."
            )

    def _images(self, choice: Choice) -> KerasTensor:
        tensor = choice.input_tensor
        if tensor is None:
            return Input(self._input_shape(choice))
        if not isinstance(tensor, KerasTensor):
            raise ValueError(
                f"{self.title}: `input_tensor` must be a symbolic tensor, such as `ppul.Input` "
                f"returns; got {type(tensor).__name__}."
            )
        return tensor

    def _input_shape(self, choice: Choice) -> Shape:
        needs_size = choice.include_top or not self.any_size
        default = _shaped(self.size if needs_size else None, 3)
        shape = default if choice.input_shape is None else tuple(choice.input_shape)
        if len(shape) != 3:
            raise ValueError(
                f"{self.title}: `input_shape` must be three numbers, such as {_shaped(224, 3)}; got "
                f"{shape}."
            )
        channels = shape[-1] if image_data_format() == "channels_last" else shape[0]
        sizes = height_and_width(shape)
        if choice.published and choice.include_top and self.size is not None and shape != default:
            raise ValueError(
                f"{self.title}: with weights='imagenet' and the top, `input_shape` must be {default}; "
                f"got {shape}. For other sizes pass include_top=False."
            )
        if choice.published and channels != 3:
            raise ValueError(
                f"{self.title}: weights='imagenet' are for pictures of 3 channels; got {channels} "
                f"in input_shape={shape}."
            )
        if channels not in (1, 3):
            warnings.warn(
                f"{self.title}: pictures have 1 or 3 channels; input_shape={shape} has {channels}.",
                stacklevel=5,
            )
        if any(size is not None and size < self.least for size in sizes):
            raise ValueError(
                f"{self.title}: pictures must be at least {self.least} x {self.least}; got "
                f"input_shape={shape}."
            )
        if needs_size and self.size is not None and None in sizes:
            raise ValueError(
                f"{self.title}: height and width must be known here; got input_shape={shape}."
            )
        return shape


def _shaped(size: int | None, channels: int) -> Shape:
    """The shape of a square picture."""
    if image_data_format() == "channels_last":
        return (size, size, channels)
    return (channels, size, size)
