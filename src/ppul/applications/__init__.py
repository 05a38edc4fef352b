"""Networks for pictures, as published: to train, or to begin with published weights."""

from ppul._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
