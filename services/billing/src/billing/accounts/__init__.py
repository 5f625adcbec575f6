"""Which bank account of whom is in force: decided by persons, kept as digests, read from files."""
