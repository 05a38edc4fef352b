"""Several devices: how they are arranged, and how arrays are laid out over them."""

from ppul._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
