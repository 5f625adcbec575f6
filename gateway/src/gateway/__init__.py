"""The gateway of the centre: it routes, checks and keeps the books.

A room per noun: `terminals`, `cardholders`, `municipalities`, `issuances`, `metering`, `audit`.
Each room's `rules` are plain functions; `composition` puts the parts together.
"""
