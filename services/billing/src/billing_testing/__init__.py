"""Books and contracts for tests."""
