"""What a reconciliation looks at, of a system that may be at work: nothing about any person."""

import asyncio
import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

import asyncpg
from madoguchi_wire.clock import SystemClock
from madoguchi_wire.events import EventType

from checker.evidence.database import read_books
from checker.evidence.evidence import Evidence, less_withdrawn, read_trust
from checker.evidence.register import CardRegister
from checker.evidence.rows import Books, OutboxRow
from checker.evidence.terminals import read_terminals

_PATIENCE, _POLL_S = 10, 0.5
"""An archive has a moment to read what its topic has."""
_ARCHIVED = "SELECT canonical FROM events WHERE type = $1 AND canonical IS NOT NULL"


def _as_it_is(address: str) -> str:
    return address


async def gather_money(installation: Path, moved: Callable[[str], str] = _as_it_is) -> Evidence:
    """Read books, audit stream, reports and machines' logs; no register, paper or adapter.

    The stream is `audit.jsonl`; where it goes to Kafka instead, what the archive has of it.

    Args:
        installation: folder with `installation.json`, trust list, audit stream and `terminals/`.
        moved: from a database's address in `installation.json` to where it is now.

    Raises:
        OSError, ValueError, SignatureRefused, asyncpg.PostgresError: something cannot be read.

    """
    facts = json.loads((installation / "installation.json").read_bytes())
    now = SystemClock(timedelta(seconds=facts["clock_offset_seconds"])).now()
    file, archive = installation / "audit.jsonl", moved(facts["audit_database"])
    is_file = file.exists()
    before = _from_file(file) if is_file else await _from_archive(archive)
    books = await read_books(moved(facts["gateway_database"]))
    after = _from_file(file) if is_file else await _archived(archive, books)
    trust = read_trust(installation, now)
    return Evidence(
        books=books,
        adapters={},
        terminals=read_terminals(installation / "terminals"),
        papers=(),
        register=CardRegister(persons=(), cards=()),
        askings=None,
        stream=as_of_books(books.outbox, before, after),
        trust=trust,
        keys=less_withdrawn(installation, trust, now),
        now=now,
    )


def as_of_books(
    outbox: Iterable[OutboxRow], before: Iterable[bytes], after: Iterable[bytes]
) -> tuple[bytes, ...]:
    """Return the stream as it was when the books were read: what came later is not in them.

    Args:
        outbox: of the books.
        before: the stream as it was read before them.
        after: as it was read after them.

    """
    known = {row.canonical for row in outbox} | set(before)
    return tuple(line for line in after if line in known)


async def _archived(archive: str, books: Books) -> tuple[bytes, ...]:
    """Return what the archive has, once it has all that was published or time is over."""
    published = {
        row.canonical
        for row in books.outbox
        if row.published_at is not None and row.type == EventType.ISSUANCE_COMPLETED
    }
    lines = await _from_archive(archive)
    for _ in range(_PATIENCE):
        if published <= set(lines):
            break
        await asyncio.sleep(_POLL_S)
        lines = await _from_archive(archive)
    return lines


async def _from_archive(archive: str) -> tuple[bytes, ...]:
    connection = await asyncpg.connect(archive)
    try:
        rows = await connection.fetch(_ARCHIVED, EventType.ISSUANCE_COMPLETED.value)
        return tuple(row["canonical"] for row in rows)
    finally:
        await connection.close()


def _from_file(file: Path) -> tuple[bytes, ...]:
    return tuple(file.read_bytes().splitlines())
