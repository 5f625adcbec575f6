"""Every archived event against its own digest, its columns, and the rules of retention."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
from madoguchi_wire.events import event_digest
from madoguchi_wire.kit.pool import Connection

from audit.archive.event import read_again
from audit.archive.keeping import COLUMNS
from audit.verifying.faults import Fault, Name

_ROWS = f"""
    SELECT {", ".join(f"events.{name}" for name in COLUMNS)}, keys.digest AS known,
           canonical IS NULL AND NOT EXISTS (
               SELECT FROM removals
               WHERE removals.municipality = coalesce(events.municipality, 'centre')
                 AND events.day < removals.before_day
                 AND removals.removed_at <= $2
                 AND removals.before_day <= (
                     removals.removed_at AT TIME ZONE 'Asia/Tokyo')::date - (
                     SELECT days FROM retention_rules AS rule
                     WHERE rule.municipality = removals.municipality
                       AND rule.set_at <= removals.removed_at
                     ORDER BY rule.position DESC LIMIT 1)
                 AND NOT EXISTS (
                     SELECT FROM holds LEFT JOIN hold_liftings AS lifting USING (hold_id)
                     WHERE holds.placed_at <= removals.removed_at
                       AND (lifting.lifted_at IS NULL
                            OR lifting.lifted_at > removals.removed_at)
                       AND coalesce(holds.municipality, removals.municipality)
                           = removals.municipality
                       AND coalesce(holds.subject, events.subject) = events.subject
                       AND coalesce(holds.first_day, events.day) <= events.day
                       AND coalesce(holds.last_day, events.day) >= events.day)
           ) AS emptied_by_nobody,
           stamped.number, stamped.place
    FROM events
    LEFT JOIN event_keys AS keys USING (source, event_id)
    LEFT JOIN stamped ON stamped.digest = keys.digest
    WHERE events.time >= $1
"""  # noqa: S608 (column names of ours)


@dataclass
class Looked:
    """How many rows there were."""

    events: int = 0
    removed: int = 0


async def faults_of_rows(
    connection: Connection, since: datetime, now: datetime, looked: Looked
) -> AsyncIterator[Fault]:
    """Find events that are not what they were when they were archived."""
    async for row in connection.cursor(_ROWS, since, now, prefetch=1000):
        looked.events += 1
        looked.removed += row["canonical"] is None
        found = _fault(row)
        if found is not None:
            name, what = found
            yield Fault(
                name.value,
                what,
                stamp=row["number"],
                event=row["place"],
                event_id=row["event_id"],
                subject=row["subject"],
                sequence=row["sequence"],
            )


def _fault(row: asyncpg.Record) -> tuple[Name, str] | None:
    if row["known"] is None:
        return Name.EVENT_FOREIGN, "it was never archived by the consumer"
    if row["digest"] != row["known"]:
        return Name.EVENT_CHANGED, "its digest is not the one that it was archived with"
    if row["canonical"] is None:
        if row["emptied_by_nobody"]:
            return (
                Name.PAYLOAD_MISSING,
                "no rule of retention in force emptied it, or a hold was on it",
            )
        return None
    if event_digest(row["canonical"]) != row["digest"]:
        return Name.EVENT_CHANGED, "its bytes are not those that its digest says"
    differing = _differing(row)
    if differing:
        return Name.ROW_CHANGED, f"these columns say something else: {', '.join(differing)}"
    return None


def _differing(row: asyncpg.Record) -> list[str]:
    try:
        event: Any = read_again(row["canonical"])
    except ValueError:
        return ["canonical"]
    return [name for name in COLUMNS if row[name] != getattr(event, name)]
