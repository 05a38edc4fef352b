"""The table that `model.summary()` prints."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from typing import Any

from ppul.core import tree
from ppul.core.operation import FunctionOperation
from ppul.core.symbolic import KerasTensor

_WIDTH = 80
_UNITS = ("B", "KB", "MB", "GB", "TB")


def print_summary(
    model: Any,
    line_length: int | None = None,
    positions: Sequence[float] | None = None,
    print_fn: Callable[..., None] | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: Sequence[str] | None = None,
) -> None:
    """Print a table of a model's layers; see `Model.summary`."""
    lines = summary_lines(model, line_length, positions, expand_nested, show_trainable, layer_range)
    for line in lines:
        (print_fn or print)(line)


def summary_lines(
    model: Any,
    line_length: int | None = None,
    positions: Sequence[float] | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: Sequence[str] | None = None,
) -> list[str]:
    """Return the lines of the table."""
    width = line_length or min(_WIDTH, shutil.get_terminal_size((_WIDTH, 24)).columns)
    branching = _branches(model)
    titles = ["Layer (type)", "Output Shape", "Param #"]
    if branching:
        titles.append("Connected to")
    if show_trainable:
        titles.append("Trai...")
    rows = _rows(model, branching, show_trainable, expand_nested, layer_range, depth=0)
    widths = _widths(width, positions, branching, show_trainable)
    lines = [f'Model: "{model.name}"', *_table(titles, rows, widths)]
    return lines + _totals(model)


def _rows(
    model: Any,
    branching: bool,
    show_trainable: bool,
    expand: bool,
    layer_range: Sequence[str] | None,
    depth: int,
) -> list[list[str]]:
    operations = getattr(model, "operations", None) or model.layers
    if layer_range:
        names = [operation.name for operation in operations]
        first, last = (_place(names, name) for name in layer_range)
        operations = operations[first : last + 1]
    rows = []
    for operation in operations:
        row = [
            "    " * depth + f"{operation.name} ({_class_name(operation)})",
            _output_shape(operation),
            _params(operation),
        ]
        if branching:
            row.append(_connections(model, operation))
        if show_trainable:
            row.append("Y" if getattr(operation, "trainable", True) else "N")
        rows.append(row)
        if expand and getattr(operation, "layers", None):
            rows += _rows(operation, branching, show_trainable, expand, None, depth + 1)
    return rows


def _place(names: list[str], name: str) -> int:
    if name not in names:
        raise ValueError(f"summary: `layer_range` names '{name}'; the layers are {names}.")
    return names.index(name)


def _class_name(operation: Any) -> str:
    if isinstance(operation, FunctionOperation):
        return operation.class_name
    return type(operation).__name__


def _output_shape(operation: Any) -> str:
    nodes = operation._inbound_nodes
    if not nodes:
        return "?"
    shapes = [t.shape for t in nodes[0].outputs if isinstance(t, KerasTensor)]
    return ", ".join(str(shape) for shape in shapes)


def _params(operation: Any) -> str:
    if not hasattr(operation, "count_params"):
        return "0"
    return f"{operation.count_params():,}" if operation.built else "0 (unbuilt)"


def _connections(model: Any, operation: Any) -> str:
    kept = {id(node) for node in model.graph.nodes} if hasattr(model, "graph") else set()
    names = []
    for node in operation._inbound_nodes:
        if id(node) in kept:
            for tensor in node.input_tensors:
                history = tensor._keras_history
                names.append(
                    f"{history.operation.name}[{history.node_index}][{history.tensor_index}]"
                )
    return ", ".join(names) if names else "-"


def _branches(model: Any) -> bool:
    """Whether the layers are anything but one after another."""
    nodes = getattr(getattr(model, "graph", None), "nodes", None)
    if nodes is None:
        return False
    uses: dict[int, int] = {}
    for node in nodes:
        if len(node.input_tensors) > 1:
            return True
        for tensor in node.input_tensors:
            uses[id(tensor)] = uses.get(id(tensor), 0) + 1
    return any(count > 1 for count in uses.values()) or len(tree.flatten(model.outputs)) > 1


