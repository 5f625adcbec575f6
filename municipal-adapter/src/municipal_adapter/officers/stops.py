"""Emergency stops (緊急停止) of a person or a seal: in effect with the next look, on all replicas.

A stop of a person covers everybody who lives with them, for each of their papers tells the address.
Stops are looked up when the records are read, and once more in the statement that keeps the answer.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from madoguchi_wire.kit.pool import Pool

from municipal_adapter.officers.named import by_name_and_reason
from municipal_adapter.rules.release import Stops

_ACTIVE = "SELECT resident_id, what FROM stops WHERE lifted_at IS NULL"
_LIST = """
    SELECT stop_id, resident_id, what, officer, reason, stopped_at
    FROM stops WHERE lifted_at IS NULL ORDER BY stopped_at, stop_id
"""
_STOP = """
    INSERT INTO stops (resident_id, what, officer, reason) VALUES ($1, $2, $3, $4)
    RETURNING stop_id
"""
_LIFT = """
    UPDATE stops SET lifted_at = madoguchi_now(), lifted_by = $2, lift_reason = $3
    WHERE stop_id = $1 AND lifted_at IS NULL
    RETURNING true
"""


class Stopped(StrEnum):
    """What a stop stops."""

    PERSON = "person"
    """All kinds, for everybody in the household."""
    SEAL = "seal"
    """印鑑登録証明書 alone."""


@dataclass(frozen=True)
class Stop:
    """A stop in force."""

    stop: UUID
    resident_id: str = field(repr=False)
    what: Stopped
    officer: str
    reason: str
    stopped_at: datetime


class StopList:
    """The stops of one municipality."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def in_force(self) -> Stops:
        """Return what is stopped at this moment."""
        rows = await self._pool.fetch(_ACTIVE)
        return Stops(
            persons=frozenset(r["resident_id"] for r in rows if r["what"] == Stopped.PERSON),
            seals=frozenset(r["resident_id"] for r in rows if r["what"] == Stopped.SEAL),
        )

    async def all(self) -> list[Stop]:
        """Return the stops in force, the oldest first."""
        return [
            Stop(
                stop=row["stop_id"],
                resident_id=row["resident_id"],
                what=Stopped(row["what"]),
                officer=row["officer"],
                reason=row["reason"],
                stopped_at=row["stopped_at"],
            )
            for row in await self._pool.fetch(_LIST)
        ]

    async def stop(self, resident_id: str, what: Stopped, officer: str, reason: str) -> UUID:
        """Stop a person or a seal; return the stop's id.

        Raises:
            ValueError: officer or reason is blank.

        """
        officer, reason = by_name_and_reason(officer, reason)
        stop: UUID = await self._pool.fetchval(_STOP, resident_id, what, officer, reason)
        return stop

    async def lift(self, stop: UUID, officer: str, reason: str) -> bool:
        """Lift a stop; False: it is not in force.

        Raises:
            ValueError: officer or reason is blank.

        """
        officer, reason = by_name_and_reason(officer, reason)
        return bool(await self._pool.fetchval(_LIFT, stop, officer, reason))
