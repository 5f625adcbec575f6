"""Records read from the municipality's own database, whatever its tables and codes are."""
