"""The API, by noun."""

from audit.endpoints import accesses, history, holds, proof, recall, reports

ROUTERS = (
    history.router,
    proof.router,
    recall.router,
    reports.router,
    holds.router,
    accesses.router,
)
"""All of them, in the order of the description."""

__all__ = ["ROUTERS"]
