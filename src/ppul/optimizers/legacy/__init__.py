"""Optimizers of Keras 2 as it kept them beside its newer ones; gone in Keras 3."""

from ppul._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
