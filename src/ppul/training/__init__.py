"""Training: steps, programs, loops, data."""
