"""Keeping events and stamps: once per source and id, inside the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from madoguchi_wire.kit.pool import Connection

from audit.archive.event import ArchivedEvent
from audit.archive.stamp import ArchivedStamp

COLUMNS = tuple(field.name for field in fields(ArchivedEvent))
_TYPES = (
    *("date", "text", "text", "text", "text", "int", "timestamptz", "text", "bytea"),
    *("text",) * 8,
)
_NAMES = ", ".join(COLUMNS)
_ARRAYS = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(_TYPES, start=1))
_KEEP = f"""
    WITH given AS (
        SELECT * FROM unnest({_ARRAYS}) AS given({_NAMES})
    ), new AS (
        INSERT INTO event_keys (source, event_id, digest, day)
        SELECT source, event_id, digest, day FROM given ORDER BY source, event_id
        ON CONFLICT DO NOTHING RETURNING source, event_id
    )
    INSERT INTO events ({_NAMES})
    SELECT {_NAMES} FROM given WHERE (source, event_id) IN (SELECT source, event_id FROM new)
    RETURNING source, event_id
"""  # noqa: S608 (column names of ours)
_KNOWN = """
    SELECT source, event_id, digest FROM event_keys
    WHERE (source, event_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))
"""
_KEEP_STAMPS = """
    INSERT INTO stamp_records (centre, number, stamp, stamped_at, record, record_digest)
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::timestamptz[], $5::bytea[],
                         $6::text[])
    ON CONFLICT DO NOTHING
"""
_COVER = "INSERT INTO covered SELECT DISTINCT unnest($1::text[]) ON CONFLICT DO NOTHING"
_VERIFIED = "INSERT INTO verified_records SELECT unnest($1::text[]) ON CONFLICT DO NOTHING"


@dataclass(frozen=True)
class Kept:
    """What became of a batch of events."""

    new: int
    repeated: int
    conflicts: tuple[ArchivedEvent, ...]
    """Their ids are known with other bytes."""


class Months:
    """The months that have a partition, as far as this process knows."""

    def __init__(self) -> None:
        self._known: set[date] = set()

    async def ensure(self, connection: Connection, events: Sequence[ArchivedEvent]) -> None:
        """Make the partitions that these events need, in a transaction of their own."""
        for month in {event.day.replace(day=1) for event in events} - self._known:
            await connection.execute("SELECT ensure_month($1)", month)
            self._known.add(month)


async def keep_events(connection: Connection, events: Sequence[ArchivedEvent]) -> Kept:
    """Keep the events that are new; their months have partitions."""
    first: dict[tuple[str, str], ArchivedEvent] = {}
    for event in events:
        first.setdefault((event.source, event.event_id), event)
    given = list(first.values())
    rows = await connection.fetch(
        _KEEP, *([getattr(event, name) for event in given] for name in COLUMNS)
    )
    new = {(row["source"], row["event_id"]) for row in rows}
    repeats = [e for e in events if (e.source, e.event_id) not in new or e is not first[_key(e)]]
    known = await _digests(connection, repeats)
    conflicts = tuple(event for event in repeats if known[_key(event)] != event.digest)
    return Kept(len(new), len(repeats) - len(conflicts), conflicts)


async def keep_stamps(connection: Connection, stamps: Sequence[ArchivedStamp]) -> int:
    """Keep the records that are new, and what they cover; return how many were new.

    Call it inside a transaction.
    """
    if not stamps:
        return 0
    told = await connection.execute(
        _KEEP_STAMPS,
        [stamp.centre for stamp in stamps],
        [stamp.number for stamp in stamps],
        [stamp.stamp for stamp in stamps],
        [stamp.stamped_at for stamp in stamps],
        [stamp.record for stamp in stamps],
        [stamp.record_digest for stamp in stamps],
    )
    await connection.execute(_COVER, [leaf for stamp in stamps for leaf in stamp.leaves])
    await connection.execute(_VERIFIED, [stamp.record_digest for stamp in stamps])
    return int(told.rpartition(" ")[2])


def _key(event: ArchivedEvent) -> tuple[str, str]:
    return event.source, event.event_id


async def _digests(
    connection: Connection, events: Sequence[ArchivedEvent]
) -> dict[tuple[str, str], str]:
    if not events:
        return {}
    keys = sorted({_key(event) for event in events})
    rows = await connection.fetch(_KNOWN, [key[0] for key in keys], [key[1] for key in keys])
    return {(row["source"], row["event_id"]): row["digest"] for row in rows}
