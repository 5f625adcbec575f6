"""Looks at all that is closed once more: books, documents and ledgers against each other."""
