"""Names: automatic ones ("dense", "dense_1"), and the scopes that make paths.

Example:
    >>> to_snake_case("BatchNormalization"), to_snake_case("Conv2D"), to_snake_case("PReLU")
    ('batch_normalization', 'conv2d', 'p_re_lu')
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from ppul.core.local import local

_counts: Counter[str] = Counter()


def to_snake_case(name: str) -> str:
    """Return a CamelCase name in snake_case, as layers are named."""
    name = re.sub(r"\W+", "", name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def to_camel_case(name: str) -> str:
    """Return a snake_case name in CamelCase, as operations of a graph are classed."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def get_uid(prefix: str = "") -> int:
    """Return how many automatic names with this prefix there are, this one included."""
    _counts[prefix] += 1
    return _counts[prefix]


def auto_name(prefix: str) -> str:
    """Return `prefix`, or `prefix_1`, `prefix_2`, ... from the second call on."""
    prefix = to_snake_case(prefix)
    count = get_uid(prefix)
    return prefix if count == 1 else f"{prefix}_{count - 1}"


def reset_names() -> None:
    """Start automatic names anew (part of `clear_session`)."""
    _counts.clear()


@contextmanager
def path_scope(path: str) -> Iterator[None]:
    """Inside it, the paths of variables begin with `path`, whatever scopes are open around it."""
    before, local.names = local.names, path.split("/")
    try:
        yield
    finally:
        local.names = before


class name_scope:  # noqa: N801 - as it is called in Keras
    """Inside it, the paths of variables begin with a name.

    Args:
        name: The name.
        **kwargs: Kept for Keras's signature.

    Example:
        >>> with name_scope("head"), name_scope("dense"):
        ...     current_path()
        'head/dense'
    """

    def __init__(self, name: str, **kwargs: object) -> None:
        if not isinstance(name, str) or "/" in name:
            raise ValueError(f"name_scope: `name` must be a string without '/'; got {name!r}.")
        self.name = name

    def __enter__(self) -> name_scope:
        local.names.append(self.name)
        return self

    def __exit__(self, *args: object, **kwargs: object) -> None:
        local.names.pop()


def current_path() -> str:
    """Return the names of the open scopes, joined by slashes."""
    return "/".join(local.names)
