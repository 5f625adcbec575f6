"""The API, by noun."""

from billing.endpoints import (
    accesses,
    arrivals,
    books,
    closes,
    invoices,
    payments,
    refunds,
    statements,
    transfer_files,
)

ROUTERS = (
    closes.router,
    statements.router,
    invoices.router,
    transfer_files.router,
    payments.router,
    refunds.router,
    arrivals.router,
    books.router,
    accesses.router,
)
"""All of them, in the order of the description."""

__all__ = ["ROUTERS"]
