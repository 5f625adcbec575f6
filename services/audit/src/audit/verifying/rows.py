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
                 AND events.day < removals.before_day) AS emptied_by_nobody,
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
    connection: Connection, since: datetime, looked: Looked
) -> AsyncIterator[Fault]:
    """Find events that are not what they were when they were archived."""
    async for row in connection.cursor(_ROWS, since, prefetch=1000):
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
            return Name.PAYLOAD_MISSING, "it was emptied, and no rule of retention did it"
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
