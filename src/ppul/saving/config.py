"""Configurations in files: text checked, brought to Keras 3's form, made into a model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ppul.core.registry import CustomObjectScope
from ppul.core.room import limited_room
from ppul.core.serialization import deserialize
from ppul.core.types import Config
from ppul.models.feature_space import FeatureSpace
from ppul.models.model import Model
from ppul.saving.keras2 import modern, modern_compile

LARGEST_CONFIG = 1 << 25
_DEEPEST = 200
# A model may take this many times the bytes of its weights' file, as that may lack the slots of
# the optimizer, and so many bytes for what is in no file: seeds, sums of metrics.
_SLOTS, _SPARE = 8, 1 << 24


def parsed(text: str | bytes, where: str) -> Config:
    """Return a configuration from its JSON text.

    Args:
        text: The text.
        where: What to call it in an error.

    Raises:
        ValueError: If it is not JSON, not a configuration, too large or too deep, or names a file.
    """
    if len(text) > LARGEST_CONFIG:
        raise ValueError(f"{where} has {len(text)} bytes; more than {LARGEST_CONFIG} are not read.")
    try:
        config = json.loads(text)
    except ValueError as error:
        raise ValueError(f"{where} is not JSON ({error}).") from None
    except RecursionError:
        raise ValueError(f"{where} is nested more than {_DEEPEST} levels deep.") from None
    if not isinstance(config, dict):
        raise ValueError(f"{where} is not a configuration, a JSON object; got {config!r:.80}.")
    _check(config, where)
    return config


def made(
    config: Config,
    name: str,
    size: int,
    custom_objects: dict[str, Any] | None = None,
    *,
    old: bool,
    compile: bool,
) -> Any:
    """Return the model that a configuration of any Keras describes, its variables made.

    Args:
        config: The configuration; what `compile` was given is its `compile_config`.
        name: The file's name, for errors.
        size: Bytes of the weights beside it, which bound those of the model.
        custom_objects: Names, beside ppul's own and registered ones, and what they mean.
        old: Whether it is of a Keras before 3.
        compile: Whether to compile the model, too.

    Raises:
        TypeError: If it names something unknown.
        ValueError: If it describes no model, or one that is too large.
    """
    how = config.get("compile_config") if compile else None
    config = {key: value for key, value in config.items() if key != "compile_config"}
    with CustomObjectScope(custom_objects), limited_room(_SLOTS * size + _SPARE):
        with naming(name):
            model = deserialize(modern(config, old=old), kind="models")
            if not isinstance(model, (Model, FeatureSpace)):
                raise TypeError(f"its configuration describes {model!r}, which is no model.")
        if how and isinstance(model, Model):
            outputs = len(getattr(model, "output_names", None) or ())
            with naming(name, " To load it without compiling, pass `compile=False`."):
                model.compile_from_config(modern_compile(how, outputs, old=old))
    return model


@contextmanager
def naming(name: str, hint: str = "") -> Iterator[None]:
    """Let errors about what a file says begin with the file's name and end with a hint."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, MemoryError, RuntimeError) as error:
        raise ValueError(
            f"'{name}': its configuration describes no model ({type(error).__name__}: {error})."
            f"{hint}"
        ) from error
    except (TypeError, ValueError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"'{name}': {error}{hint}") from error


def _check(config: Config, where: str) -> None:
    """Raise a ValueError where a configuration is too deep or names a file to be read."""
    level: list[Any] = [config]
    for _ in range(_DEEPEST):
        values: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                if isinstance(value.get("vocabulary"), str):
                    raise ValueError(
                        f"{where}: the layer '{value.get('name')}' takes its vocabulary from the "
                        f"file {value['vocabulary']!r}; a model file must hold all of its data."
                    )
                values.extend(value.values())
            elif isinstance(value, list):
                values.extend(value)
        if not values:
            return
        level = values
    raise ValueError(f"{where} is nested more than {_DEEPEST} levels deep.")
