"""Each step in a file."""