def _widths(
    width: int, positions: Sequence[float] | None, branching: bool, show_trainable: bool
) -> list[int]:
    shares = (
        list(positions)
        if positions
        else ([0.28, 0.53, 0.7, 1.0] if branching else [0.45, 0.78, 1.0])
    )
    ends = [int(width * share) if share <= 1 else int(share) for share in shares]
    ends[-1] -= 1  # the border on the left
    widths = [b - a for a, b in zip([0, *ends], ends, strict=False)]
    if show_trainable:
        widths[widths.index(max(widths))] -= 10
        widths.append(10)
    return [max(w - 3, 5) for w in widths]


def _table(titles: list[str], rows: list[list[str]], widths: list[int]) -> list[str]:
    def border(left: str, line: str, middle: str, right: str) -> str:
        return left + middle.join(line * (w + 2) for w in widths) + right

    head = border("┏", "━", "┳", "┓"), border("┡", "━", "╇", "┩")
    between, end = border("├", "─", "┼", "┤"), border("└", "─", "┴", "┘")
    lines = [head[0], *_cells(titles, widths, "┃"), head[1]]
    for i, row in enumerate(rows):
        lines += ([between] if i else []) + _cells(row, widths, "│")
    return [*lines, end]


def _cells(row: list[str], widths: list[int], edge: str) -> list[str]:
    """One row as lines; long cells are wrapped, numbers are on the right."""
    wrapped = [_wrap(cell, width) for cell, width in zip(row, widths, strict=True)]
    lines = []
    for parts in zip(*(_padded(cell, max(map(len, wrapped))) for cell in wrapped), strict=True):
        cells = [
            part.rjust(width) if i == 2 else part.ljust(width)
            for i, (part, width) in enumerate(zip(parts, widths, strict=True))
        ]
        lines.append(f"{edge} " + f" {edge} ".join(cells) + f" {edge}")
    return lines


def _padded(cell: list[str], height: int) -> list[str]:
    return cell + [""] * (height - len(cell))


def _wrap(text: str, width: int) -> list[str]:
    lines, line = [], ""
    indent = text[: len(text) - len(text.lstrip())]
    for word in text.split():
        pieces = [word[i : i + width] for i in range(0, len(word), width)]
        for piece in pieces:
            if line and len(line) + 1 + len(piece) > width:
                lines.append(line)
                line = ""
            line = f"{line} {piece}" if line else (indent + piece if not lines else piece)
    return [*lines, line]


def _totals(model: Any) -> list[str]:
    trained = sum(_size(v) for v in model.trainable_weights)
    frozen = sum(_size(v) for v in model.non_trainable_weights)
    trained_bytes = sum(_bytes(v) for v in model.trainable_weights)
    frozen_bytes = sum(_bytes(v) for v in model.non_trainable_weights)
    counts = [(trained, trained_bytes), (frozen, frozen_bytes)]
    optimizer = getattr(model, "optimizer", None)
    if optimizer is not None and optimizer.built:
        own = sum(_size(v) for v in optimizer.variables)
        counts.append((own, sum(_bytes(v) for v in optimizer.variables)))
    total = sum(count for count, _ in counts), sum(size for _, size in counts)
    names = ["Trainable params", "Non-trainable params", "Optimizer params"]
    lines = [f" Total params: {total[0]:,} ({_readable(total[1])})"]
    return lines + [
        f" {n}: {c:,} ({_readable(b)})" for n, (c, b) in zip(names, counts, strict=False)
    ]


def _size(variable: Any) -> int:
    size = 1
    for n in variable.shape:
        size *= n
    return size


def _bytes(variable: Any) -> int:
    return _size(variable) * variable._value.dtype.itemsize


def _readable(size: float) -> str:
    for unit in _UNITS:
        if size < 1024 or unit == _UNITS[-1]:
            return f"{size:.2f} {unit}"
        size /= 1024
    return ""
