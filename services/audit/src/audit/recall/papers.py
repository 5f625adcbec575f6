"""Recall: every paper that came of a build, a font, a version of records, a terminal, a period."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, LiteralString

import asyncpg
from madoguchi_wire.kit.pool import Connection

from audit.history.select import check_days
from audit.recall.left_out import LeftOut, left_out_of

_WANTED = """
    type = CASE WHEN coalesce($1, $2, $3, $4) IS NULL
                      THEN 'madoguchi.issuance.accepted.v1'
                      ELSE 'madoguchi.issuance.prepared.v1' END
      AND ($1::text IS NULL OR build = $1) AND ($2::text IS NULL OR fonts = $2)
      AND ($3::text IS NULL OR templates = $3) AND ($4::text IS NULL OR records_version = $4)
      AND ($5::text IS NULL OR terminal = $5) AND ($6::text IS NULL OR municipality = $6)
      AND ($7::date IS NULL OR day >= $7) AND ($8::date IS NULL OR day <= $8)
"""
_CHOSEN = f"SELECT DISTINCT subject FROM events JOIN covered USING (digest) WHERE {_WANTED}"  # noqa: S608 (ours)
_FITTING = f"SELECT DISTINCT subject FROM events WHERE {_WANTED}"  # noqa: S608 (ours)
_STATES = """
    SELECT DISTINCT ON (subject) subject AS issuance, municipality, kind, terminal, site, day,
           split_part(type, '.', 3) AS state, time AS since
    FROM events JOIN chosen USING (subject) JOIN covered USING (digest)
    WHERE type LIKE 'madoguchi.issuance.%'
    ORDER BY subject, sequence DESC
"""
_REMOVED = """
    SELECT count(*) FROM events JOIN covered USING (digest)
    WHERE canonical IS NULL AND type = 'madoguchi.issuance.prepared.v1'
      AND ($1::text IS NULL OR municipality = $1)
      AND ($2::date IS NULL OR day >= $2) AND ($3::date IS NULL OR day <= $3)
"""
_OUT = {
    "completed": "out",
    "paid": "perhaps",
    "delivered": "perhaps",
    "in_doubt": "perhaps",
    "quarantined": "perhaps",
}


@dataclass(frozen=True)
class Wanted:
    """What the papers have in common; None: anything, but not everywhere."""

    build: str | None = None
    fonts: str | None = None
    templates: str | None = None
    records_version: str | None = None
    """SHA-256 of the municipality's own word for it."""
    terminal: str | None = None
    municipality: str | None = None
    first_day: date | None = None
    """On which it was asked for or made; Japan's, as the next."""
    last_day: date | None = None

    def __post_init__(self) -> None:
        check_days(self.first_day, self.last_day)
        if all(getattr(self, field.name) is None for field in fields(self)):
            raise ValueError("a recall needs something that the papers have in common")

    def arguments(self) -> tuple[Any, ...]:
        """Return what the statement takes."""
        return tuple(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True)
class Paper:
    """An issuance and what became of it."""

    issuance: str
    municipality: str | None
    kind: str | None
    terminal: str | None
    site: str | None
    day: date
    """Of its last event."""
    state: str
    since: str
    paper: str
    """`out`: it was printed; `perhaps`: a person has to look; `none`: there is no paper."""


async def recalled(connection: Connection, wanted: Wanted) -> AsyncIterator[Paper]:
    """Give every issuance that was made with all that is wanted, by its id."""
    async for paper in papers_of(connection, _CHOSEN, wanted.arguments()):
        yield paper


async def papers_of(
    connection: Connection, chosen: LiteralString, arguments: tuple[Any, ...]
) -> AsyncIterator[Paper]:
    """Give every issuance that a statement chooses as `subject`, by its id."""
    async with connection.transaction():
        async for row in connection.cursor(f"WITH chosen AS ({chosen}) {_STATES}", *arguments):
            yield _paper(row)


async def removed_in(connection: Connection, wanted: Wanted) -> int:
    """Return how many papers of the period cannot be told apart: their payload was removed."""
    found: int = await connection.fetchval(
        _REMOVED, wanted.municipality, wanted.first_day, wanted.last_day
    )
    return found


async def left_out(connection: Connection, wanted: Wanted, now: datetime) -> LeftOut:
    """Return what fits, or is of papers that fit, and does not count."""
    return await left_out_of(connection, _FITTING, wanted.arguments(), now)


def _paper(row: asyncpg.Record) -> Paper:
    values = dict(row.items())
    since = values.pop("since").isoformat()
    return Paper(**values, since=since, paper=_OUT.get(row["state"], "none"))
