"""No query of a municipality's rows without the municipality: found by reading all SQL there is."""
