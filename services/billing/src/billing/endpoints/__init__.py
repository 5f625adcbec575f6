"""The API, by noun."""

from billing.endpoints import books, closes, payments, refunds, statements

ROUTERS = (
    closes.router,
    statements.router,
    payments.router,
    refunds.router,
    books.router,
)
"""All of them, in the order of the description."""

__all__ = ["ROUTERS"]
