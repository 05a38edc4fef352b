"""Nested lists, tuples and dicts of leaves, flattened and mapped.

`None` is a leaf, dictionaries are walked in the order of their sorted keys.

Example:
    >>> flatten({"b": [1, None], "a": (2,)})
    [2, 1, None]
    >>> map_structure(lambda v: v * 10, [1, (2, 3)])
    [10, (20, 30)]
"""

from __future__ import annotations

from collections.abc import Callable
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


def map_structure(
    function: Callable[..., Any], *structures: Tree, none_is_leaf: bool = True
) -> Tree:
    """Apply `function` to the leaves of one or several structures of the same shape."""
    return jax.tree.map(function, *structures, is_leaf=_is_none if none_is_leaf else None)


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


def assert_same_structure(a: Tree, b: Tree) -> None:
    """Raise a ValueError unless `a` and `b` are nested alike."""
    first, second = (jax.tree.structure(s, is_leaf=_is_none) for s in (a, b))
    if first != second:
        raise ValueError(f"The structures differ: {first} and {second}.")
