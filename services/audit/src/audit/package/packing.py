"""Packs what an auditor takes along; others' events go as digests only."""

import json
import zipfile
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import asyncpg
from madoguchi_wire.clock import instant_text
from madoguchi_wire.kit.pool import Connection

from audit.archive.stamps import KnownStamp, last_before, stamps_in_order
from audit.package.readme import readme
from audit.verifying.stamped import Span

_UNSTAMPED = """
    SELECT digest, canonical, municipality, time FROM events
    WHERE time >= $1 AND ($2::date IS NULL OR day >= $2) AND ($3::date IS NULL OR day <= $3)
      AND NOT EXISTS (SELECT FROM stamped WHERE stamped.digest = events.digest)
    ORDER BY time, subject, sequence
"""
_EVER = datetime(2000, 1, 1, tzinfo=UTC)
_COUNTED = ("stamps", "whole", "removed", "other", "missing", "unstamped")
_SCRIPT = Path(__file__).parent / "verify.py"
_EVENTS = """
    SELECT events.digest, canonical, municipality FROM events
    JOIN event_keys USING (source, event_id, day) WHERE event_keys.digest = ANY ($1)
"""


@dataclass(frozen=True)
class Contents:
    """What is asked for, and what goes beside it."""

    centre: str
    municipality: str | None
    """Whose events go whole; None: everybody's."""
    first_day: date | None
    last_day: date | None
    trust_list: str
    trust_root: str
    heads: Sequence[str] = ()


async def pack(connection: Connection, contents: Contents, path: Path, now: datetime) -> None:
    """Write the package as a zip file."""
    counts = Counter[str]()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        async with connection.transaction(isolation="repeatable_read"):
            await _pack_before(connection, contents, zipped)
            await _pack_stamps(connection, contents, zipped, counts)
            await _pack_events(connection, contents, zipped, counts)
        manifest = {
            "format": 2,
            "centre": contents.centre,
            "municipality": contents.municipality,
            "first_day": str(contents.first_day) if contents.first_day else None,
            "last_day": str(contents.last_day) if contents.last_day else None,
            "made_at": instant_text(now),
            **{name: counts[name] for name in _COUNTED},
        }
        zipped.writestr("manifest.json", json.dumps(manifest, indent=1))
        zipped.writestr("README.md", readme(manifest))
        zipped.writestr("trust-list.jws", contents.trust_list)
        zipped.writestr("trust-root.pem", contents.trust_root)
        zipped.writestr("heads.jsonl", "".join(f"{head}\n" for head in contents.heads))
        zipped.write(_SCRIPT, "verify.py")


async def _pack_before(connection: Connection, contents: Contents, zipped: zipfile.ZipFile) -> None:
    # By its own signed time it shows that the package begins where its first day does.
    if contents.first_day is None:
        return
    before = await last_before(connection, contents.centre, contents.first_day)
    if before is not None:
        zipped.writestr("stamp-before.jws", before.record.stamp)


async def _pack_stamps(
    connection: Connection, contents: Contents, zipped: zipfile.ZipFile, counts: Counter[str]
) -> None:
    with zipped.open("stamps.jsonl", "w", force_zip64=True) as file:
        async for stamp in _stamps(connection, contents):
            counts["stamps"] += 1
            file.write(stamp.record.canonical() + b"\n")


async def _pack_events(
    connection: Connection, contents: Contents, zipped: zipfile.ZipFile, counts: Counter[str]
) -> None:
    with zipped.open("events.jsonl", "w", force_zip64=True) as file:
        async for stamp in _stamps(connection, contents):
            rows = await connection.fetch(_EVENTS, list(stamp.record.leaves))
            there = {row["digest"]: (row["canonical"], row["municipality"]) for row in rows}
            for leaf in stamp.record.leaves:
                line, what = _line(leaf, there.get(leaf), contents.municipality)
                counts[what] += 1
                file.write(line)
        # Those that no stamp names stand at the end: the script tells which are overdue.
        for row in await _unstamped(connection, contents):
            known = (row["canonical"], row["municipality"])
            line, _ = _line(row["digest"], known, contents.municipality, row["time"])
            counts["unstamped"] += 1
            file.write(line)


async def _unstamped(connection: Connection, contents: Contents) -> Sequence[asyncpg.Record]:
    span = Span()
    await span.make_table(connection)
    # Without an end: what was stamped after the last day is stamped.
    async for stamp in stamps_in_order(connection, contents.centre, contents.first_day):
        await span.add(connection, stamp.number, stamp.record)
    await span.finish(connection)
    since = _EVER if contents.first_day is None else span.first_at or _EVER
    return await connection.fetch(_UNSTAMPED, since, contents.first_day, contents.last_day)


def _stamps(connection: Connection, contents: Contents) -> AsyncIterator[KnownStamp]:
    return stamps_in_order(connection, contents.centre, contents.first_day, contents.last_day)


def _line(
    leaf: str,
    known: tuple[bytes | None, str | None] | None,
    only: str | None,
    time: datetime | None = None,
) -> tuple[bytes, str]:
    if known is None:
        # No line: the script finds by itself that the event is missing, and where.
        return b"", "missing"
    canonical, municipality = known
    if only is not None and municipality != only:
        return _without(leaf, "other", time), "other"
    if canonical is None:
        return _without(leaf, "removed", time), "removed"
    return canonical + b"\n", "whole"


def _without(leaf: str, why: str, time: datetime | None) -> bytes:
    told = {"digest": leaf, "why": why} | ({"time": instant_text(time)} if time else {})
    return json.dumps(told).encode() + b"\n"
