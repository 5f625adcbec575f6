"""Orders and their issuances: accepted, prepared, delivered, paid, completed."""
