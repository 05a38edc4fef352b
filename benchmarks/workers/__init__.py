"""What runs in a process of its own, so that no library sees another's settings."""
