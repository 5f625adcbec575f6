"""Every archived event against its own digest, its columns, and the rules of retention.

Of an event whose payload was removed its digest is left, and with it the stamp that names it: its
time has to lie between that stamp and those of hours before, and by it the event was old enough.
"""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import asyncpg
from madoguchi_wire.events import event_digest
from madoguchi_wire.kit.pool import Connection

from audit.archive.event import read_again
from audit.archive.keeping import COLUMNS
from audit.retention.rules import CENTRE
from audit.verifying.faults import Fault, Name

_ROWS = f"""
    SELECT {", ".join(f"events.{name}" for name in COLUMNS)}, keys.digest AS known,
           canonical IS NULL AND NOT EXISTS (
               SELECT FROM removals
               WHERE removals.municipality = coalesce(events.municipality, 'centre')
                 AND events.day < removals.before_day
                 AND removals.removed_at <= $2
                 AND removals.removed_at >= events.archived_at
                 AND (stamped.stamped_at IS NULL OR stamped.not_before IS NOT NULL
                      OR removals.before_day > (
                          (stamped.stamped_at - interval '1 day') AT TIME ZONE 'Asia/Tokyo')::date)
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
           canonical IS NULL AND events.day <> (time AT TIME ZONE 'Asia/Tokyo')::date AS other_day,
           canonical IS NULL AND (time > stamped.stamped_at + interval '5 minutes'
                                  OR time < stamped.not_before - interval '10 minutes')
               AS other_time,
           CASE WHEN canonical IS NULL AND events.type LIKE 'madoguchi.issuance.%' THEN (
               SELECT coalesce(min(sibling.municipality), 'centre')
               FROM events AS sibling JOIN stamped AS known ON known.digest = sibling.digest
               WHERE sibling.subject = events.subject AND sibling.type LIKE 'madoguchi.issuance.%'
                 AND sibling.municipality IS DISTINCT FROM events.municipality
               HAVING count(*) > 0) END AS of_siblings,
           stamped.number, stamped.place
    FROM events
    LEFT JOIN event_keys AS keys USING (source, event_id)
    LEFT JOIN stamped ON stamped.digest = keys.digest
    WHERE (events.time >= $1 OR stamped.number IS NOT NULL)
      AND events.time >= $3 AND events.time < $4
"""  # noqa: S608 (column names of ours)
_OUT_OF_TIME = """
    SELECT event_id, subject, sequence FROM events WHERE time < $1 OR time >= $2
"""
EVER, NEVER = datetime(2000, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
"""No event is archived before or after; PostgreSQL's moments go further than ours."""


@dataclass
class Looked:
    """How many rows there were."""

    events: int = 0
    gone: Counter[str] = field(default_factory=Counter[str])
    """Payloads that were removed, and nothing is wrong with them; by municipality."""
    doubtful: Counter[str] = field(default_factory=Counter[str])
    """Payloads that are gone, and something is wrong with them."""

    @property
    def removed(self) -> int:
        """All payloads that are gone."""
        return self.gone.total() + self.doubtful.total()


async def faults_of_rows(
    connection: Connection, since: datetime, now: datetime, looked: Looked
) -> AsyncIterator[Fault]:
    """Find events that are not what they were when they were archived."""
    async for row in connection.cursor(_ROWS, since, now, EVER, NEVER, prefetch=1000):
        looked.events += 1
        found = _fault(row)
        if row["canonical"] is None:
            counts = looked.gone if found is None else looked.doubtful
            counts[row["municipality"] or CENTRE] += 1
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


async def faults_of_times(connection: Connection) -> AsyncIterator[Fault]:
    """Find events whose column says a moment at which none is archived; no other look sees them."""
    async for row in connection.cursor(_OUT_OF_TIME, EVER, NEVER):
        yield Fault(
            Name.ROW_CHANGED.value,
            "these columns say something else: time",
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
        return _fault_of_emptied(row)
    if event_digest(row["canonical"]) != row["digest"]:
        return Name.EVENT_CHANGED, "its bytes are not those that its digest says"
    differing = _differing(row)
    if differing:
        return Name.ROW_CHANGED, f"these columns say something else: {', '.join(differing)}"
    return None


def _fault_of_emptied(row: asyncpg.Record) -> tuple[Name, str] | None:
    """Find what is wrong with a row whose bytes are gone: its digest and its stamp are left."""
    if row["other_day"]:
        return Name.ROW_CHANGED, "its payload is gone, and its day is not the day of its time"
    if row["other_time"]:
        return Name.ROW_CHANGED, "its payload is gone, and its time does not fit its stamp's"
    if row["of_siblings"] is not None:
        what = f"its payload is gone, and other events of its issuance are of {row['of_siblings']}"
        return Name.ROW_CHANGED, what
    if row["emptied_by_nobody"]:
        what = "no rule of retention in force emptied it at its age, or a hold was on it"
        return Name.PAYLOAD_MISSING, what
    return None


def _differing(row: asyncpg.Record) -> list[str]:
    try:
        event: Any = read_again(row["canonical"])
    except ValueError:
        return ["canonical"]
    return [name for name in COLUMNS if row[name] != getattr(event, name)]
