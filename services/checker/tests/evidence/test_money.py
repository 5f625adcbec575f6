"""What a reconciliation reads, of a system whose stream goes elsewhere or is at work."""

import asyncio
from datetime import date, timedelta
from pathlib import Path

import asyncpg
from audit.consuming.files import import_files
from checker.evidence.money import as_of_books, gather_money
from checker.reconciliation.command import main
from checker.reconciliation.model import Party
from checker.reconciliation.reconcile import reconcile
from checker.reconciliation.sources import Sources
from checker.testing import Planted
from checker.testing_books import HonestDays, Served, moment
from madoguchi_wire.kit.pool import prepare_connection


def reconciled(planted: Planted) -> int:
    return main(["--installation", str(planted.installation)])


def test_where_there_is_no_file_of_events_the_archive_is_asked(planted: Planted) -> None:
    (row,) = planted.sql("SELECT accepted_on FROM issuances LIMIT 1")
    later = moment(row["accepted_on"] + timedelta(days=2))

    async def import_stream(archive: str) -> None:
        connection = await asyncpg.connect(archive)
        await prepare_connection(connection)
        await import_files(connection, planted.stream, "centre.madoguchi.example", later)
        await connection.close()

    asyncio.run(import_stream(planted.copy_archive()))
    planted.stream.unlink()
    assert reconciled(planted) == 0
    planted.sql("DELETE FROM metering_records WHERE municipality = '132047'")
    assert reconciled(planted) == 1


def test_an_event_that_the_relay_has_not_carried_yet_is_no_difference(planted: Planted) -> None:
    issuance = planted.issuance()
    planted.sql("UPDATE outbox SET published_at = NULL WHERE subject = $1", issuance)
    planted.rewrite_stream(lambda lines: [x for x in lines if issuance.encode() not in x])
    found = reconcile(Sources.of(asyncio.run(gather_money(planted.installation))))
    assert found.differences == ()
    assert [one.why for one in found.excused if one.party is Party.AUDITED] == [
        "its event is not carried yet"
    ]


def test_what_is_carried_while_the_books_are_read_is_left_for_the_next_time() -> None:
    day = date(2012, 2, 29)
    sources = HonestDays(Served("komorebi-1", "122033", day)).sources(day)
    (known,) = sources.stream
    forged, later = b"forged", b"later"
    after = (forged, known, later)
    assert as_of_books(sources.books.outbox, (forged,), after) == (forged, known)


def test_an_installation_that_cannot_be_read_is_no_difference(tmp_path: Path) -> None:
    assert main(["--installation", str(tmp_path)]) == 2
