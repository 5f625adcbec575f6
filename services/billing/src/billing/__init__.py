"""Closes days and months of the books, states who owes whom, and settles it."""
