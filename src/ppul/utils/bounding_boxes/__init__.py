"""Keras's `keras.utils.bounding_boxes`: rectangles in pictures."""

from ppul._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
