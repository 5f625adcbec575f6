"""Connections to a municipality's database, and its migrations."""
