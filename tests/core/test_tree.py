"""`ppul.tree` beside Keras's on the same nested values."""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from typing import Any

import keras
import pytest

import ppul

Point = namedtuple("Point", "x y")  # noqa: PYI024  (what users' structures may hold)
STRUCTURES = [
    5,
    None,
    [],
    (1, [2, {"b": 3, "a": [None]}]),
    {"b": Point(1, (2, None)), "a": []},
    OrderedDict(b=1, a=2),
    Point([1], {}),
]
BOTH = (ppul.tree, keras.tree)


def both(function: Any) -> tuple[Any, Any]:
    """What a function of a `tree` module makes of both."""
    return tuple(function(module) for module in BOTH)


@pytest.mark.parametrize("structure", STRUCTURES, ids=repr)
def test_leaves_and_their_places_are_keras_s(structure: Any) -> None:
    for name in ("flatten", "flatten_with_path", "is_nested", "lists_to_tuples"):
        found, expected = both(lambda module, name=name: getattr(module, name)(structure))
        assert found == expected, name


@pytest.mark.parametrize("structure", STRUCTURES, ids=repr)
@pytest.mark.parametrize("top_down", [True, False])
def test_the_same_parts_are_visited_in_the_same_order(structure: Any, top_down: bool) -> None:
    def visited(module: Any) -> Any:
        seen: list[Any] = []

        def visit(part: Any) -> Any:
            seen.append(part)
            return {3: module.MAP_TO_NONE, 2: ["two"]}.get(part if isinstance(part, int) else 0)

        return module.traverse(visit, structure, top_down=top_down), seen

    found, expected = both(visited)
    assert found == expected


@pytest.mark.parametrize(
    "shapes",
    [(2, None), [1, 2], {"a": (1,), "b": [(None, 3), ()]}, [[1, 2], None], Point((1,), ())],
)
def test_shapes_are_mapped_whole(shapes: Any) -> None:
    found, expected = both(
        lambda module: module.map_shape_structure(lambda s: ("shape", s), shapes)
    )
    assert found == expected


def test_mapping_follows_the_shallow_structure() -> None:
    def mapped(module: Any) -> Any:
        return module.map_structure_up_to(
            {"a": 0, "b": (0,)}, lambda *parts: parts, {"a": [1], "b": (2,)}, {"a": 3, "b": ({},)}
        )

    found, expected = both(mapped)
    assert found == expected == {"a": ([1], 3), "b": ((2, {}),)}


def test_none_is_a_leaf_unless_it_is_said_not_to_be() -> None:
    for none_is_leaf in (True, False):
        found, expected = both(
            lambda module, leaf=none_is_leaf: module.map_structure(
                lambda v: (v,), {"b": 1, "a": None}, none_is_leaf=leaf
            )
        )
        assert found == expected


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("assert_same_structure", ([1], (1,))),
        ("assert_same_structure", ({"a": 1}, {"b": 1})),
        ("assert_same_structure", ([[1]], [1])),
        ("assert_same_structure", ([1], [None])),
        ("assert_same_paths", ([1], [1, 2])),
        ("assert_same_paths", ([1, 2], (3, 4))),
        ("assert_same_paths", ({"a": 1}, {"a": [1]})),
        ("assert_same_paths", (Point(1, 2), {"x": 1, "y": 2})),
        ("map_structure", (abs,)),
        ("map_structure", (max, [1], [2, 3])),
        ("map_structure_up_to", ([1], abs)),
        ("map_structure_up_to", ([1], abs, (1,))),
        ("pack_sequence_as", ([1, [2]], [1])),
    ],
)
def test_what_keras_refuses_is_refused(name: str, arguments: Any) -> None:
    def refused(module: Any) -> bool:
        try:
            getattr(module, name)(*arguments)
        except ValueError:
            return True
        return False

    found, expected = both(refused)
    assert found == expected
