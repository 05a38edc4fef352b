"""Whatever data may be, as blocks the loops run over."""
