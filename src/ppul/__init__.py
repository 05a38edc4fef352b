"""ppul (뿔): Keras's API on one engine, JAX/XLA, with whole epochs compiled."""

from ppul._lazy import attach

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = attach(__name__, __file__)
