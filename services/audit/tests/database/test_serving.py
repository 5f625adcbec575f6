"""The service's user keeps and reads the archive, and can change nothing that is in it."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import asyncpg
import pytest
from audit.consuming.files import import_files
from audit.verifying.verify import verify
from audit_testing.parties import CENTRE, NOW, Parties
from audit_testing.stamping import head
from madoguchi_wire.events import AuditEvent
from madoguchi_wire.kit.pool import Connection, prepare_connection
from madoguchi_wire.stamps import StampRecord

_TABLES = """
    SELECT format('%I', tablename) AS name FROM pg_tables WHERE schemaname = 'public'
      AND tablename <> 'alembic_version'
"""
_GRANTED = """
    SELECT table_name, privilege_type, NULL AS column_name
    FROM information_schema.role_table_grants WHERE grantee = 'madoguchi_audit_service'
    UNION SELECT table_name, privilege_type, column_name
    FROM information_schema.column_privileges
    WHERE grantee = 'madoguchi_audit_service' AND privilege_type = 'UPDATE'
"""
_REFUSED = (
    "DELETE FROM {table}",
    "TRUNCATE {table} CASCADE",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "DROP TABLE {table} CASCADE",
    "CREATE TRIGGER own BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
)
_REFUSED_AT_ALL = (
    "SET session_replication_role = replica",
    "SELECT * FROM empty_payloads()",
    "SET ROLE madoguchi_audit_emptying",
    "CREATE TABLE own (x int)",
    "UPDATE events SET canonical = NULL",
    "UPDATE dead_letters SET reason = 'x'",
    "INSERT INTO removals (municipality, before_day, events) VALUES ('122033', now(), 0)",
)


@pytest.fixture
async def service(service_url: str) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(service_url)
    await prepare_connection(connection)
    yield connection
    await connection.close()


async def test_it_archives_and_verifies_and_makes_the_months_that_it_needs(
    service: Connection,
    files: tuple[Path, Path],
    events: list[AuditEvent],
    stamps: list[StampRecord],
    parties: Parties,
) -> None:
    counts = await import_files(service, files[0], CENTRE, NOW, (files[1], parties.rules))
    assert counts.events == len(events)
    now = datetime.now(UTC)
    heads = [head(parties, code, stamps[-1], now) for code in ("122033", "131130")]
    verdict = await verify(service, parties.rules, now, heads=heads)
    assert (verdict.faults, verdict.events) == ((), len(events))


async def test_it_can_change_nothing_and_owns_nothing(
    service: Connection, archive: Connection
) -> None:
    await service.execute("SELECT ensure_month($1)", date(2031, 1, 1))
    tables = [row["name"] for row in await archive.fetch(_TABLES)]
    assert {"events", "events_2031_01", "accesses", "covered"} <= set(tables)
    tried = [statement.format(table=table) for table in tables for statement in _REFUSED]
    for statement in (*tried, *_REFUSED_AT_ALL):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await service.execute(statement)


async def test_when_something_was_is_not_for_it_to_say(service: Connection) -> None:
    for statement in (
        "INSERT INTO accesses (at, who, what, why, about) VALUES (now(), 'a', 'b', 'c', '{}')",
        """INSERT INTO holds (hold_id, placed_by, reason, placed_at)
           VALUES (gen_random_uuid(), 'a', 'b', now())""",
        """INSERT INTO hold_liftings (hold_id, lifted_by, reason, lifted_at)
           VALUES (gen_random_uuid(), 'a', 'b', now())""",
        """INSERT INTO retention_rules (municipality, days, set_by, reason, set_at)
           VALUES ('122033', 30, 'a', 'b', '2020-01-01')""",
        """INSERT INTO stamp_records (centre, number, stamp, stamped_at, record, record_digest,
                                      archived_at)
           VALUES ('c', 1, 's', now(), '', 'd', now())""",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await service.execute(statement)


async def test_it_has_no_right_but_to_read_and_add_and_to_note_two_things(
    archive: Connection,
) -> None:
    changes = {
        (row["table_name"], row["privilege_type"], row["column_name"])
        for row in await archive.fetch(_GRANTED)
        if row["privilege_type"] not in ("SELECT", "INSERT")
    }
    assert changes == {
        ("offsets", "UPDATE", "next_offset"),
        ("offsets", "UPDATE", "topic_id"),
        ("dead_letters", "UPDATE", "sent_at"),
    }
