"""A graph between symbolic tensors as an operation."""

from __future__ import annotations

import jax

from ppul.core import tree
from ppul.core.operation import Operation, node_of
from ppul.core.symbolic import KerasTensor
from ppul.core.types import Tree
from ppul.models.graph import Graph


class Function(Operation):
    """What leads from symbolic inputs to symbolic outputs, to be computed for other inputs.

    Args:
        inputs: Symbolic tensors: one, or a list, tuple or dict.
        outputs: Symbolic tensors, likewise.
        name: Its name.

    Raises:
        ValueError: If an output depends on a tensor that is not among the inputs.

    Example:
        >>> import numpy as np
        >>> x = KerasTensor((None, 2))
        >>> double = Function(x, x + x)
        >>> double(np.ones((1, 2))).tolist()
        [[2.0, 2.0]]
    """

    def __init__(self, inputs: Tree, outputs: Tree, name: str | None = None) -> None:
        super().__init__(name)
        self._inputs_struct = inputs
        self._outputs_struct = outputs
        self._graph = Graph(tree.flatten(inputs), outputs)

    @property
    def inputs(self) -> list[KerasTensor]:
        """The symbolic inputs, flat."""
        return tree.flatten(self._inputs_struct)

    @property
    def outputs(self) -> list[KerasTensor]:
        """The symbolic outputs, flat."""
        return tree.flatten(self._outputs_struct)

    @property
    def operations(self) -> list[Operation]:
        """The layers and functions, from the inputs down."""
        return self._graph.operations()

    @property
    def nnx_operations(self) -> list[Operation]:
        """The same layers and functions; what Keras calls them where it works with Flax NNX."""
        return self.operations

    def call(self, inputs: Tree) -> Tree:
        """Return the outputs for other inputs, nested like the symbolic ones."""
        values = tree.flatten(inputs)
        if len(values) != len(self.inputs):
            raise ValueError(
                f"Function '{self.name}' takes {len(self.inputs)} input(s) and got {len(values)}."
            )
        return self._graph.run(values)

    def compute_output_shape(self, input_shape: Tree) -> Tree:
        """Return the shapes of the outputs for those of the inputs."""
        shapes = jax.tree.leaves(input_shape, is_leaf=tree.is_shape)
        tensors = [
            KerasTensor(shape, tensor.dtype)
            for shape, tensor in zip(shapes, self.inputs, strict=True)
        ]
        outputs = self.compute_output_spec(tree.pack_sequence_as(self._inputs_struct, tensors))
        return tree.map_structure(lambda tensor: tensor.shape, outputs)


def get_source_inputs(tensor: KerasTensor) -> list[KerasTensor]:
    """Return the inputs that a symbolic tensor comes from.

    Example:
        >>> from ppul.layers.core.input_layer import Input
        >>> x = Input((2,))
        >>> get_source_inputs(x + x) == [x]
        True
    """
    found: dict[int, KerasTensor] = {}
    seen: set[int] = set()
    stack = [tensor]
    while stack:
        tensor = stack.pop()
        node = node_of(tensor)
        if node.is_input:
            found[id(tensor)] = tensor
        elif id(node) not in seen:
            seen.add(id(node))
            stack.extend(reversed(node.input_tensors))
    return list(found.values())
