"""Process-wide defaults: float type, fuzz factor, image layout.

Example:
    >>> from ppul.core import settings
    >>> settings.floatx(), settings.epsilon(), settings.image_data_format()
    ('float32', 1e-07, 'channels_last')
"""

from __future__ import annotations

from dataclasses import dataclass

from ppul.core.checks import one_of

FLOAT_TYPES = ("bfloat16", "float16", "float32", "float64")
IMAGE_FORMATS = ("channels_last", "channels_first")


@dataclass
class _Settings:
    floatx: str = "float32"
    epsilon: float = 1e-7
    image_data_format: str = "channels_last"
    interactive_logging: bool = True
    traceback_filtering: bool = True


_settings = _Settings()


def floatx() -> str:
    """Return the default float type, as a string."""
    return _settings.floatx


def set_floatx(value: str) -> None:
    """Set the default float type: "bfloat16", "float16", "float32" or "float64"."""
    _settings.floatx = one_of("set_floatx", "value", value, FLOAT_TYPES)


def epsilon() -> float:
    """Return the small number that keeps divisions and logarithms finite."""
    return _settings.epsilon


def set_epsilon(value: float) -> None:
    """Set the small number that keeps divisions and logarithms finite."""
    _settings.epsilon = float(value)


def image_data_format() -> str:
    """Return the default layout of pictures: "channels_last" or "channels_first"."""
    return _settings.image_data_format


def set_image_data_format(data_format: str) -> None:
    """Set the default layout of pictures: "channels_last" or "channels_first"."""
    _settings.image_data_format = one_of(
        "set_image_data_format", "data_format", data_format, IMAGE_FORMATS
    )


def backend() -> str:
    """Return "jax": ppul has one engine."""
    return "jax"


def is_interactive_logging_enabled() -> bool:
    """Return whether progress is shown interactively (a bar) rather than as plain lines."""
    return _settings.interactive_logging


def enable_interactive_logging() -> None:
    """Show progress as a bar."""
    _settings.interactive_logging = True


def disable_interactive_logging() -> None:
    """Show progress as plain lines, even at a terminal."""
    _settings.interactive_logging = False
