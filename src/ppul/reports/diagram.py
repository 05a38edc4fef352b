"""Pictures of a model: a box a layer, an arrow wherever a tensor goes from one to the next."""

from __future__ import annotations

import html
import importlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ppul.core import registry
from ppul.core.operation import FunctionOperation, Node, Operation, node_of
from ppul.core.symbolic import KerasTensor
from ppul.layers.base import Layer
from ppul.layers.core.input_layer import InputLayer
from ppul.models.functional import Functional
from ppul.models.sequential import Sequential
from ppul.saving.atomic import replacing

_TRAINED, _FROZEN = "forestgreen", "firebrick"


@dataclass(frozen=True)
class _Shown:
    """What the boxes tell."""

    shapes: bool
    dtype: bool
    names: bool
    activations: bool
    trainable: bool
    nested: bool


def plot_model(
    model: Any,
    to_file: str | Path = "model.png",
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = False,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int | None = 200,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
    **kwargs: Any,
) -> Any:
    """Draw a model into a file, by Graphviz.

    Args:
        model: The model, built.
        to_file: Where to; the ending (`.png`, `.svg`, `.pdf`, `.dot`) says as what.
        show_shapes: Whether boxes tell the shapes of inputs and outputs.
        show_dtype: Whether they tell the dtypes of outputs.
        show_layer_names: Whether they tell the names of the layers.
        rankdir: Which way arrows go: "TB" down, "LR" to the right.
        expand_nested: Whether models inside are drawn, in a frame.
        dpi: Dots per inch.
        show_layer_activations: Whether boxes tell the layers' activations.
        show_trainable: Whether they tell if a layer is trained.
        splines: How arrows run: "ortho", "curved", "polyline", ...
        **kwargs: None; named so that a misspelt argument gets an error.

    Returns:
        In a notebook, the picture to be shown; else None.

    Raises:
        ImportError: If pydot or Graphviz is not installed.
        ValueError: If the model is not built, or the ending is none that Graphviz knows.
    """
    graph = model_to_dot(
        model,
        show_shapes=show_shapes,
        show_dtype=show_dtype,
        show_layer_names=show_layer_names,
        rankdir=rankdir,
        expand_nested=expand_nested,
        dpi=dpi,
        show_layer_activations=show_layer_activations,
        show_trainable=show_trainable,
        splines=splines,
        **kwargs,
    )
    path = Path(to_file)
    ending = path.suffix[1:].lower()
    if ending not in graph.formats:
        raise ValueError(
            f"plot_model: '{path}' has no ending that Graphviz can write. Use '.png', '.svg' or '.pdf'."
        )
    try:
        picture = graph.create(format=ending)
    except FileNotFoundError as error:
        raise ImportError(
            "plot_model: the program `dot` was not found. Install Graphviz (`apt install graphviz`, "
            "`brew install graphviz`, or https://graphviz.org/download/)."
        ) from error
    with replacing(path) as temporary:
        temporary.write_bytes(picture)
    return _for_notebook(path, picture)


def model_to_dot(
    model: Any,
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = True,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int | None = 200,
    subgraph: bool = False,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
    **kwargs: Any,
) -> Any:
    """Return a model as a graph of pydot's.

    Args:
        model: The model, built.
        show_shapes: Whether boxes tell the shapes of inputs and outputs.
        show_dtype: Whether they tell the dtypes of outputs.
        show_layer_names: Whether they tell the names of the layers.
        rankdir: Which way arrows go: "TB" down, "LR" to the right.
        expand_nested: Whether models inside are drawn, in a frame.
        dpi: Dots per inch.
        subgraph: Whether to return the frame with what is in it, a `pydot.Cluster`, to be put into
            another graph.
        show_layer_activations: Whether boxes tell the layers' activations.
        show_trainable: Whether they tell if a layer is trained.
        splines: How arrows run.
        **kwargs: None; named so that a misspelt argument gets an error.

    Raises:
        ImportError: If pydot is not installed.
        ValueError: If the model is not built.
    """
    pydot = _pydot()
    if kwargs:
        raise ValueError(f"model_to_dot: unknown argument(s) {sorted(kwargs)}.")
    if not model.built:
        raise ValueError(
            f"Model '{model.name}' has nothing to draw: build it, or call it on data, first."
        )
    shown = _Shown(
        show_shapes,
        show_dtype,
        show_layer_names,
        show_layer_activations,
        show_trainable,
        expand_nested,
    )
    graph = _frame(pydot, model) if subgraph else pydot.Dot(graph_type="digraph")
    if not subgraph:
        for name, value in (("rankdir", rankdir), ("dpi", dpi), ("splines", splines)):
            graph.set(name, value)
        graph.set("concentrate", "true")
    graph.set_node_defaults(shape="plain", fontname="Helvetica")
    _draw(pydot, graph, model, shown)
    return graph


def _pydot() -> Any:
    try:
        return importlib.import_module("pydot")
    except ImportError as error:
        raise ImportError(
            "Drawing a model needs the package pydot, which is not installed: `pip install pydot`, "
            "and Graphviz (`apt install graphviz`, or https://graphviz.org/download/)."
        ) from error


