"""The books in the database refuse what the rules would never do."""

import asyncpg
import pytest
from gateway_testing.world import World

_MONTHS = """
    SELECT inhrelid::regclass::text AS name FROM pg_inherits
    WHERE inhparent IN ('metering_records'::regclass, 'ledger_transfers'::regclass)
"""


async def test_what_is_booked_cannot_be_changed_or_booked_twice(world: World) -> None:
    await world.completed()
    months = await world.pool.fetch(_MONTHS)
    assert len(months) >= 2
    emptied = [f"TRUNCATE {month['name']}" for month in months]
    for change in (
        *emptied,
        "UPDATE ledger_transfers SET yen = 0",
        "DELETE FROM ledger_transfers",
        "TRUNCATE ledger_transfers",
        "UPDATE metering_records SET commission = 0",
        "DELETE FROM metering_records",
        "TRUNCATE metering_records",
    ):
        with pytest.raises(asyncpg.RaiseError, match="append-only"):
            await world.pool.execute(change)
    for again in (
        "INSERT INTO ledger_transfers SELECT * FROM ledger_transfers",
        "INSERT INTO metering_records SELECT * FROM metering_records",
    ):
        with pytest.raises(asyncpg.UniqueViolationError):
            await world.pool.execute(again)
