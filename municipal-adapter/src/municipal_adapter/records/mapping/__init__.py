"""The mapping of a municipality's own fields and codes to our records; no database, no web."""
