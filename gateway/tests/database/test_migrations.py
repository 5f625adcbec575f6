"""The migrations make what `gateway.database.schema` says, on any database, any number of times."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from gateway.database.migrate import alembic_config, migrated
from gateway.database.partitions import ensure_partitions, missing_partitions
from gateway.database.schema import metadata
from madoguchi_wire.kit.pool import Pool, open_pool
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

HOUR = timedelta(hours=1)
Paper = tuple[str, str, str, str, int]
"""Site, chain, state, and the channel and commission that it must have."""
TRANSFER = """
    INSERT INTO ledger_transfers
        (municipality, accepted_on, issuance_id, purpose, debit_account, credit_account, yen)
    VALUES ('122033', $1, $2, 'fee_deposited', $3, $4, 250)
"""


async def _migrated_pool(database_url: str) -> Pool:
    await migrated(database_url)
    return await open_pool(database_url, HOUR)


async def test_replicas_may_all_migrate_at_once_and_again(
    fresh_database: Callable[[], str],
) -> None:
    database_url = fresh_database()
    await asyncio.gather(*(migrated(database_url) for _ in range(3)))
    await migrated(database_url)
    async with await open_pool(database_url, HOUR) as pool:
        assert await pool.fetchval("SELECT count(*) FROM alembic_version") == 1


async def test_the_tables_are_those_of_the_schema(fresh_database: Callable[[], str]) -> None:
    database_url = fresh_database()
    await migrated(database_url)
    engine = create_async_engine(database_url.replace("postgresql://", "postgresql+asyncpg://"))
    async with engine.connect() as connection:
        differences = await connection.run_sync(_differences)
    await engine.dispose()
    assert differences == []


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection)
    return list(compare_metadata(context, metadata))


async def test_the_databases_time_carries_the_simulations_offset(
    fresh_database: Callable[[], str],
) -> None:
    async with await _migrated_pool(fresh_database()) as pool:
        ahead = await pool.fetchval("SELECT madoguchi_now() - clock_timestamp()")
    assert abs(ahead - HOUR) < timedelta(seconds=1)


async def test_partitions_are_made_ahead_once_whoever_asks(
    fresh_database: Callable[[], str],
) -> None:
    today = date(2026, 12, 31)
    async with await _migrated_pool(fresh_database()) as pool:
        async with pool.acquire() as connection:
            assert await missing_partitions(connection, today) == 4

        async def ensure() -> None:
            async with pool.acquire() as connection:
                await ensure_partitions(connection, today)

        await asyncio.gather(*(ensure() for _ in range(3)))
        async with pool.acquire() as connection:
            for day in (date(2026, 11, 1), today, date(2027, 1, 1), date(2027, 2, 28)):
                assert await missing_partitions(connection, day) == 0


async def test_the_ledger_is_balanced_and_never_changed(fresh_database: Callable[[], str]) -> None:
    day = date(2026, 11, 23)
    async with await _migrated_pool(fresh_database()) as pool, pool.acquire() as connection:
        await ensure_partitions(connection, day)
        issuance = uuid4()
        await connection.execute(TRANSFER, day, issuance, "cash:tokiwa", "deposits:122033")
        lines = await connection.fetch("SELECT account, yen FROM ledger_lines ORDER BY yen")
        assert [tuple(line) for line in lines] == [("deposits:122033", -250), ("cash:tokiwa", 250)]
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute(TRANSFER, day, issuance, "cash:tokiwa", "deposits:122033")
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute(TRANSFER, day, uuid4(), "cash:tokiwa", "cash:tokiwa")
        for change in (
            "UPDATE ledger_transfers SET yen = 1",
            "DELETE FROM ledger_transfers",
            "DELETE FROM ledger_transfers_2026_11",
            "TRUNCATE ledger_transfers",
        ):
            with pytest.raises(asyncpg.RaiseError, match="append-only"):
                await connection.execute(change)


BEFORE = (
    "INSERT INTO chains VALUES ('tokiwa', 'ときわ', 120), ('city', '市', 0)",
    """
    INSERT INTO sites VALUES ('store', 'tokiwa', '店', '122033', 'store'),
                             ('hall', 'city', '市役所', '122033', 'city')
    """,
    """
    INSERT INTO sessions VALUES
        (gen_random_uuid(), '122033', 't', 'd', 'c', '2026-11-23 01:00+00', now(), 1)
    """,
)
PAPER = """
    INSERT INTO issuances (municipality, accepted_on, issuance_id, order_id, session_id,
        order_digest, session_digest, copy_number, terminal, site, chain, place, kind, state, fee,
        tariff_version, configuration_version, deadline)
    VALUES ('122033', '2026-11-23', $1, $1, $1, '', '', 1, 't', $2, $3, '市内', 'k', $4, 250,
        'v', 1, now())
