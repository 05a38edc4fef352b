"""A graph of operations between symbolic inputs and outputs, and how it is run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ppul.core import tree
from ppul.core.operation import Node, Operation, node_of
from ppul.core.symbolic import KerasTensor
from ppul.core.types import Tree


class Graph:
    """The calls that lead from inputs to outputs, in an order in which they can be made.

    Args:
        inputs: Symbolic tensors to start from.
        outputs: Symbolic tensors to arrive at, nested as the result is to be.

    Raises:
        ValueError: If an output depends on a tensor that is not among the inputs.
    """

    def __init__(self, inputs: Sequence[KerasTensor], outputs: Tree) -> None:
        self.inputs = list(inputs)
        self.outputs = outputs
        self._given = {id(tensor) for tensor in inputs}
        self.nodes = self._sorted_nodes()
        self.input_operations = [node_of(t).operation for t in inputs if t._keras_history]

    def run(self, values: Sequence[Any], call: Callable[..., Any] | None = None) -> Tree:
        """Return the outputs for the values of the inputs.

        Args:
            values: One value for each input.
            call: How an operation is called: `call(operation, *args, **kwargs)`.
        """
        known = {id(tensor): value for tensor, value in zip(self.inputs, values, strict=True)}
        for node in self.nodes:
            args, kwargs = node.fill(known)
            operation = node.operation
            result = (
                operation(*args, **kwargs) if call is None else call(operation, *args, **kwargs)
            )
            for tensor, value in zip(node.outputs, tree.flatten(result), strict=True):
                known[id(tensor)] = value
        return tree.map_structure(
            lambda t: known[id(t)] if isinstance(t, KerasTensor) else t, self.outputs
        )

    def operations(self) -> list[Operation]:
        """Return the operations from the inputs down, those of equal depth as first met.

        The order of `model.layers`, and so of the weights in files.
        """
        depths, seen = self._depths()
        ordered = sorted(seen, key=lambda key: (-depths[key], seen[key][0]))
        return [seen[key][1] for key in ordered]

    def _sorted_nodes(self) -> list[Node]:
        """Every node behind the outputs, each after those it needs."""
        ordered: list[Node] = []
        state: dict[int, bool] = {}  # False while its inputs are being visited
        for tensor in tree.flatten(self.outputs):
            if not isinstance(tensor, KerasTensor) or id(tensor) in self._given:
                continue
            stack: list[tuple[Node, bool]] = [(node_of(tensor), False)]
            while stack:
                node, ready = stack.pop()
                if ready:
                    state[id(node)] = True
                    ordered.append(node)
                elif id(node) not in state:
                    state[id(node)] = False
                    stack.append((node, True))
                    stack.extend((parent, False) for parent in reversed(self._parents(node)))
        return ordered

    def _parents(self, node: Node) -> list[Node]:
        if node.is_input:
            raise ValueError(
                f"The outputs depend on the input '{node.operation.name}', which is not among the "
                f"model's inputs: {[t.name for t in self.inputs]}. Add it to `inputs`."
            )
        open_tensors = [t for t in node.input_tensors if id(t) not in self._given]
        return [node_of(tensor) for tensor in open_tensors]

    def _depths(self) -> tuple[dict[int, int], dict[int, tuple[int, Operation]]]:
        """Distance of each operation from the outputs, and the operations as first met."""
        node_depth: dict[int, int] = {}
        depths: dict[int, int] = {}
        for node in reversed(self.nodes):
            key = id(node.operation)
            # No call of an operation is nearer to the outputs than one that was met before.
            depth = max(node_depth.get(id(node), 0), depths.get(key, 0))
            node_depth[id(node)] = depths[key] = depth
            for parent in self._parents(node):
                node_depth[id(parent)] = max(node_depth.get(id(parent), 0), depth + 1)
        input_depth = {id(op): 0 for op in self.input_operations}
        for node in self.nodes:
            for tensor in node.input_tensors:
                if id(tensor) in self._given and tensor._keras_history:
                    source = id(node_of(tensor).operation)
                    input_depth[source] = max(input_depth.get(source, 0), node_depth[id(node)] + 1)
        seen: dict[int, tuple[int, Operation]] = {}
        for operation in self._as_met():
            seen.setdefault(id(operation), (len(seen), operation))
        for key, depth in input_depth.items():
            depths[key] = max(depths.get(key, 0), depth)
        return depths, seen

    def _as_met(self) -> list[Operation]:
        """Operations in the order a walk from the outputs meets them, inputs included."""
        met: list[Operation] = []
        visited: set[int] = set()
        leaves = [leaf for leaf in tree.flatten(self.outputs) if isinstance(leaf, KerasTensor)]
        stack = leaves[::-1]
        while stack:
            tensor = stack.pop()
            if not tensor._keras_history:  # an input that no operation made
                continue
            node = node_of(tensor)
            if id(node) in visited:
                continue
            visited.add(id(node))
            met.append(node.operation)
            if id(tensor) not in self._given:
                stack.extend(reversed(node.input_tensors))
        return met + self.input_operations
