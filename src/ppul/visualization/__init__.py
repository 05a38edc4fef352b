"""Keras's `keras.visualization`: pictures with what was found in them, drawn and shown."""

from ppul._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