"""
RECORD = """
    INSERT INTO metering_records (municipality, accepted_on, issuance_id, kind, chain, site, place,
        yen, tariff_version, configuration_version)
    SELECT municipality, accepted_on, issuance_id, kind, chain, site, place, fee, tariff_version,
        configuration_version FROM issuances WHERE state = 'completed'
"""
COMMISSION = """
    INSERT INTO ledger_transfers
        (municipality, accepted_on, issuance_id, purpose, debit_account, credit_account, yen)
    VALUES ('122033', '2026-11-23', $1, 'commission', 'commission:122033', 'owed_to_chain:tokiwa',
        100)
"""


async def test_papers_from_before_have_the_commission_that_was_booked_for_them(
    fresh_database: Callable[[], str],
) -> None:
    database_url = fresh_database()
    await _migrated_to(database_url, "0009")
    expected = {
        uuid4(): ("store", "tokiwa", "completed", "store", 100),
        uuid4(): ("store", "tokiwa", "delivered", "store", 120),
        uuid4(): ("hall", "city", "completed", "city_machine", 0),
        uuid4(): ("gone", "tokiwa", "paid", "store", 120),
        uuid4(): ("gone", "city", "completed", "city_machine", 0),
    }
    async with await open_pool(database_url, HOUR) as pool, pool.acquire() as connection:
        await ensure_partitions(connection, date(2026, 11, 23))
        for statement in BEFORE:
            await connection.execute(statement)
        for issuance, (site, chain, state, _, yen) in expected.items():
            await connection.execute(PAPER, issuance, site, chain, state)
            if yen == 100:
                await connection.execute(COMMISSION, issuance)
        await connection.execute(RECORD)
    await migrated(database_url)
    async with await open_pool(database_url, HOUR) as pool:
        for table in ("issuances", "metering_records"):
            rows = await pool.fetch(f"SELECT issuance_id, channel, commission FROM {table}")
            found = {row["issuance_id"]: (row["channel"], row["commission"]) for row in rows}
            of_table = expected.items() if table == "issuances" else _completed(expected)
            assert found == {issuance: told[3:] for issuance, told in of_table}
        rates = await pool.fetch("SELECT chain, valid_from, yen FROM chain_commissions")
        assert [tuple(rate) for rate in rates] == [("tokiwa", date.min, 120)]
        assert await pool.fetchval("SELECT shown_at = opened_at FROM sessions")
        # The months that were there are guarded as those to come.
        for month in ("ledger_transfers_2026_11", "metering_records_2026_11"):
            with pytest.raises(asyncpg.RaiseError, match="append-only"):
                await pool.execute(f"TRUNCATE {month}")


def _completed(papers: dict[UUID, Paper]) -> list[tuple[UUID, Paper]]:
    return [(issuance, told) for issuance, told in papers.items() if told[2] == "completed"]


async def _migrated_to(database_url: str, revision: str) -> None:
    engine = create_async_engine(database_url.replace("postgresql://", "postgresql+asyncpg://"))
    async with engine.begin() as connection:
        await connection.run_sync(lambda one: command.upgrade(alembic_config(one), revision))
    await engine.dispose()
