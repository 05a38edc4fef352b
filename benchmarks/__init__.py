"""How fast ppul is, and beside what: a script a question, `python -m benchmarks` for all."""
