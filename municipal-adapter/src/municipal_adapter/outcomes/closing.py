"""Closing an issuance id, once and for good, and wiping its sealed answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from madoguchi_wire.adapter_api import OutcomeState
from madoguchi_wire.errors import IssuanceClosed
from madoguchi_wire.kit.pool import Connection, Pool

_CLOSE = """
    INSERT INTO closed_issuances (issuance_id, outcome, reports, vouched, decided_at)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (issuance_id) DO NOTHING RETURNING true
"""
_CLOSED_AS = "SELECT outcome FROM closed_issuances WHERE issuance_id = $1 FOR UPDATE"
_DECIDE = """
    UPDATE closed_issuances SET outcome = $2, reports = $3, vouched = $4, decided_at = $5
    WHERE issuance_id = $1
"""
_MORE = """
    UPDATE closed_issuances SET reports = $2
    WHERE issuance_id = $1 AND cardinality(reports) < cardinality($2::text[])
"""
_WIPE = """
    UPDATE claims SET state = 'closed', outcome = $2, ciphertext = NULL,
        holder = NULL, household = NULL WHERE issuance_id = $1
"""
_TERMINAL = "SELECT terminal FROM claims WHERE issuance_id = $1"
_AFTER_QUARANTINE = ("completed", "voided")


@dataclass(frozen=True)
class Ending:
    """How an issuance ended, and what vouches for it."""

    issuance: UUID
    outcome: OutcomeState
    reports: Sequence[str]
    vouched: bool
    decided_at: datetime


class Closing:
    """Records outcomes in one municipality's database."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def terminal_of(self, issuance: UUID) -> str | None:
        """Return the terminal that an issuance was claimed for; None before any prepare."""
        return await self._pool.fetchval(_TERMINAL, issuance)

    async def close(self, ending: Ending) -> None:
        """Record an outcome and close the id, even before its prepare.

        A repeat changes nothing, but for reports that came since: a paper may be disputed later.

        Raises:
            IssuanceClosed: it ended otherwise, and not in a quarantine that a person now decided.

        """
        async with self._pool.acquire() as connection, connection.transaction():
            values = (
                ending.issuance,
                ending.outcome,
                list(ending.reports),
                ending.vouched,
                ending.decided_at,
            )
            if not await connection.fetchval(_CLOSE, *values):
                if await self._repeated(connection, ending):
                    return
                await connection.execute(_DECIDE, *values)
            await connection.execute(_WIPE, ending.issuance, ending.outcome)

    async def _repeated(self, connection: Connection, ending: Ending) -> bool:
        before = await connection.fetchval(_CLOSED_AS, ending.issuance)
        if before == ending.outcome:
            await connection.execute(_MORE, ending.issuance, list(ending.reports))
            return True
        if before != "quarantined" or ending.outcome not in _AFTER_QUARANTINE:
            raise IssuanceClosed()
        return False
