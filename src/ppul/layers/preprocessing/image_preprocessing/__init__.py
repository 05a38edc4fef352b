"""Layers: preprocessing of pictures."""
