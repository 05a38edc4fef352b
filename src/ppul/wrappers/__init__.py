"""Models as estimators of scikit-learn, in Keras's way; `ppul.sklearn` has more of them."""

from ppul._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
