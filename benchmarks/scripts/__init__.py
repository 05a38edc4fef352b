"""Whole programs as users write them; the first argument says which library runs them."""
