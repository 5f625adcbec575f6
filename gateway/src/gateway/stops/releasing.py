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
    SELECT stop_id, incident, municipality, terminal, cause, origin, what, issuance_id, strikes,
           struck AS incident_strikes, stopped_at, last_struck_at, released_at, released_by, finding
    FROM stops JOIN (
        SELECT incident, 1 + sum(strikes - 1)::integer AS struck FROM stops GROUP BY incident
    ) AS whole USING (incident)
    WHERE $1 OR released_at IS NULL ORDER BY stopped_at, municipality, cause
"""
# In the order in which they are struck; whoever strikes one waits for us, and then stops anew.
_LOOK = """
    SELECT stop_id, incident, strikes FROM stops
    WHERE released_at IS NULL AND (stop_id = ANY ($1::uuid[]) OR incident = ANY ($1::uuid[]))
    ORDER BY municipality COLLATE "C", coalesce(terminal, '') COLLATE "C", cause COLLATE "C"
    FOR UPDATE
"""
# Counted over what was released of an incident, too: so it never comes back to a number.
_STRUCK = """
    SELECT incident, 1 + sum(strikes - 1)::integer AS struck FROM stops
    WHERE incident = ANY ($1::uuid[]) GROUP BY incident
"""
_RELEASE = """
    UPDATE stops SET released_at = madoguchi_now(), released_by = $2, finding = $3, reason = $4
    WHERE stop_id = ANY ($1::uuid[])
    RETURNING stop_id, incident, municipality, terminal
"""


class NothingToRelease(ValueError):
    """No stop in force has one of these ids."""


class StruckSince(ValueError):
    """A stop has been struck again since it was looked at."""


@dataclass(frozen=True)
class KnownStop:
    """A stop as the database has it."""

    stop_id: UUID
    incident: UUID
    municipality: str
    terminal: str | None
    cause: str
    origin: str | None
    """The municipality whose incident it is; None: its own."""
    what: str
    issuance_id: UUID | None
    """The first one that struck."""
    strikes: int
    """How many issuances struck it."""
    incident_strikes: int
    """As many as `strikes` if the incident is this stop alone; it grows with each strike."""
    stopped_at: datetime
    last_struck_at: datetime
    released_at: datetime | None
    released_by: str | None
    finding: str | None


@dataclass(frozen=True)
class Seen:
    """What a person looked at: a stop or an incident, and how often it had been struck by then."""

    id: UUID
    strikes: int


@dataclass(frozen=True)
class Release:
    """A named person's decision."""

    seen: Sequence[Seen]
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
    """Release what was looked at on all replicas; return the stops' ids.

    Raises:
        NothingToRelease: none of the ids is of a stop in force.
        StruckSince: one was struck again since; then nothing is released.

    """
    async with connection.transaction():
        ids = await _as_seen(connection, decision.seen)
        rows = await connection.fetch(
            _RELEASE, ids, decision.by, decision.finding.value, decision.reason
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


async def _as_seen(connection: Connection, seen: Sequence[Seen]) -> list[UUID]:
    found = await connection.fetch(_LOOK, [one.id for one in seen])
    if not found:
        raise NothingToRelease("no stop in force has this id: `gateway stops` lists those that are")
    whole = await connection.fetch(_STRUCK, [row["incident"] for row in found])
    struck: dict[UUID, int] = {row["incident"]: row["struck"] for row in whole}
    struck |= {row["stop_id"]: row["strikes"] for row in found}
    for one in seen:
        if struck.get(one.id, one.strikes) != one.strikes:
            raise StruckSince(
                f"{one.id} was struck {struck[one.id]} times by now, and nothing is released: look"
                " at what `gateway stops` says of it, then name it as it is printed there"
            )
    return [row["stop_id"] for row in found]
