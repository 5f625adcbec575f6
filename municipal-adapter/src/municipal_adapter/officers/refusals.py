"""Refusals, kept with their true reasons in the municipality's own database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from madoguchi_wire.kit.pool import Pool
from madoguchi_wire.order import Kind

from municipal_adapter.rules.reasons import RefusalReason

_NOTE = """
    INSERT INTO refusals (reason, event, kind, issuance_id, resident_id, cause)
    VALUES ($1, $2, $3, $4, $5, $6)
"""
_COUNTS = """
    SELECT reason, count(*) AS count FROM refusals
    WHERE refused_at > madoguchi_now() - $1::interval GROUP BY reason ORDER BY reason
"""
_UNMAPPABLE = """
    SELECT resident_id, cause, max(refused_at) AS last, count(*) AS count FROM refusals
    WHERE reason = $2 AND refused_at > madoguchi_now() - $1::interval
    GROUP BY resident_id, cause ORDER BY last DESC
"""


class Refusal(Exception):
    """The rules refuse; inside the adapter only, where the reason may be known."""

    def __init__(
        self, reason: RefusalReason, resident_id: str | None = None, cause: str | None = None
    ) -> None:
        self.reason = reason
        self.resident_id = resident_id
        self.cause = cause
        """Where a record cannot be understood: table and field, never a value."""
        super().__init__(reason.value)


@dataclass(frozen=True)
class Unmappable:
    """A resident whose records cannot be understood."""

    resident_id: str | None = field(repr=False)
    cause: str
    last: datetime
    count: int


class Refusals:
    """The refusals of one municipality."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def note(self, refusal: Refusal, kind: Kind, issuance: UUID | None) -> None:
        """Keep a refusal.

        Args:
            refusal: with its true reason.
            kind: of the certificate that was asked for.
            issuance: None when the household was asked for.

        """
        event = f"refusal.{refusal.reason.value}"
        who = refusal.resident_id
        await self._pool.execute(_NOTE, refusal.reason, event, kind, issuance, who, refusal.cause)

    async def counts(self, within: timedelta) -> Mapping[RefusalReason, int]:
        """Return how often each reason held."""
        rows = await self._pool.fetch(_COUNTS, within)
        return {RefusalReason(row["reason"]): row["count"] for row in rows}

    async def unmappable(self, within: timedelta) -> list[Unmappable]:
        """Return whose records could not be understood, and where the cause is."""
        rows = await self._pool.fetch(_UNMAPPABLE, within, RefusalReason.UNMAPPABLE)
        return [Unmappable(r["resident_id"], r["cause"], r["last"], r["count"]) for r in rows]
