"""The part of a drawn model that works with text: it runs ahead of the compiled program.

Text is in no program, and neither are integers of 64 bits. So the calls that take or return text,
those of layers that look at such integers, and those they need, are made on NumPy arrays before; the
program starts from what they return.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ppul.core import tree
from ppul.core.operation import Node, node_of
from ppul.core.symbolic import KerasTensor
from ppul.core.types import Tree
from ppul.layers.base import Layer
from ppul.layers.preprocessing.data_layer import HostLayer
from ppul.layers.preprocessing.texts import as_host_array
from ppul.models.graph import Graph
from ppul.training.data.mapped import mapped
from ppul.training.data.streams import is_stream
from ppul.training.data.unpack import unpack_x_y_sample_weight

Feed = dict[str, Any]
_WIDE = ("int64", "uint64", "uint32")


class Ahead:
    """Two parts of a graph: that which runs ahead, and that behind it.

    Args:
        graph: The graph of a model that takes text.
        where: What to call the model in an error.
    """

    def __init__(self, graph: Graph, where: str) -> None:
        early = _early_nodes(graph)
        made = {id(tensor) for node in early for tensor in node.outputs}
        given = {id(tensor) for tensor in graph.inputs}
        late = [node for node in graph.nodes if not any(node is other for other in early)]
        needed = [*(t for node in late for t in node.input_tensors), *tree.flatten(graph.outputs)]
        border = {id(t): t for t in needed if id(t) in made or id(t) in given}
        self.border = {_key(tensor): tensor for tensor in border.values()}
        self.nodes = early
        self.where = where
        self.early = Graph(graph.inputs, list(self.border.values()))
        self.late = Graph(list(self.border.values()), graph.outputs)

    def run(self, values: list[Any]) -> Feed:
        """Return what the program starts from, for the values of the inputs."""
        found = self.early.run(values)
        return {
            key: None if value is None else np.asarray(value)
            for key, value in zip(self.border, found, strict=True)
        }

    def data(self, x: Any, feed: Callable[[Any], list[Any]], *, parts: bool) -> Any:
        """Return data, or what yields them, with text made into numbers.

        Args:
            x: Inputs, as for `fit`.
            feed: Puts the inputs into their order.
            parts: Whether `x` may be a tuple of inputs, targets and sample weights.

        Raises:
            ValueError: If a part that is trained would run ahead, or the outputs are text.
        """
        self._check()

        def prepared(inputs: Any) -> Feed:
            return self.run(feed(as_host_arrays(inputs)))

        def prepared_batch(batch: Any) -> Any:
            inputs, *rest = unpack_x_y_sample_weight(batch)
            return prepared(inputs), *rest

        if x is None:
            return None
        if is_stream(x):
            return mapped(x, prepared_batch)
        return prepared_batch(x) if parts else prepared(x)

    def is_feed(self, inputs: Any) -> bool:
        """Return whether `inputs` are what `run` returned."""
        return isinstance(inputs, dict) and inputs.keys() == self.border.keys()

    def _check(self) -> None:
        for node in self.nodes:
            operation = node.operation
            if isinstance(operation, Layer) and operation.trainable_variables:
                raise ValueError(
                    f"{self.where}: {type(operation).__name__} '{operation.name}' has weights to train "
                    "and is called on text, or before a layer that is. Text is handled ahead of the "
                    "compiled program, so nothing there can be trained: draw the model so that layers "
                    "for text come first, alone."
                )
        for key, tensor in self.border.items():
            if tensor.dtype == "string":
                raise ValueError(
                    f"{self.where}: '{key.partition('/')[0]}' gives text to what is compiled, or as an "
                    "output, and text is in no compiled program. Turn it into numbers by "
                    "`StringLookup`, `TextVectorization` or `Hashing`; where text is to be the result, "
                    "call the model, or look up what `predict` returns."
                )


def has_early_part(graph: Graph) -> bool:
    """Return whether a graph has calls that cannot be compiled."""
    return any(map(_is_for_host, graph.nodes))


def as_host_arrays(inputs: Any) -> Tree:
    """Return inputs as NumPy arrays, text among them; several in a list or dict."""
    if isinstance(inputs, dict):
        return {k: None if v is None else as_host_array(v) for k, v in inputs.items()}
    if isinstance(inputs, (list, tuple)) and all(v is None or np.ndim(v) for v in inputs):
        return [None if v is None else as_host_array(v) for v in inputs]
    return as_host_array(inputs)


def _early_nodes(graph: Graph) -> list[Node]:
    """The calls that cannot be compiled, and those they need."""
    needed: set[int] = set()
    early: list[Node] = []
    for node in reversed(graph.nodes):
        if _is_for_host(node) or any(id(tensor) in needed for tensor in node.outputs):
            needed.update(id(tensor) for tensor in node.input_tensors)
            early.append(node)
    return early[::-1]


def _is_for_host(node: Node) -> bool:
    dtypes = {t.dtype for t in (*node.input_tensors, *node.outputs) if isinstance(t, KerasTensor)}
    wide = isinstance(node.operation, HostLayer) and not dtypes.isdisjoint(_WIDE)
    return wide or "string" in dtypes


def _key(tensor: KerasTensor) -> str:
    """A name for a tensor inside a graph; names of inputs have no slash."""
    node, history = node_of(tensor), tensor._keras_history
    return f"{node.operation.name}/{node.index}/{0 if history is None else history.tensor_index}"
