"""The architectures as rows: what to call and with what, and what a model is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

# By family, the smallest of each first.
FAMILIES = {
    "MobileNet": ["MobileNet"],
    "VGG": ["VGG16", "VGG19"],
    "MobileNetV2": ["MobileNetV2"],
    "MobileNetV3": ["MobileNetV3Small", "MobileNetV3Large"],
    "ResNet": ["ResNet50", "ResNet101", "ResNet152"],
    "ResNetV2": ["ResNet50V2", "ResNet101V2", "ResNet152V2"],
    "DenseNet": ["DenseNet121", "DenseNet169", "DenseNet201"],
    "Xception": ["Xception"],
    "InceptionV3": ["InceptionV3"],
    "InceptionResNetV2": ["InceptionResNetV2"],
    "EfficientNet": [f"EfficientNetB{number}" for number in range(8)],
    "EfficientNetV2": [f"EfficientNetV2{kind}" for kind in ("B0", "B1", "B2", "B3", "S", "M", "L")],
    "ConvNeXt": [f"ConvNeXt{size}" for size in ("Tiny", "Small", "Base", "Large", "XLarge")],
    "NASNet": ["NASNetMobile", "NASNetLarge"],
}
SMALLEST = [titles[0] for titles in FAMILIES.values()]
TITLES = [title for titles in FAMILIES.values() for title in titles]
# The least pictures of those that do not take 32 x 32.
_LEAST = {"Xception": 71, "InceptionV3": 75, "InceptionResNetV2": 75}


def least(title: str) -> tuple[int, int, int]:
    """Return the shape of the smallest picture an architecture takes."""
    size = _LEAST.get(title, 32)
    return (size, size, 3)


@dataclass(frozen=True)
class Case:
    """One call of an architecture, in both libraries."""

    title: str
    arguments: dict[str, Any] = field(default_factory=dict)
    data_format: str = "channels_last"
    on_tensor: bool = False

    @property
    def id(self) -> str:
        given = [f"{name}={value}".replace(" ", "") for name, value in self.arguments.items()]
        first = [] if self.data_format == "channels_last" else [self.data_format]
        return "-".join([self.title, *given, *first, *(["on_tensor"] if self.on_tensor else [])])

    def draw(self, library: Any, weights: Any = None) -> Any:
        """Return the model of a library."""
        library.utils.clear_session()
        library.config.set_image_data_format(self.data_format)
        arguments = dict(self.arguments)
        if self.on_tensor:
            pixels = library.Input(arguments.pop("input_shape"), name="pixels")
            arguments["input_tensor"] = library.layers.Rescaling(2.0, name="doubled")(pixels)
        try:
            return getattr(library.applications, self.title)(weights=weights, **arguments)
        finally:
            library.config.set_image_data_format("channels_last")


def description(model: Any) -> dict[str, Any]:
    """Return what a model is made of, in plain values: names, kinds, connections, shapes."""
    layers = [
        {
            "name": layer.name,
            "class": type(layer).__name__,
            "inputs": [
                tensor._keras_history.operation.name
                for node in layer._inbound_nodes
                for tensor in node.input_tensors
            ],
            "shape": tuple(layer.output.shape),
            "weights": [(tuple(weight.shape), weight.trainable) for weight in layer.weights],
        }
        for layer in model.layers
    ]
    return {
        "name": model.name,
        "inputs": [tuple(tensor.shape) for tensor in model.inputs],
        "operations": [operation.name for operation in model.operations],
        "layers": layers,
        "weights": [tuple(weight.shape) for weight in model.weights],
        "parameters": model.count_params(),
    }


def spread(model: Any) -> Any:
    """Return the model with weights that let the input show in the output, however deep it is."""
    rng = np.random.default_rng(1)

    def value(weight: Any) -> Any:
        if any(part in weight.path for part in ("variance", "gamma")):
            return rng.uniform(0.5, 1.5, weight.shape)
        fan_in = max(1, int(np.prod(weight.shape[:-1])))
        return rng.normal(size=weight.shape) / fan_in**0.5

    model.set_weights([np.asarray(value(w)).astype(w.dtype) for w in model.weights])
    return model
