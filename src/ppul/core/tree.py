"""Nested lists, tuples and dicts of leaves, flattened and mapped.

`None` is a leaf, dictionaries are walked in the order of their sorted keys.

Example:
    >>> flatten({"b": [1, None], "a": (2,)})
    [2, 1, None]
    >>> map_structure(lambda v: v * 10, [1, (2, 3)])
    [10, (20, 30)]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jax

from ppul.core.types import Tree


def _is_none(leaf: Any) -> bool:
    return leaf is None


def flatten(structure: Tree) -> list[Any]:
    """Return the leaves of a nested structure as a list."""
    return jax.tree.leaves(structure, is_leaf=_is_none)


def is_nested(structure: Tree) -> bool:
    """Return whether `structure` is a container rather than a leaf."""
    return not jax.tree_util.all_leaves([structure], is_leaf=_is_none)


def map_structure(func: Callable[..., Any], *structures: Tree, none_is_leaf: bool = True) -> Tree:
    """Apply `func` to the leaves of one or several structures of the same shape."""
    if not structures:
        raise ValueError("map_structure: give at least one structure after the function; got none.")
    return jax.tree.map(func, *structures, is_leaf=_is_none if none_is_leaf else None)


def map_structure_up_to(
    shallow_structure: Tree, func: Callable[..., Any], *structures: Tree
) -> Tree:
    """Apply `func` to what stands in deeper structures where a shallow one has its leaves.

    Example:
        >>> map_structure_up_to([0, 0], lambda v: v, [1, (2, 3)])
        [1, (2, 3)]
    """
    if not structures:
        raise ValueError(
            "map_structure_up_to: give at least one structure after the function; got none."
        )
    return jax.tree.map(
        lambda _, *parts: func(*parts), shallow_structure, *structures, is_leaf=_is_none
    )


def map_shape_structure(func: Callable[[Any], Any], structure: Tree) -> Tree:
    """Apply `func` to every shape (a tuple or list of sizes) in a structure.

    Example:
        >>> map_shape_structure(len, {"a": (None, 3), "b": [(2,)]})
        {'a': 2, 'b': [1]}
    """
    return jax.tree.map(func, structure, is_leaf=is_shape)


def flatten_with_path(structure: Tree) -> list[tuple[tuple[Any, ...], Any]]:
    """Return the leaves, each with the keys and positions that lead to it.

    Example:
        >>> flatten_with_path({"a": [5, 6]})
        [(('a', 0), 5), (('a', 1), 6)]
    """
    return [
        (tuple(_steps(structure, path)), leaf)
        for path, leaf in jax.tree_util.tree_leaves_with_path(structure, is_leaf=_is_none)
    ]


class MAP_TO_NONE:  # noqa: N801 - as it is called in Keras
    """What the function of `traverse` returns for a part to become None."""


def traverse(func: Callable[[Any], Any], structure: Tree, top_down: bool = True) -> Tree:
    """Replace parts of a structure, containers and leaves alike.

    Args:
        func: Called with each part. None keeps the part, `MAP_TO_NONE` makes it None, anything else
            takes its place.
        structure: The structure.
        top_down: Whether a container comes before what is in it, which is not visited then if the
            container is replaced.

    Example:
        >>> traverse(lambda v: tuple(v) if isinstance(v, list) else None, [1, [2]], top_down=False)
        (1, (2,))
    """
    if top_down:
        found = func(structure)
        if found is not None:
            return None if found is MAP_TO_NONE else found
    if is_nested(structure):
        parts, shape = jax.tree.flatten(structure, is_leaf=lambda part: part is not structure)
        structure = jax.tree.unflatten(shape, [traverse(func, part, top_down) for part in parts])
    if not top_down:
        found = func(structure)
        if found is not None:
            return None if found is MAP_TO_NONE else found
    return structure


def lists_to_tuples(structure: Tree) -> Tree:
    """Return a structure with a tuple for every list.

    Example:
        >>> lists_to_tuples([1, {"a": [2]}])
        (1, {'a': (2,)})
    """
    return traverse(lambda part: tuple(part) if isinstance(part, list) else None, structure, False)


def pack_sequence_as(structure: Tree, flat_sequence: Any) -> Tree:
    """Return the leaves of `flat_sequence` in the shape of `structure`."""
    treedef = jax.tree.structure(structure, is_leaf=_is_none)
    leaves = list(flat_sequence)
    if len(leaves) != treedef.num_leaves:
        raise ValueError(
            f"pack_sequence_as: the structure {structure!r} has {treedef.num_leaves} leaves, "
            f"`flat_sequence` has {len(leaves)}. Give as many."
        )
    return jax.tree.unflatten(treedef, leaves)


def assert_same_structure(a: Tree, b: Tree, check_types: bool | None = None) -> None:  # noqa: ARG001
    """Raise a ValueError unless `a` and `b` are nested alike.

    Args:
        a: A structure.
        b: Another.
        check_types: Kept for Keras's signature; containers must be of the same type.
    """
    first, second = (jax.tree.structure(s, is_leaf=_is_none) for s in (a, b))
    if first != second:
        raise ValueError(f"The structures differ: {first} and {second}.")


def assert_same_paths(a: Tree, b: Tree) -> None:
    """Raise a ValueError unless the same keys and positions lead to the leaves of `a` and `b`.

    Example:
        >>> assert_same_paths([1, 2], (3, 4))
    """
    first, second = ({path for path, _ in flatten_with_path(s)} for s in (a, b))
    if first != second:
        raise ValueError(
            "The structures have leaves in different places: "
            f"only the first at {sorted(first - second, key=repr)}, "
            f"only the second at {sorted(second - first, key=repr)}."
        )


def is_shape(part: Any) -> bool:
    """Return whether `part` is a shape: a tuple or list of sizes, or None."""
    return part is None or (
        isinstance(part, (tuple, list)) and all(isinstance(n, int | None) for n in part)
    )


def _steps(structure: Tree, path: tuple[Any, ...]) -> Iterator[Any]:
    """The keys of a path of JAX's; the fields of a named tuple by number."""
    for key in path:
        match key:
            case jax.tree_util.SequenceKey(idx=step):
                yield step
            case jax.tree_util.GetAttrKey(name=name):
                step = structure._fields.index(name)
                yield step
            case _:
                step = key.key
                yield step
        structure = structure[step]
