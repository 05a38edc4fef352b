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


def auto_name(prefix: str) -> str:
    """Return `prefix`, or `prefix_1`, `prefix_2`, ... from the second call on."""
    prefix = to_snake_case(prefix)
    _counts[prefix] += 1
    return prefix if _counts[prefix] == 1 else f"{prefix}_{_counts[prefix] - 1}"


def reset_names() -> None:
    """Start automatic names anew (part of `clear_session`)."""
    _counts.clear()


@contextmanager
def name_scope(name: str) -> Iterator[None]:
    """Put `name` in front of the paths of variables made inside."""
    local.names.append(name)
    try:
        yield
    finally:
        local.names.pop()


def current_path() -> str:
    """Return the names of the open scopes, joined by slashes."""
    return "/".join(local.names)