def _draw(pydot: Any, graph: Any, model: Any, shown: _Shown) -> None:
    """Add the boxes and arrows of a model to a graph."""
    drawn = _graph_of(model)
    if drawn is None:
        graph.add_node(_box(pydot, model, shown))
        return
    operations = _operations(model, drawn)
    for operation in operations:
        if shown.nested and _graph_of(operation) is not None:
            frame = _frame(pydot, operation)
            _draw(pydot, frame, operation, shown)
            graph.add_subgraph(frame)
        else:
            graph.add_node(_box(pydot, operation, shown))
    known = {id(operation) for operation in operations}
    arrows = {
        (_exit(tensor, shown), entry): None
        for node in drawn.graph.nodes
        for i, tensor in enumerate(node.input_tensors)
        if id(node_of(tensor).operation) in known
        for entry in _entries(node.operation, i, shown)
    }
    for start, end in arrows:
        graph.add_edge(pydot.Edge(start, end, penwidth="2"))


def _graph_of(operation: Any) -> Functional | None:
    """The drawn model that an operation is, if it is one."""
    if isinstance(operation, Functional):
        return operation
    return operation._functional if isinstance(operation, Sequential) else None


def _operations(model: Any, drawn: Functional) -> list[Operation]:
    """What gets a box; the input of a stack of layers gets none, as it is no layer of it."""
    hides_input = isinstance(model, Sequential)
    return [
        operation
        for operation in drawn.operations
        if not (hides_input and isinstance(operation, InputLayer))
    ]


def _entries(operation: Operation, place: int, shown: _Shown) -> Iterator[str]:
    """The boxes at which an input of an operation arrives."""
    drawn = _graph_of(operation) if shown.nested else None
    if drawn is None:
        yield _key(operation)
        return
    tensor = drawn.inputs[place]
    if not isinstance(operation, Sequential):
        yield _key(node_of(tensor).operation)
        return
    for node in drawn.graph.nodes:
        for i, other in enumerate(node.input_tensors):
            if other is tensor:
                yield from _entries(node.operation, i, shown)


def _exit(tensor: KerasTensor, shown: _Shown) -> str:
    """The box that a tensor comes from."""
    operation = node_of(tensor).operation
    drawn = _graph_of(operation) if shown.nested else None
    if drawn is None:
        return _key(operation)
    history = tensor._keras_history
    place = 0 if history is None else history.tensor_index
    return _exit(drawn.outputs[place], shown)


def _key(operation: Operation) -> str:
    return str(id(operation))


def _frame(pydot: Any, model: Any) -> Any:
    return pydot.Cluster(graph_name=model.name, label=model.name, style="dashed", labeljust="l")


def _box(pydot: Any, operation: Any, shown: _Shown) -> Any:
    rows = [_title(operation, shown)]
    activation = getattr(operation, "activation", None)
    if shown.activations and activation is not None:
        name = getattr(activation, "__name__", type(activation).__name__)
        rows.append(_row([_cell("Activation", name)]))
    facts = list(_facts(operation, shown))
    if facts:
        rows.append(_row(facts))
    table = (
        f'<table border="0" cellborder="1" cellspacing="0" cellpadding="10">{"".join(rows)}</table>'
    )
    return pydot.Node(_key(operation), label=f"<{table}>")


def _title(operation: Any, shown: _Shown) -> str:
    if isinstance(operation, FunctionOperation):
        kind = operation.class_name
    else:
        kind = registry.public_name(type(operation))
    name = html.escape(operation.name)
    text = f"<b>{name}</b> ({kind})" if shown.names else f"<b>{kind}</b>"
    return f'<tr><td bgcolor="black"><font point-size="16" color="white">{text}</font></td></tr>'


def _facts(operation: Any, shown: _Shown) -> Iterator[str]:
    """The cells of the last row of a box."""
    node: Node | None = operation._inbound_nodes[0] if operation._inbound_nodes else None
    if node is not None and shown.shapes:
        if not node.is_input:
            yield _cell("Input shape", _of_all(node.input_tensors, "shape"))
        yield _cell("Output shape", _of_all(node.outputs, "shape"))
    if node is not None and shown.dtype:
        yield _cell("Output dtype", _of_all(node.outputs, "dtype"))
    if shown.trainable and isinstance(operation, Layer) and operation.weights:
        color, text = (_TRAINED, "Trainable") if operation.trainable else (_FROZEN, "Non-trainable")
        yield f'<td bgcolor="{color}"><font color="white"><b>{text}</b></font></td>'


def _of_all(tensors: list[Any], what: str) -> str:
    found = [getattr(tensor, what) for tensor in tensors if isinstance(tensor, KerasTensor)]
    return str(found[0] if len(found) == 1 else found)


def _cell(what: str, value: str) -> str:
    return f'<td bgcolor="white">{what}: <b>{html.escape(value, quote=False)}</b></td>'


def _row(cells: list[str]) -> str:
    """Cells side by side, in a table of their own so that rows need no common number of columns."""
    inner = '<table border="0" cellborder="1" cellspacing="0" cellpadding="10">'
    return f'<tr><td cellpadding="0" border="0">{inner}<tr>{"".join(cells)}</tr></table></td></tr>'


def _for_notebook(path: Path, picture: bytes) -> Any:
    """What a notebook shows of a picture; None outside of one."""
    if "ipykernel" not in sys.modules:
        return None
    display = importlib.import_module("IPython.display")
    return display.SVG(picture) if path.suffix == ".svg" else display.Image(picture)
