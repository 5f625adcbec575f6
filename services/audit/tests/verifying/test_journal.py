"""Looks, holds, liftings, rules and removals are in one chain: no change is unnoticed."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from audit.access.accesses import record_access
from audit.consuming.files import import_files
from audit.holds.holds import Held, lift, place
from audit.journal.head import JournalHead, journal_head
from audit.retention.rules import empty_payloads, set_rule
from audit.verifying.journal import Journal, faults_of_journal
from audit_testing.harming import harm
from audit_testing.parties import CENTRE, NOW, Parties
from audit_testing.stamping import stamped
from audit_testing.writing import write_files
from madoguchi_wire.event_data.examples import example_event
from madoguchi_wire.events import AuditEvent, EventType
from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.pool import Connection

SATO = Person.of("sato", "the commission asks")
TABLES = {
    "accesses": "what = 'another'",
    "holds": "municipality = '131130'",
    "hold_liftings": "lifted_by = 'tanaka'",
    "retention_rules": "days = 300",
    "removals": "events = 7",
}


@pytest.fixture
async def used(connection: Connection) -> Connection:
    """Give an archive that somebody used: two rows in each table, or one."""
    for what in ("history", "recall"):
        await record_access(connection, SATO, what, {"terminal": "x"})
    hold = await place(connection, Held("122033"), SATO)
    await place(connection, Held("131130"), SATO)
    await lift(connection, hold, SATO)
    await set_rule(connection, "122033", 365, SATO)
    await empty_payloads(connection)
    await record_access(connection, SATO, "accesses", {})
    return connection


async def _found(
    connection: Connection, noted: Sequence[JournalHead] = ()
) -> tuple[Journal, set[tuple[str, int | None]]]:
    journal = Journal()
    async with connection.transaction():
        faults = [one async for one in faults_of_journal(connection, noted, journal)]
    return journal, {(fault.name, fault.entry) for fault in faults}


async def test_what_is_recorded_is_chained_and_holds(used: Connection) -> None:
    head = await journal_head(used)
    journal, faults = await _found(used, [head])
    assert (journal.head, journal.noted, faults) == (str(head), 9, set())
    assert JournalHead.of(journal.head) == head
    # Whatever time zone the database shows moments in.
    await used.execute("SET TIME ZONE 'Asia/Tokyo'")
    await record_access(used, SATO, "report", {})
    assert (await _found(used, [head]))[1] == set()


@pytest.mark.parametrize("table", list(TABLES))
async def test_a_row_that_is_changed_deleted_or_added_is_named(
    used: Connection, table: str
) -> None:
    of_table = "FROM journal WHERE entry::jsonb ->> 'table' = $1"
    rows = await used.fetch(f"SELECT position {of_table}", table)
    entered = {("row-lost", row["position"]) for row in rows}
    assert entered
    kept = f"CREATE TEMPORARY TABLE kept AS SELECT * FROM {table}"
    back = f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM kept"
    await used.execute(kept)
    # Liftings hang on their holds; whoever harms them does not mind.
    await harm(used, f"DELETE FROM {table}")
    assert (await _found(used))[1] == entered
    await harm(used, back)
    assert (await _found(used))[1] == set()
    await harm(used, f"UPDATE {table} SET {TABLES[table]}")
    assert {name for name, _ in (await _found(used))[1]} == {"row-lost", "row-unentered"}
    await harm(used, f"DELETE FROM {table}")
    await harm(used, back)
    first = await used.fetchval(f"SELECT min(position) {of_table}", table)
    await harm(used, "DELETE FROM journal WHERE position = $1", first)
    assert {("journal-broken", first), ("row-unentered", None)} <= (await _found(used))[1]


async def test_a_journal_that_is_written_anew_or_cut_differs_from_what_others_noted(
    used: Connection,
) -> None:
    noted = await journal_head(used)
    await harm(used, "DELETE FROM accesses WHERE position = 1")
    await harm(
        used,
        """WITH RECURSIVE entries AS (
               SELECT row_number() OVER (ORDER BY position) AS position, entry FROM journal
               WHERE position <> 2
           ), anew AS (
               SELECT position, entry, encode(sha256(convert_to(E'\\n' || entry, 'UTF8')), 'hex')
                   AS digest FROM entries WHERE position = 1
               UNION ALL
               SELECT entries.position, entries.entry, encode(sha256(convert_to(
                   anew.digest || E'\\n' || entries.entry, 'UTF8')), 'hex')
               FROM anew JOIN entries ON entries.position = anew.position + 1
           ), gone AS (DELETE FROM journal)
           INSERT INTO journal SELECT position + 100, entry, digest FROM anew""",
    )
    await harm(used, "UPDATE journal SET position = position - 100")
    assert (await _found(used))[1] == set()
    assert (await _found(used, [noted]))[1] == {("journal-cut", noted.position)}
    for what in ("history", "recall"):
        await record_access(used, SATO, what, {})
    journal, faults = await _found(used, [noted])
    assert (journal.noted, faults) == (0, {("journal-rewritten", noted.position)})
    other = JournalHead("0" * 36, 1, "0" * 64)
    assert (await _found(used, [other]))[1] == {("journal-rewritten", 1)}


async def test_a_stamped_event_that_notes_the_head_is_held_to_it(
    used: Connection, parties: Parties, tmp_path: Path
) -> None:
    head = await journal_head(used)
    heads = [head, JournalHead(head.archive, 3, "0" * 64), JournalHead("0" * 36, 3, "0" * 64)]
    events = [_noting(one, n) for n, one in enumerate(heads)]
    paths = write_files(tmp_path, events, stamped(parties, events))
    await import_files(used, paths[0], CENTRE, NOW, (paths[1], parties.rules))
    forged = write_files(tmp_path, [_noting(JournalHead(head.archive, 4, "0" * 64), 9)], [])
    await import_files(used, forged[0], CENTRE, NOW)
    journal, faults = await _found(used)
    assert faults == {("journal-rewritten", 3)}
    assert (journal.noted, journal.elsewhere) == (head.position, 1)


def _noting(head: JournalHead, number: int) -> AuditEvent:
    data = {"archive": head.archive, "position": head.position, "digest": head.digest}
    return example_event(EventType.ARCHIVE_NOTED).model_copy(
        update={
            "id": f"noted-{number}",
            "subject": f"noted-{number}",
            "source": CENTRE,
            "time": NOW - timedelta(days=2),
            "data": data | {"noted_by": "sato"},
        }
    )


async def test_an_entry_that_is_no_json_is_named(used: Connection) -> None:
    await harm(used, "UPDATE journal SET entry = '{' WHERE position = 3")
    assert ("journal-broken", 3) in (await _found(used))[1]


async def test_an_entry_that_is_gone_is_named(used: Connection) -> None:
    """Though what follows was made to follow from the one before it."""
    await harm(used, "DELETE FROM journal WHERE position = 9")
    await harm(used, "UPDATE journal SET position = 9 WHERE position = 8")
    assert (await _found(used))[1] == {
        ("journal-broken", 8),
        ("row-unentered", None),
    }
