"""The steps from nothing to the schema of today."""
