"""Whoever writes in billing's books writes alone, and sees one moment of meter and ledger."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from madoguchi_wire.kit.pool import Connection

_LOCK = 7216400762
"""Number of the advisory lock of all writers."""


@asynccontextmanager
async def writing(connection: Connection) -> AsyncGenerator[None]:
    """Hold one transaction, in which nothing of others changes, while no other writer is at work.

    The lock comes before the transaction: its snapshot must see what the writer before left. A
    connection that is closed gives the lock back, whatever happened on it.
    """
    await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
    try:
        async with connection.transaction(isolation="repeatable_read"):
            yield
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", _LOCK)
