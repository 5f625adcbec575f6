"""Probing a municipality's adapter before it goes live: what is tried, and the report of it."""
