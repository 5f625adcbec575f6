"""The records in PostgreSQL."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
from asyncpg import ReadOnlySQLTransactionError, UniqueViolationError
from local_stack.testing import MakeMigrated
from madoguchi_wire.kit.pool import Pool, open_pool
from municipal_adapter.database.migrate import migrated
from municipal_adapter.records.own_source import OwnRecordSource
from municipal_adapter.synthetic import Case, load
from municipal_adapter_testing.papers import ichikawa


@pytest.fixture
async def pool(migrated_database: MakeMigrated) -> AsyncIterator[Pool]:
    """A database with the records of one municipality."""
    address = await migrated_database(migrated)
    async with await open_pool(address, timedelta(), maximum=3) as pool:
        async with pool.acquire() as connection:
            await load(connection, ichikawa())
        yield pool


async def test_everything_loaded_reads_back(pool: Pool) -> None:
    town = ichikawa()
    async with OwnRecordSource(pool).snapshot() as snapshot:
        for resident_id, resident in town.residents.items():
            assert await snapshot.resident(resident_id) == resident
            assert await snapshot.seal_of(resident_id) == town.seals.get(resident_id)
        for household in town.registered:
            assert await snapshot.household(household.household_id) == household
        assert await snapshot.resident("nobody") is None
        with pytest.raises(LookupError):
            await snapshot.household("none")


async def test_a_birth_date_leads_to_whoever_of_today_was_born_then(pool: Pool) -> None:
    town = ichikawa()
    holder = town.residents[town.cases[Case.ORDINARY]]
    gone = town.residents[town.cases[Case.MOVED_OUT]]
    async with OwnRecordSource(pool).snapshot() as snapshot:
        assert holder in await snapshot.born_on(holder.birth_date)
        assert gone not in await snapshot.born_on(gone.birth_date)
        assert await snapshot.born_on(date(1900, 1, 1)) == []


async def test_a_snapshot_does_not_see_later_changes_and_makes_none(pool: Pool) -> None:
    source, resident_id = OwnRecordSource(pool), ichikawa().cases[Case.ORDINARY]
    async with source.snapshot() as before:
        await pool.execute(
            "UPDATE residents SET status = 'moved_out' WHERE resident_id = $1", resident_id
        )
        assert await before.resident(resident_id) == ichikawa().residents[resident_id]
        async with source.snapshot() as after:
            assert after.version != before.version
            assert await after.resident(resident_id) != await before.resident(resident_id)
        with pytest.raises(ReadOnlySQLTransactionError):
            await before.connection.execute("DELETE FROM residents")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE households SET address = address",
        "UPDATE residents SET protected = true",
        "DELETE FROM seal_registrations",
        "TRUNCATE seal_registrations",
    ],
)
async def test_every_change_of_the_records_makes_a_new_version(pool: Pool, change: str) -> None:
    source = OwnRecordSource(pool)
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
            """
            INSERT INTO seal_registrations (registration_number, resident_id, registered_on,
                registered_name, picture_png, status)
            VALUES ('x', $1, '2020-01-01', '', '', 'active')
            """,
            holder,
        )
