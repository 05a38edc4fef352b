"""Process-wide defaults: float type, fuzz factor, image layout.

Example:
    >>> from ppul.core import settings
    >>> settings.floatx(), settings.epsilon(), settings.image_data_format()
    ('float32', 1e-07, 'channels_last')
"""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass, field

import jax

from ppul.core.checks import one_of, positive_int

FLOAT_TYPES = ("bfloat16", "float16", "float32", "float64")
IMAGE_FORMATS = ("channels_last", "channels_first")


def _from_environment(name: str) -> int | None:
    given = os.environ.get(name)
    return None if given is None else int(given)


@dataclass
class _Settings:
    floatx: str = "float32"
    epsilon: float = 1e-7
    image_data_format: str = "channels_last"
    interactive_logging: bool = True
    flash_attention: bool | None = None
    max_epochs: int | None = field(default_factory=lambda: _from_environment("KERAS_MAX_EPOCHS"))
    max_steps_per_epoch: int | None = field(
        default_factory=lambda: _from_environment("KERAS_MAX_STEPS_PER_EPOCH")
    )


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


def version() -> str:
    """Return the version of ppul."""
    import ppul

    return ppul.__version__


def set_backend(backend: str) -> None:
    """Do nothing for "jax", the one engine there is.

    Raises:
        ValueError: For another.
    """
    if backend != "jax":
        raise ValueError(
            f"set_backend: ppul runs on JAX alone; got {backend!r}. Leave the call out, or give 'jax'."
        )


def is_nnx_enabled() -> bool:
    """Return False: layers are no modules of Flax."""
    return False


def is_interactive_logging_enabled() -> bool:
    """Return whether progress is shown interactively (a bar) rather than as plain lines."""
    return _settings.interactive_logging


def enable_interactive_logging() -> None:
    """Show progress as a bar."""
    _settings.interactive_logging = True


def disable_interactive_logging() -> None:
    """Show progress as plain lines, even at a terminal."""
    _settings.interactive_logging = False


def is_traceback_filtering_enabled() -> bool:
    """Return whether JAX leaves its own frames out of tracebacks."""
    return jax.config.values["jax_traceback_filtering"] != "off"


def enable_traceback_filtering() -> None:
    """Leave JAX's own frames out of tracebacks, as it does by default."""
    jax.config.update("jax_traceback_filtering", "auto")


def disable_traceback_filtering() -> None:
    """Show JAX's own frames in tracebacks, too."""
    jax.config.update("jax_traceback_filtering", "off")


def is_flash_attention_enabled() -> bool | None:
    """Return whether attention may use a fused kernel; None where nobody has said."""
    return _settings.flash_attention


def enable_flash_attention() -> None:
    """Let attention use a fused kernel where there is one for the device."""
    _settings.flash_attention = True


def disable_flash_attention() -> None:
    """Let attention use no fused kernel unless a call asks for one."""
    _settings.flash_attention = False


def max_epochs() -> int | None:
    """Return how many epochs a `fit` runs at most; None for no limit.

    It is `KERAS_MAX_EPOCHS` from the environment until it is set.
    """
    return _settings.max_epochs


def set_max_epochs(max_epochs: int | None) -> None:
    """Let every `fit` run at most so many epochs; None for no limit."""
    _settings.max_epochs = _limit("set_max_epochs", "max_epochs", max_epochs)


def max_steps_per_epoch() -> int | None:
    """Return how many steps `fit`, `evaluate` and `predict` make at most an epoch, None for all.

    It is `KERAS_MAX_STEPS_PER_EPOCH` from the environment until it is set.
    """
    return _settings.max_steps_per_epoch


def set_max_steps_per_epoch(max_steps_per_epoch: int | None) -> None:
    """Let `fit`, `evaluate` and `predict` make at most so many steps an epoch; None for all."""
    _settings.max_steps_per_epoch = _limit(
        "set_max_steps_per_epoch", "max_steps_per_epoch", max_steps_per_epoch
    )


def enable_unsafe_deserialization() -> None:
    """Warn that nothing changes: code in files is never run."""
    warnings.warn(
        "enable_unsafe_deserialization changes nothing: ppul never runs code from a file. Where one "
        "holds a lambda, give a class or function in its place in `custom_objects`.",
        stacklevel=2,
    )


def _limit(where: str, argument: str, value: int | None) -> int | None:
    return None if value is None else positive_int(where, argument, value)
