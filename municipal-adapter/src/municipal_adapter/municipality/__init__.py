"""A municipality that this process issues for: its file, keys, beacon."""
