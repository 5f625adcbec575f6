"""The records in PostgreSQL."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from asyncpg import ReadOnlySQLTransactionError, UniqueViolationError
from madoguchi_wire.kit.pool import Pool, open_pool
from municipal_adapter.database.migrate import migrated
from municipal_adapter.records.sql_source import SqlRecordSource
from municipal_adapter.synthetic import Case, load
from municipal_adapter_testing.papers import ichikawa


@pytest.fixture
async def pool(fresh_database: Callable[[], str]) -> AsyncIterator[Pool]:
    """A database with the records of one municipality."""
    address = fresh_database()
    await migrated(address)
    async with await open_pool(address, timedelta(), maximum=3) as pool:
        async with pool.acquire() as connection:
            await load(connection, ichikawa())
        yield pool


async def test_everything_loaded_reads_back(pool: Pool) -> None:
    town = ichikawa()
    async with SqlRecordSource(pool).snapshot() as snapshot:
        for resident_id, resident in town.residents.items():
            assert await snapshot.resident(resident_id) == resident
            assert await snapshot.seal_of(resident_id) == town.seals.get(resident_id)
        for household in town.households:
            assert await snapshot.household(household.household_id) == household
        assert await snapshot.resident(uuid4()) is None
        with pytest.raises(LookupError):
            await snapshot.household(uuid4())


async def test_a_card_leads_to_its_holder_by_authority_and_serial_while_valid(pool: Pool) -> None:
    holder = ichikawa().cases[Case.ORDINARY]
    await pool.execute("INSERT INTO cardholders VALUES ('a', '01', $1, true)", holder)
    await pool.execute("INSERT INTO cardholders VALUES ('b', '02', $1, false)", holder)
    async with SqlRecordSource(pool).snapshot() as snapshot:
        assert await snapshot.holder_of("a", "01") == holder
        assert await snapshot.holder_of("b", "01") is None
        assert await snapshot.holder_of("b", "02") is None


async def test_a_snapshot_does_not_see_later_changes_and_makes_none(pool: Pool) -> None:
    source, resident_id = SqlRecordSource(pool), ichikawa().cases[Case.ORDINARY]
    async with source.snapshot() as before:
        await pool.execute(
            "UPDATE residents SET status = 'moved_out' WHERE resident_id = $1", resident_id
        )
        assert await before.resident(resident_id) == ichikawa().residents[resident_id]
        async with source.snapshot() as after:
            assert after.version != before.version
            assert await after.resident(resident_id) != await before.resident(resident_id)
        with pytest.raises(ReadOnlySQLTransactionError):
            await before.connection.execute("DELETE FROM cardholders")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE households SET address = address",
        "UPDATE residents SET protected = true",
        "DELETE FROM seal_registrations",
        "INSERT INTO cardholders SELECT 'a', '01', resident_id, true FROM residents LIMIT 1",
        "TRUNCATE cardholders",
    ],
)
async def test_every_change_of_the_records_makes_a_new_version(pool: Pool, change: str) -> None:
    source = SqlRecordSource(pool)
    async with source.snapshot() as snapshot:
        before = snapshot.version
    async with source.snapshot() as snapshot:
        assert snapshot.version == before
    await pool.execute(change)
    async with source.snapshot() as snapshot:
        assert int(snapshot.version) == int(before) + 1


async def test_nobody_has_two_active_seals(pool: Pool) -> None:
    holder = ichikawa().cases[Case.ORDINARY]
    with pytest.raises(UniqueViolationError):
        await pool.execute(
            "INSERT INTO seal_registrations VALUES ('x', $1, '2020-01-01', '', true)", holder
        )
