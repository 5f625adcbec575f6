"""An archive that was in use before there was a journal begins it with what it has."""

import asyncpg
import pytest
from audit.access.accesses import record_access
from audit.database.migrate import migrated
from audit.database.migrations.versions.journal import NOTED
from audit.holds.holds import Held, lift, place
from audit.retention.rules import set_rule
from audit.verifying.journal import Journal, faults_of_journal
from madoguchi_wire.kit.person import Person
from madoguchi_wire.kit.pool import Connection

SATO = Person.of("sato", "the commission asks")


async def test_what_was_recorded_before_is_entered_by_the_migration(
    connection: Connection, database_url: str
) -> None:
    for table in NOTED:
        await connection.execute(f"DROP TRIGGER in_journal ON {table}")
    await connection.execute("DROP TABLE journal")
    await connection.execute("DROP FUNCTION enter_in_journal, add_to_journal")
    await connection.execute("UPDATE alembic_version SET version_num = '0005'")
    await record_access(connection, SATO, "history", {"terminal": "x"})
    await lift(connection, await place(connection, Held("122033"), SATO), SATO)
    await set_rule(connection, "122033", 365, SATO)
    await migrated(database_url)
    await record_access(connection, SATO, "recall", {})
    journal = Journal()
    async with connection.transaction():
        faults = [one async for one in faults_of_journal(connection, (), journal)]
    assert (faults, journal.entries) == ([], 6)


async def test_an_account_of_the_service_enters_what_it_records_and_nothing_else(
    connection: Connection, service_url: str
) -> None:
    service = await asyncpg.connect(service_url)
    try:
        async with service.transaction():
            await service.execute(
                "INSERT INTO accesses (who, what, why, about) VALUES ('a', 'b', 'c', '{}')"
            )
        assert await connection.fetchval("SELECT max(position) FROM journal") == 2
        for statement in (
            "INSERT INTO journal VALUES (3, 'x', 'y')",
            "SELECT add_to_journal('x')",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await service.execute(statement)
    finally:
        await service.close()
