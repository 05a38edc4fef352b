"""The arguments by which Keras's layers ask for LoRA and for quantized weights."""

from __future__ import annotations

from typing import Any

# Those that a configuration names only where they are in use.
ADAPTERS = ("lora_rank", "lora_alpha", "gptq_unpacked_column_size")


def refuse_adapters(where: str, **given: Any) -> None:
    """Raise a NotImplementedError if an argument for LoRA or quantization was given.

    Args:
        where: The layer, for the message.
        **given: The arguments; None where they were not given.

    Example:
        >>> refuse_adapters("Dense 'dense'", lora_rank=None)
    """
    for argument, value in given.items():
        if value is not None:
            raise NotImplementedError(
                f"{where}: `{argument}` is not supported yet; got {value!r}. Leave it out to train "
                "the full weights."
            )
