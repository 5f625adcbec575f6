"""Proof that nothing is missing, changed or reordered, and where it is if something is."""
