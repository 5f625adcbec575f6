"""Which events: by issuance, terminal, municipality and period, in order, page by page."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import Any

import asyncpg
from madoguchi_wire.encoding import canonical_json, strict_json
from madoguchi_wire.kit.pool import Executor

PAGE = 1000
_SELECT = """
    SELECT day, source, event_id, type, subject, sequence, time, municipality, canonical, digest,
           terminal, site, kind,
           EXISTS (SELECT FROM covered WHERE covered.digest = events.digest) AS is_stamped
    FROM events
    WHERE ($1::text IS NULL OR subject = $1)
      AND ($2::text IS NULL OR terminal = $2)
      AND ($3::text IS NULL OR municipality = $3)
      AND ($4::date IS NULL OR day >= $4) AND ($5::date IS NULL OR day <= $5)
      AND ($6::text IS NULL OR (day, time, subject, sequence, event_id) > ($7, $8, $9, $10, $6))
      AND ($12::text[] IS NULL OR type = ANY ($12))
    ORDER BY day, time, subject, sequence, event_id LIMIT $11
"""


def check_days(first_day: date | None, last_day: date | None) -> None:
    """Pass if a period is one.

    Raises:
        ValueError: it ends before it begins.

    """
    if first_day is not None and last_day is not None and last_day < first_day:
        raise ValueError(f"a period that begins on {first_day} cannot end on {last_day}")


@dataclass(frozen=True)
class Selection:
    """What is asked for; None: all."""

    subject: str | None = None
    """The issuance, or the own subject of an event without one."""
    terminal: str | None = None
    municipality: str | None = None
    first_day: date | None = None
    """Japan's, as the next."""
    last_day: date | None = None

    def __post_init__(self) -> None:
        check_days(self.first_day, self.last_day)

    def arguments(self) -> tuple[Any, ...]:
        """Return what the statement takes."""
        return (self.subject, self.terminal, self.municipality, self.first_day, self.last_day)

    def about(self) -> dict[str, object]:
        """Return what the record of accesses says."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True)
class Place:
    """Where a page ended."""

    event_id: str
    day: date
    time: datetime
    subject: str
    sequence: int

    @classmethod
    def of(cls, row: asyncpg.Record) -> "Place":
        """Return the place of an event."""
        return cls(*(row[name] for name in cls.__dataclass_fields__))


async def selected(
    connection: Executor,
    selection: Selection,
    after: Place | None = None,
    types: Sequence[str] | None = None,
) -> Sequence[asyncpg.Record]:
    """Return a page of events (of some types), in the order of their time, those after a place."""
    last: tuple[Any, ...] = (None,) * 5 if after is None else astuple(after)
    return await connection.fetch(_SELECT, *selection.arguments(), *last, PAGE, types)


async def all_selected(
    connection: Executor, selection: Selection, types: Sequence[str] | None = None
) -> AsyncIterator[asyncpg.Record]:
    """Give all events of a selection in the order of their time, a page in memory at a time."""
    last: Place | None = None
    while True:
        page = await selected(connection, selection, last, types)
        for row in page:
            yield row
        if len(page) < PAGE:
            return
        last = Place.of(page[-1])


def as_shown(row: asyncpg.Record) -> bytes:
    """Return an event as JSON: its own bytes, so that no depth of it is in the way."""
    canonical: bytes | None = row["canonical"]
    if canonical is None:
        return canonical_json(as_told(row))
    beside = canonical_json({"digest": row["digest"], "stamped": row["is_stamped"]})
    return canonical[:-1] + b"," + beside[1:]


def as_told(row: asyncpg.Record) -> dict[str, Any]:
    """Return an event as it is shown; of one whose payload was removed, what is left of it."""
    if row["canonical"] is not None:
        event: dict[str, Any] = strict_json(row["canonical"])
        return {**event, "digest": row["digest"], "stamped": row["is_stamped"]}
    return {
        "id": row["event_id"],
        "source": row["source"],
        "type": row["type"],
        "subject": row["subject"],
        "sequence": row["sequence"],
        "time": row["time"].isoformat(),
        "municipality": row["municipality"],
        "digest": row["digest"],
        "stamped": row["is_stamped"],
        "removed": True,
    }
