"""A development installation in a folder: keys, trust list, cards, records and configuration.

All of it is marked as made for development; no process accepts it in production.
"""
