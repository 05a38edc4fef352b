"""Keras's `keras.ops.nn`: what only neural networks have, and the names of the rest."""

from ppul._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
