"""Objects to configurations and back, in the form of Keras 1 and 2."""

from ppul._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
