"""The books in the database refuse what the rules would never do."""

import asyncpg
import pytest
from gateway_testing.world import World


async def test_what_is_booked_cannot_be_changed_or_booked_twice(world: World) -> None:
    await world.completed()
    for change in (
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
