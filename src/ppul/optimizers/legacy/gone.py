"""What stands for the optimizers that went with Keras 2."""

from __future__ import annotations

from typing import Any


class LegacyOptimizer:
    """Any optimizer of `optimizers.legacy`: making one is an error that says what to use.

    Args:
        *args: Whatever it was made with.
        **kwargs: Likewise.

    Raises:
        ImportError: Always.

    Example:
        >>> LegacyOptimizer(0.1)
        Traceback (most recent call last):
            ...
        ImportError: `optimizers.legacy` went with Keras 2. ...
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise ImportError(
            "`optimizers.legacy` went with Keras 2. Use the optimizer of the same name in "
            "`ppul.optimizers`, or run a program for Keras 2 as it is by `ppul run`."
        )
