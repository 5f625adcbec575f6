"""Listing stops, and releasing them: by a named person, with a finding and a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from madoguchi_wire.events import EventType
from madoguchi_wire.kit.pool import Connection

from gateway.audit.outbox import free_row, insert_events
from gateway.database.changes import CHANNEL
from gateway.stops.rules import Finding

_LIST = """
    SELECT stop_id, incident, municipality, terminal, cause, what, issuance_id, strikes, stopped_at,
           released_at, released_by, finding
    FROM stops WHERE $1 OR released_at IS NULL ORDER BY stopped_at, municipality
"""
_RELEASE = """
    UPDATE stops SET released_at = madoguchi_now(), released_by = $2, finding = $3, reason = $4
    WHERE released_at IS NULL AND (stop_id = ANY ($1::uuid[]) OR incident = ANY ($1::uuid[]))
    RETURNING stop_id, incident, municipality, terminal
"""


class NothingToRelease(ValueError):
    """No stop in force has one of these ids."""


@dataclass(frozen=True)
class KnownStop:
    """A stop as the database has it."""

    stop_id: UUID
    incident: UUID
    municipality: str
    terminal: str | None
    cause: str
    what: str
    issuance_id: UUID | None
    strikes: int
    """How often it was given rise to since."""
    stopped_at: datetime
    released_at: datetime | None
    released_by: str | None
    finding: str | None


@dataclass(frozen=True)
class Release:
    """A named person's decision."""

    ids: Sequence[UUID]
    """Of stops, or of incidents."""
    by: str
    finding: Finding
    reason: str
    """Kept in the database, and in no event: what a person writes may name people."""


async def list_stops(connection: Connection, *, released_too: bool = False) -> list[KnownStop]:
    """Return the stops in force, the oldest first; with those that were released on demand."""
    rows = await connection.fetch(_LIST, released_too)
    return [KnownStop(**dict(row.items())) for row in rows]


async def release(
    connection: Connection, decision: Release, source: str, now: datetime
) -> list[UUID]:
    """Release stops on all replicas; return their ids.

    Raises:
        NothingToRelease: none of the ids is of a stop in force.

    """
    async with connection.transaction():
        rows = await connection.fetch(
            _RELEASE, list(decision.ids), decision.by, decision.finding.value, decision.reason
        )
        if not rows:
            raise NothingToRelease(
                "no stop in force has this id: `gateway stops` lists those that are"
            )
        events = [
            free_row(
                source=source,
                type=EventType.STOP_RELEASED,
                moment=now,
                municipality=row["municipality"],
                data={
                    "stop": str(row["stop_id"]),
                    "incident": str(row["incident"]),
                    "municipality": row["municipality"],
                    "released_by": decision.by,
                    "finding": decision.finding.value,
                },
            )
            for row in rows
        ]
        await insert_events(connection, events)
        await connection.execute(f"NOTIFY {CHANNEL}")
    return [row["stop_id"] for row in rows]
