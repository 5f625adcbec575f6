"""The steps of a municipality's database."""
