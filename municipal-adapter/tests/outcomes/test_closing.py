from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import get_args
from uuid import UUID, uuid4

import pytest
from local_stack.testing import MakeMigrated
from madoguchi_wire.adapter_api import OutcomeState
from madoguchi_wire.errors import IssuanceClosed
from madoguchi_wire.kit.pool import Pool, open_pool
from municipal_adapter.database.migrate import migrated
from municipal_adapter.outcomes.closing import Closing, Ending

OUTCOMES: tuple[OutcomeState, ...] = get_args(OutcomeState)


@pytest.fixture
async def pool(migrated_database: MakeMigrated) -> AsyncIterator[Pool]:
    address = await migrated_database(migrated)
    async with await open_pool(address, timedelta(0)) as pool:
        yield pool


def ending(issuance: UUID, outcome: OutcomeState) -> Ending:
    return Ending(issuance, outcome, ["report"], vouched=True, decided_at=datetime.now(UTC))


async def test_an_outcome_is_recorded_once_however_often_it_is_told(pool: Pool) -> None:
    for outcome in OUTCOMES:
        issuance = uuid4()
        for _ in range(3):
            await Closing(pool).close(ending(issuance, outcome))
        rows = await pool.fetch("SELECT * FROM closed_issuances WHERE issuance_id = $1", issuance)
        assert [row["outcome"] for row in rows] == [outcome]


async def test_only_a_quarantine_may_end_otherwise_later(pool: Pool) -> None:
    for first in OUTCOMES:
        for second in OUTCOMES:
            issuance = uuid4()
            await Closing(pool).close(ending(issuance, first))
            decided = first == "quarantined" and second in ("completed", "voided")
            if decided or first == second:
                await Closing(pool).close(ending(issuance, second))
            else:
                with pytest.raises(IssuanceClosed):
                    await Closing(pool).close(ending(issuance, second))
