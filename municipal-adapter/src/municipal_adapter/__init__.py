"""The adapter of a municipality: checks, prepares, attests and seals its certificates."""
