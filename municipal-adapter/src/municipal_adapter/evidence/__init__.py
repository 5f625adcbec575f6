"""Evidence of documents that did not pass their own check, for the municipality's eyes alone."""
