"""Keras as it was: old names, old spellings, old behaviour."""
