"""The file sink's files are archived by the rules that hold for Kafka."""

from pathlib import Path

import pytest
from audit.consuming.files import import_files
from audit_testing.parties import CENTRE, NOW
from madoguchi_wire.events import AuditEvent
from madoguchi_wire.kit.pool import Connection
from madoguchi_wire.stamp_chain import ChainRules
from madoguchi_wire.stamps import StampRecord


async def _canonical(connection: Connection) -> set[bytes]:
    return {row["canonical"] for row in await connection.fetch("SELECT canonical FROM events")}


async def test_all_of_a_history_is_archived_once_however_often_it_is_imported(
    connection: Connection,
    files: tuple[Path, Path],
    events: list[AuditEvent],
    stamps: list[StampRecord],
    rules: ChainRules,
) -> None:
    first = await import_files(connection, files[0], CENTRE, NOW, (files[1], rules))
    again = await import_files(connection, files[0], CENTRE, NOW, (files[1], rules))
    assert (first.events, first.stamps, first.dead) == (len(events), len(stamps), {})
    assert (again.events, again.repeated, again.stamps) == (0, len(events), 0)
    assert await _canonical(connection) == {event.canonical() for event in events}


BAD_LINES = {
    "poison": b'{"torn',
    "foreign": b'{"specversion":"1.0","type":"com.example.other"}',
    "oversized": b'{"a":"' + b"x" * 70_000 + b'"}',
}


@pytest.mark.parametrize("reason", BAD_LINES)
async def test_a_bad_line_is_set_aside_and_the_rest_goes_on(
    connection: Connection, files: tuple[Path, Path], events: list[AuditEvent], reason: str
) -> None:
    told, _ = files
    lines = told.read_bytes().splitlines(keepends=True)
    told.write_bytes(b"".join([lines[0], BAD_LINES[reason] + b"\n", *lines[1:]]))
    counts = await import_files(connection, told, CENTRE, NOW)
    assert (counts.events, counts.dead) == (len(events), {reason: 1})
    letter = await connection.fetchrow("SELECT * FROM dead_letters")
    assert letter is not None
    assert (letter["value"], letter["place"], letter["reason"]) == (BAD_LINES[reason], 2, reason)


async def test_an_event_that_comes_again_with_other_bytes_is_told(
    connection: Connection, files: tuple[Path, Path], events: list[AuditEvent]
) -> None:
    told, _ = files
    other = events[0].model_copy(update={"salt": "0" * 32}).canonical()
    told.write_bytes(told.read_bytes() + other + b"\n")
    counts = await import_files(connection, told, CENTRE, NOW)
    assert (counts.events, counts.repeated, counts.dead) == (len(events), 0, {"conflict": 1})
    assert await connection.fetchval("SELECT value FROM dead_letters") == other
    assert other not in await _canonical(connection)
